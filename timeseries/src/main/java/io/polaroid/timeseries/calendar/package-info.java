/**
 * Trading calendars: when a market is open, in a text format that users extend.
 *
 * <p>Entry point: {@link io.polaroid.timeseries.calendar.TradingCalendar#named} for the ones that come along, {@link
 * io.polaroid.timeseries.calendar.TradingCalendar#parse} for one's own. The format is described in {@code docs/calendars.md}.
 */
@NullMarked
package io.polaroid.timeseries.calendar;

import org.jspecify.annotations.NullMarked;
