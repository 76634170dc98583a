package io.polaroid.topology.processor;

import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import io.polaroid.topology.view.ViewOutput.LateRow;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.vector.types.TimeUnit;
import org.jspecify.annotations.Nullable;

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
        var payload = payload(late);
        return codec.encode(ArrayRow.of(
                view.name(),
                late.input(),
                row.series(),
                micros(row.timeNanos()),
                micros(late.windowStart()),
                micros(late.windowEnd()),
                late.latenessNanos() / 1_000,
                payload == null ? "drop" : "side",
                (long) partition,
                row.offset(),
                payload));
    }

    /** None for a row whose text would not fit into a record; it can be read from its topic. */
    private @Nullable String payload(LateRow late) {
        if (view.policy().late() == ViewSpec.Late.DROP) {
            return null;
        }
        var schema = Objects.requireNonNull(inputs.get(late.input())).schema();
        var text = RowJson.text(schema, late.row().row());
        return text.getBytes(StandardCharsets.UTF_8).length > Refused.KEPT_BYTES ? null : text;
    }

    private static Long micros(long nanos) {
        return TimeUnits.fromNanos(nanos, TimeUnit.MICROSECOND);
    }
}
