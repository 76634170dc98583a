package io.polaroid.ingest.rows;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule with everything looked up.
 *
 * @param into the stream
 * @param conditions what must stand where
 * @param columns what is read
 * @param width how many columns the stream has
 * @param keyColumns positions of the key columns
 * @param timeColumn position of the time column
 * @param time its type
 * @param partitions how many partitions the stream has
 */
record CompiledRule(
        String into,
        List<Condition> conditions,
        List<Column> columns,
        int width,
        List<Integer> keyColumns,
        int timeColumn,
        ColumnType.Time time,
        int partitions) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** A literal that must stand at a pointer. */
    record Condition(JsonPointer pointer, JsonNode literal) {
        boolean holds(JsonNode message) {
            JsonNode value = message.at(pointer);
            return value.isNumber() && literal.isNumber()
                    ? value.decimalValue().compareTo(literal.decimalValue()) == 0
                    : value.equals(literal);
        }
    }

    boolean matches(JsonNode message) {
        for (Condition condition : conditions) {
            if (!condition.holds(message)) {
                return false;
            }
        }
        return true;
    }

    Outcome apply(JsonNode message, Set<String> symbols, long latestMillis) {
        @Nullable Object[] cells = new @Nullable Object[width];
        for (Column column : columns) {
            Problem problem = Cells.read(message.at(column.pointer()), column, cells);
            if (problem != null) {
                return new Outcome.Rejected(into, problem);
            }
        }
        var row = new ArrayRow(cells);
        String key = SeriesKey.of(row, keyColumns);
        if (!symbols.isEmpty() && !symbols.contains(key)) {
            return rejected(ProblemCode.UNKNOWN_SYMBOL, "series " + key + " is not among the symbols of the source");
        }
        long eventTimeNanos = Cells.toNanos(row.longAt(timeColumn), time);
        if (eventTimeNanos / NANOS_PER_MILLI > latestMillis) {
            return rejected(
                    ProblemCode.TOO_FAR_AHEAD,
                    "event time " + java.time.Instant.ofEpochMilli(eventTimeNanos / NANOS_PER_MILLI)
                            + " is later than " + java.time.Instant.ofEpochMilli(latestMillis)
                            + ", which is the clock and max_ahead");
        }
        return new Outcome.Accepted(into, key, SeriesKey.partition(key, partitions), eventTimeNanos, row);
    }

    private Outcome.Rejected rejected(ProblemCode code, String detail) {
        return new Outcome.Rejected(into, Problem.of(code, detail));
    }
}
