package io.polaroid.store.row;

import io.polaroid.store.AppliedRows;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.RowTier.Applied;
import io.polaroid.store.column.StagedRows;
import io.polaroid.timeseries.row.Row;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The records of one call in columns, which are used again for the next call. */
final class AppliedFrame implements AppliedRows {
    final StagedRows cells;
    private final List<String> names;
    private @Nullable Applied[] others = {};
    int[] series = {};
    long[] offsets = {};
    long[] times = {};
    long[] befores = {};
    long[] progresses = {};
    private int size;

    /**
     * Columns for rows of a schema.
     *
     * @param names series by number
     */
    AppliedFrame(Schema rows, List<String> names) {
        this.cells = new StagedRows(rows);
        this.names = names;
    }

    void begin(int records) {
        size = records;
        if (records > offsets.length) {
            others = new Applied[records];
            series = new int[records];
            offsets = new long[records];
            times = new long[records];
            befores = new long[records];
            progresses = new long[records];
        } else {
            Arrays.fill(others, 0, records, null);
        }
    }

    void set(int index, Applied other, long progressBefore, long progress) {
        others[index] = other;
        offsets[index] = other.offset();
        befores[index] = progressBefore;
        progresses[index] = progress;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean isAccepted(int index) {
        return others[index] == null;
    }

    @Override
    public Applied applied(int index) {
        Applied other = others[index];
        return other != null
                ? other
                : new Accepted(
                        offsets[index],
                        names.get(series[index]),
                        cells.at(index),
                        times[index],
                        befores[index],
                        progresses[index]);
    }

    @Override
    public long offset(int index) {
        return offsets[index];
    }

    @Override
    public int series(int index) {
        return series[index];
    }

    @Override
    public String seriesName(int number) {
        return names.get(number);
    }

    @Override
    public long timeNanos(int index) {
        return times[index];
    }

    @Override
    public long progressBefore(int index) {
        return befores[index];
    }

    @Override
    public long progress(int index) {
        return progresses[index];
    }

    @Override
    public Row row(int index) {
        return cells.at(index);
    }
}
