package io.polaroid.store.result;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a view knows beside its rows, as of one commit.
 *
 * @param horizon results before this event time have expired
 * @param offset last offset of its first input
 * @param progressNanos progress of its input
 * @param counts by name
 */
record ViewState(long horizon, long offset, long progressNanos, Map<String, Long> counts) {
    private static final byte VERSION = 1;

    ViewState {
        counts = Map.copyOf(counts);
    }

    static ViewState none() {
        return new ViewState(Long.MIN_VALUE, -1, Long.MIN_VALUE, Map.of());
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(horizon);
            out.writeLong(offset);
            out.writeLong(progressNanos);
            out.writeInt(counts.size());
            for (var count : new TreeMap<>(counts).entrySet()) {
                out.writeUTF(count.getKey());
                out.writeLong(count.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static ViewState of(byte[] value) {
        try (var in = new DataInputStream(new ByteArrayInputStream(value))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("changelog state of version " + version + "; known is " + VERSION);
            }
            long horizon = in.readLong();
            long offset = in.readLong();
            long progress = in.readLong();
            Map<String, Long> counts = new TreeMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                counts.put(name, in.readLong());
            }
            return new ViewState(horizon, offset, progress, counts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
