package io.polaroid.bench.dsl;

import io.polaroid.bench.workload.Bar;
import io.polaroid.bench.workload.InputRow;
import io.polaroid.bench.workload.Rolled;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Hand-written serdes, fixed-width where they serve state stores: Avro's or JSON's would cost the DSL more. */
final class RowSerdes {
    private RowSerdes() {}

    /** Trades of the topic; read only. */
    static Serde<InputRow> trades() {
        return Serdes.serdeFrom(
                (topic, row) -> row == null ? null : store(row),
                (topic, bytes) -> bytes == null ? null : bytes[0] == 0 ? InputRow.trade(bytes) : load(bytes));
    }

    /** Quotes of the topic, and of the store that keeps their versions. */
    static Serde<InputRow> quotes() {
        return Serdes.serdeFrom(
                (topic, row) -> row == null ? null : store(row),
                (topic, bytes) -> bytes == null ? null : bytes[0] == 0 ? InputRow.quote(bytes) : load(bytes));
    }

    static Serde<Bar> bars() {
        return Serdes.serdeFrom(
                (topic, bar) -> bar == null ? null : bar.write(),
                (topic, bytes) -> bytes == null ? null : Bar.read(bytes));
    }

    static Serde<Rolled> rolled() {
        return Serdes.serdeFrom(
                (topic, rolled) -> rolled == null ? null : rolled.write(),
                (topic, bytes) -> bytes == null ? null : Rolled.read(bytes));
    }

    /** A first byte of 1 tells it from the wire format's 0. */
    private static byte[] store(InputRow row) {
        var symbol = row.symbol.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(33 + symbol.length)
                .put((byte) 1)
                .putLong(row.millis)
                .putDouble(row.price)
                .putDouble(row.size)
                .putDouble(row.ask)
                .put(symbol)
                .array();
    }

    private static InputRow load(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        var row = new InputRow();
        row.millis = in.getLong();
        row.price = in.getDouble();
        row.size = in.getDouble();
        row.ask = in.getDouble();
        row.symbol = new String(bytes, 33, bytes.length - 33, java.nio.charset.StandardCharsets.ISO_8859_1);
        return row;
    }
}
