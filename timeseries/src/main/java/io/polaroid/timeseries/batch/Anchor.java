package io.polaroid.timeseries.batch;

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
}
