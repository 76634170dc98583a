package io.polaroid.ingest.rows;

/**
 * Where a column comes from.
 *
 * @param pointer JSON pointer into the message
 * @param unit the unit of epoch numbers; for time columns only
 */
public record FieldSource(String pointer, EpochUnit unit) {
    /** A field whose times, if it is one, are milliseconds. */
    public static FieldSource at(String pointer) {
        return new FieldSource(pointer, EpochUnit.MS);
    }
}
