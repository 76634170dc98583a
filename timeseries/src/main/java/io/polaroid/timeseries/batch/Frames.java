package io.polaroid.timeseries.batch;

import io.polaroid.timeseries.column.Column;
import io.polaroid.timeseries.column.Groups;
import io.polaroid.timeseries.column.Keys;
import io.polaroid.timeseries.column.Workers;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The windows that a {@link Frame} gives the rows of a table. */
final class Frames {
    private Frames() {}

    static void check(Schema input, Frame frame) {
        if (frame instanceof Frame.By by) {
            Field time = Types.time(input, by.by());
            TimeFrame.check(time, by.windowSize(), by.windowSize().negated(), "windowSize");
        }
    }

    static String title(Frame frame) {
        return switch (frame) {
            case Frame.Rows rows -> rows.windowSize() + " rows" + (rows.center() ? ", centered" : "");
            case Frame.By by -> by.windowSize() + " by " + by.by() + ", closed " + by.closed();
        };
    }

    /**
     * The series of a table and the windows of their rows.
     *
     * @param groups the series, by time if the windows go by it; rows without a time are in none
     * @param windows makes windows, for one thread each
     */
    record Framing(Groups groups, Supplier<Rolled.Framed> windows) {}

    /** The windows of the rows of a table. */
    static Framing of(VectorSchemaRoot table, Frame frame, List<String> over, Workers workers) {
        Groups groups = Series.of(table, over, workers);
        return switch (frame) {
            case Frame.Rows rows -> {
                int after = rows.center() ? rows.windowSize() - 1 - rows.windowSize() / 2 : 0;
                int[] starts = groups.starts();
                yield new Framing(
                        groups,
                        () -> (windows, group) ->
                                windows.rows(starts[group], starts[group + 1], rows.windowSize(), after));
            }
            case Frame.By by -> {
                Column time = Column.of(table.getVector(by.by()));
                Groups timed = timed(groups, time);
                var arranged = new TimeFrame.Rows(timed.wholes(time, workers), timed.starts());
                yield new Framing(
                        timed,
                        () -> TimeFrame.of(
                                arranged,
                                time.field(),
                                by.windowSize(),
                                by.windowSize().negated(),
                                by.closed()));
            }
        };
    }

    /** The same series in order of time; rows without a time are in none. */
    static Groups timed(Groups groups, Column time) {
        Groups kept = groups;
        if (time.hasNulls()) {
            int[] codes = groups.codes().clone();
            for (int row = 0; row < codes.length; row++) {
                codes[row] = time.isNull(row) ? Keys.NONE : codes[row];
            }
            kept = Groups.of(codes, groups.count());
        }
        return kept.sortedBy(time.view());
    }
}
