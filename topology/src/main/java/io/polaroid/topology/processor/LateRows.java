package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.row.StreamColumns;
import io.polaroid.topology.view.ViewOutput.LateRow;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.TimeUnit;

/** Makes records of a view's late topic. */
public final class LateRows {
    private final ViewSpec view;
    private final RowCodec codec;
    private final Map<String, StreamColumns> inputs;

    /**
     * Late rows of one view.
     *
     * @param codec codec of its late topic
     * @param inputs columns of its inputs, by stream
     */
    public LateRows(ViewSpec view, RowCodec codec, Map<String, StreamColumns> inputs) {
        this.view = view;
        this.codec = codec;
        this.inputs = inputs;
    }

    byte[] encode(LateRow late, int partition) {
        var row = late.row();
        boolean keepsPayload = view.policy().late() == ViewSpec.Late.SIDE;
        var schema = Objects.requireNonNull(inputs.get(late.input())).schema();
        return codec.encode(ArrayRow.of(
                view.name(),
                late.input(),
                row.series(),
                micros(row.timeNanos()),
                micros(late.windowStart()),
                micros(late.windowEnd()),
                late.latenessNanos() / 1_000,
                keepsPayload ? "side" : "drop",
                (long) partition,
                row.offset(),
                keepsPayload ? RowJson.text(schema, row.row()) : null));
    }

    private static Long micros(long nanos) {
        return TimeUnits.fromNanos(nanos, TimeUnit.MICROSECOND);
    }
}
