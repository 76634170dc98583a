package io.polaroid.store.entry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import org.apache.kafka.streams.query.Position;

/**
 * What a manifest keeps beside the rows.
 *
 * @param latest the latest time seen
 * @param position how far the inputs are in it
 * @param liveRows which rows count
 */
record EntryState(long latest, Position position, long[] liveRows) {
    private static final int VERSION = 1;

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            out.writeLong(latest);
            write(out);
            out.writeInt(liveRows.length);
            for (long word : liveRows) {
                out.writeLong(word);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutputStream out) throws IOException {
        var topics = new ArrayList<>(position.getTopics());
        out.writeInt(topics.size());
        for (String topic : topics) {
            var partitions = position.getPartitionPositions(topic);
            out.writeUTF(topic);
            out.writeInt(partitions.size());
            for (var partition : partitions.entrySet()) {
                out.writeInt(partition.getKey());
                out.writeLong(partition.getValue());
            }
        }
    }

    static EntryState of(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readInt();
            if (version != VERSION) {
                throw new IllegalStateException("the state is of version " + version + "; known is " + VERSION);
            }
            long latest = in.readLong();
            Position position = readPosition(in);
            long[] rows = new long[in.readInt()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = in.readLong();
            }
            return new EntryState(latest, position, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Position readPosition(DataInputStream in) throws IOException {
        Position position = Position.emptyPosition();
        for (int topics = in.readInt(); topics > 0; topics--) {
            String topic = in.readUTF();
            for (int partitions = in.readInt(); partitions > 0; partitions--) {
                position.withComponent(topic, in.readInt(), in.readLong());
            }
        }
        return position;
    }
}
