package io.polaroid.store.row;

import io.polaroid.schemas.stream.StreamFormat;
import io.polaroid.store.AppliedRows;
import io.polaroid.store.RawRows;
import io.polaroid.store.RowBatch;
import io.polaroid.store.RowIntake;
import io.polaroid.store.RowIntake.ControlIn;
import io.polaroid.store.RowIntake.MalformedIn;
import io.polaroid.store.RowIntake.MisroutedIn;
import io.polaroid.store.RowIntake.ProvisionalIn;
import io.polaroid.store.RowIntake.RowIn;
import io.polaroid.store.RowIntake.Taken;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Applied;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Takes records in by the frame: the same as one by one, but accepted rows wait in columns until they are appended together, and
 * a row of a series that is known is found by the bytes of its key.
 */
final class FrameIntake {
    private final PartitionRows rows;
    private final RowIntake intake;
    private final AppliedFrame frame;
    private final List<SeriesIndex> taken = new ArrayList<>();

    /** Index of the first row that waits. */
    private int waiting;

    FrameIntake(Schema schema, PartitionRows rows, RowIntake intake) {
        this.rows = rows;
        this.intake = intake;
        this.frame = new AppliedFrame(schema, rows.seriesNames());
    }

    AppliedRows apply(RawRows records) {
        if (intake.format() == StreamFormat.ARROW) {
            return applyMany(records);
        }
        int size = records.size();
        frame.begin(size);
        waiting = 0;
        rows.beginFrame();
        for (int i = 0; i < size; i++) {
            if (intake.take(records, i)) {
                take(intake.taken(), records.offset(i), i);
            } else {
                admit(records, i, records.offset(i), i);
            }
        }
        append(size);
        rows.endFrame();
        return frame;
    }

    /** Records of many rows: cells are copied by the column, whatever becomes of their rows. */
    private AppliedRows applyMany(RawRows records) {
        frame.begin(0);
        waiting = 0;
        rows.beginFrame();
        for (int i = 0; i < records.size(); i++) {
            int first = frame.size();
            var batch = intake.open(
                    records.partition(), records.valueBytes(i), records.valueFrom(i), records.valueLength(i));
            if (batch.isPresent()) {
                frame.grow(batch.get().rows().size());
                frame.setRecord(first, frame.size(), i);
                frame.cells.setAll(first, batch.get().rows());
                apply(records.offset(i), records.keyLength(i) >= 0, batch.get(), first);
            } else {
                frame.grow(1);
                frame.setRecord(first, first + 1, ~i);
                admit(records, i, StreamFormat.ARROW.position(records.offset(i), 0), first);
            }
        }
        append(frame.size());
        rows.endFrame();
        return frame;
    }

    private void apply(long offset, boolean hasKey, RowBatch batch, int first) {
        int size = batch.rows().size();
        for (int row = 0; row < size; row++) {
            long position = StreamFormat.ARROW.position(offset, row);
            if (hasKey && batch.take(row)) {
                take(batch.taken(), position, first + row);
            } else if (hasKey) {
                rows.reached(position);
                admit(position, first + row, batch.admit(row));
            } else {
                other(first + row, PartitionRows.withoutKey(position, batch.admit(row)));
            }
        }
    }

    private void take(Taken row, long offset, int index) {
        rows.reached(offset);
        SeriesIndex series = series(row);
        long id = row.id();
        if (id != Taken.NO_ID && rows.knows(series, id)) {
            other(index, rows.duplicate(offset, series.name));
            return;
        }
        stage(index, row.row());
        accept(offset, index, series, row.timeNanos());
        frame.ids[index] = id;
        frame.textIds[index] = null;
        if (id != Taken.NO_ID) {
            rows.remember(series, id, row.timeNanos());
        }
    }

    private void stage(int index, Row row) {
        if (!frame.isOfMany(index)) {
            frame.cells.set(index, row);
        }
    }

    private SeriesIndex series(Taken row) {
        int number = row.number();
        while (taken.size() <= number) {
            taken.add(rows.none);
        }
        SeriesIndex known = taken.get(number);
        if (known != rows.none) {
            return known;
        }
        SeriesIndex found = rows.seriesOf(row.series());
        taken.set(number, found);
        return found;
    }

    /** Takes a record that is no more than one row. */
    private void admit(RawRows records, int record, long offset, int index) {
        byte @Nullable [] key = records.key(record);
        RowIntake.Intake in = intake.admit(records.partition(), key, records.value(record));
        if (key == null) {
            other(index, PartitionRows.withoutKey(offset, in));
            return;
        }
        rows.reached(offset);
        admit(offset, index, in);
    }

    private void admit(long offset, int index, RowIntake.Intake in) {
        switch (in) {
            case RowIn row -> admit(offset, index, row);
            case ControlIn control -> {
                append(index);
                long before = rows.progress();
                frame.set(index, rows.control(offset, control.control()), before, rows.progress());
                waiting = index + 1;
            }
            case MisroutedIn row -> other(index, rows.misrouted(offset, row.series()));
            case MalformedIn bad -> other(index, rows.malformed(offset, bad.problem()));
            case ProvisionalIn unpublished -> other(index, new RowTier.Provisional(offset));
        }
    }

    private void admit(long offset, int index, RowIn row) {
        SeriesIndex series = rows.seriesOf(row.series());
        String id = row.id();
        if (id != null && rows.knows(series, id)) {
            other(index, rows.duplicate(offset, series.name));
            return;
        }
        stage(index, row.row());
        accept(offset, index, series, row.timeNanos());
        frame.ids[index] = Taken.NO_ID;
        frame.textIds[index] = id;
        if (id != null) {
            rows.remember(series, id, row.timeNanos());
        }
    }

    private void accept(long offset, int index, SeriesIndex series, long timeNanos) {
        if (!series.isNewest(timeNanos)) {
            // Its place is found among rows of the table.
            append(index);
        }
        frame.series[index] = series.number;
        frame.offsets[index] = offset;
        frame.times[index] = timeNanos;
        frame.befores[index] = rows.progress();
        frame.progresses[index] = rows.accept(timeNanos);
        series.insert(rows.table().rows() + index - waiting, timeNanos);
    }

    private void other(int index, Applied applied) {
        append(index);
        frame.set(index, applied, rows.progress(), rows.progress());
        waiting = index + 1;
    }

    /** Appends the rows that wait, up to the one at {@code end}. */
    private void append(int end) {
        if (end > waiting) {
            rows.append(frame, waiting, end);
        }
        waiting = end;
    }
}
