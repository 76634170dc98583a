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
    long[] series = {};
    long[] ids = {};

    @Nullable
    String[] textIds = {};

    long[] offsets = {};
    long[] times = {};
    long[] befores = {};
    long[] progresses = {};
    private int[] records = {};
    private boolean hasMany;
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
        size = 0;
        hasMany = false;
        grow(records);
    }

    /** Makes room for more. */
    void grow(int more) {
        int from = size;
        size = Math.addExact(size, more);
        if (size > offsets.length) {
            int capacity = from == 0 ? size : Math.max(size, 2 * offsets.length);
            others = Arrays.copyOf(others, capacity);
            series = Arrays.copyOf(series, capacity);
            ids = Arrays.copyOf(ids, capacity);
            textIds = Arrays.copyOf(textIds, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
            times = Arrays.copyOf(times, capacity);
            befores = Arrays.copyOf(befores, capacity);
            progresses = Arrays.copyOf(progresses, capacity);
        }
        Arrays.fill(others, from, size, null);
    }

    /** Says where rows are from, or with {@code record} below zero its complement, that they are a record of its own. */
    void setRecord(int from, int to, int record) {
        hasMany = true;
        if (records.length < offsets.length) {
            records = Arrays.copyOf(records, offsets.length);
        }
        Arrays.fill(records, from, to, record);
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
    public int record(int index) {
        if (!hasMany) {
            return index;
        }
        return records[index] < 0 ? ~records[index] : records[index];
    }

    @Override
    public boolean isOfMany(int index) {
        return hasMany && records[index] >= 0;
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
                        names.get(series(index)),
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
        return (int) series[index];
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
