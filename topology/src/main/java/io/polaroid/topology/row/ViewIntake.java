package io.polaroid.topology.row;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.store.RowIntake;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * What a view takes from another view's topic: published results, of which a later revision replaces an earlier one.
 * Provisional ones are passed over. An undefined number (0/0) of the inner view is a null here.
 */
public final class ViewIntake implements RowIntake {
    private final StreamColumns columns;
    private final RowCodec codec;
    private final int revision;
    private final int partitions;
    private final boolean movesProgress;

    /**
     * The intake of a view's topic.
     *
     * @param columns what other views see of the results: all but the last three columns
     * @param codec codec of the topic
     * @param partitions how many partitions it has
     * @param movesProgress whether results come in order of their times
     */
    public ViewIntake(StreamColumns columns, RowCodec codec, int partitions, boolean movesProgress) {
        this.columns = columns;
        this.codec = codec;
        this.revision = columns.schema().getFields().size();
        this.partitions = partitions;
        this.movesProgress = movesProgress;
    }

    @Override
    public boolean movesProgress() {
        return movesProgress;
    }

    @Override
    public Intake admit(int partition, byte @Nullable [] key, byte @Nullable [] value) {
        if (value == null) {
            return key != null && ControlRecord.isControl(key)
                    ? StreamIntake.control(key)
                    : new MalformedIn(Problem.of(ProblemCode.MALFORMED_RECORD, "a view's record has no value"));
        }
        return switch (codec.decode(value)) {
            case Result.Err<Row> err -> new MalformedIn(err.problem());
            case Result.Ok<Row> ok -> result(partition, key, ok.value());
        };
    }

    private Intake result(int partition, byte @Nullable [] key, Row row) {
        if (row.isNull(revision)) {
            return new ProvisionalIn();
        }
        var series = SeriesKey.of(row, columns.key());
        if (SeriesKey.partition(series, partitions) != partition
                || !Arrays.equals(key, series.getBytes(StandardCharsets.UTF_8))) {
            return new MisroutedIn(series);
        }
        return new RowIn(series, columns.timeNanos(row), null, defined(row));
    }

    private Row defined(Row row) {
        @Nullable Object[] cells = new Object[revision];
        for (int i = 0; i < revision; i++) {
            boolean undefined = columns.schema().getFields().get(i).getType() instanceof ArrowType.FloatingPoint
                    && !row.isNull(i)
                    && !Double.isFinite(row.doubleAt(i));
            cells[i] = undefined ? null : row.valueAt(i);
        }
        return new ArrayRow(cells);
    }
}
