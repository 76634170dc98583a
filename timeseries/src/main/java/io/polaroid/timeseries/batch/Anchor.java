package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.calendar.TradingCalendar;
import java.time.ZoneId;

/** Whose days windows follow. */
public sealed interface Anchor {
    /** The calendar of the time column's zone; UTC if it names none. */
    record OfColumn() implements Anchor {}

    /**
     * The calendar of a zone, whatever the column's is. Times without a zone are those of UTC.
     *
     * @param zone the zone
     */
    record InZone(ZoneId zone) implements Anchor {}

    /**
     * The sessions of a market. Windows start where trading starts, again after each break, and end where it ends; those of days, weeks,
     * months and years are made of whole sessions. Rows while the market is closed are in no window.
     *
     * @param calendar when the market trades
     */
    record Sessions(TradingCalendar calendar) implements Anchor {}
}
