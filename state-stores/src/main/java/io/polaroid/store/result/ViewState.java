package io.polaroid.store.result;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.query.Position;

/**
 * What a view knows beside its rows, as of one commit.
 *
 * @param horizon results before this event time have expired
 * @param offset last offset of its first input
 * @param progressNanos progress of its input
 * @param counts by name
 * @param positions last offset of each input topic
 */
record ViewState(long horizon, long offset, long progressNanos, Map<String, Long> counts, Map<String, Long> positions) {
    private static final byte VERSION = 2;

    /** Without positions. */
    private static final byte FIRST_VERSION = 1;

    ViewState {
        counts = Map.copyOf(counts);
        positions = Map.copyOf(positions);
    }

    static ViewState none() {
        return new ViewState(Long.MIN_VALUE, -1, Long.MIN_VALUE, Map.of(), Map.of());
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(horizon);
            out.writeLong(offset);
            out.writeLong(progressNanos);
            write(out, counts);
            write(out, positions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Map<String, Long> numbers) throws IOException {
        out.writeInt(numbers.size());
        for (var number : new TreeMap<>(numbers).entrySet()) {
            out.writeUTF(number.getKey());
            out.writeLong(number.getValue());
        }
    }

    private static Map<String, Long> read(DataInputStream in) throws IOException {
        Map<String, Long> numbers = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            numbers.put(name, in.readLong());
        }
        return numbers;
    }

    /** The positions as Kafka Streams has them. */
    Position position(int partition) {
        Position position = Position.emptyPosition();
        positions.forEach((topic, last) -> position.withComponent(topic, partition, last));
        return position;
    }

    static ViewState of(byte[] value) {
        try (var in = new DataInputStream(new ByteArrayInputStream(value))) {
            byte version = in.readByte();
            if (version != VERSION && version != FIRST_VERSION) {
                throw new IllegalArgumentException("changelog state of version " + version + "; known is " + VERSION);
            }
            long horizon = in.readLong();
            long offset = in.readLong();
            long progress = in.readLong();
            Map<String, Long> counts = read(in);
            return new ViewState(horizon, offset, progress, counts, version == FIRST_VERSION ? Map.of() : read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
