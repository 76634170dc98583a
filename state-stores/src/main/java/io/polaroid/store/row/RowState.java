package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.store.read.PipelineStatus.FeedStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a manifest keeps of a row tier beside its rows.
 *
 * @param counts rows accepted, duplicates, malformed and misrouted records
 * @param series names of the series, by number; in a floor, of its rows
 * @param replay what is known beforehand of the records that follow
 */
record RowState(
        long progress,
        long progressBefore,
        long lastOffset,
        long droppedOffset,
        Counts counts,
        Map<String, Long> newestOfLive,
        List<FeedStatus> feeds,
        List<Outage> outages,
        List<String> series,
        Replay replay) {
    private static final byte VERSION = 3;

    /** Without the records that began and ended outages. */
    private static final byte SECOND_VERSION = 2;

    /** Also without what is known beforehand. */
    private static final byte FIRST_VERSION = 1;

    /** How many records became what. */
    record Counts(long accepted, long duplicates, long malformed, long misrouted) {
        /** All of them. */
        long sum() {
            return accepted + duplicates + malformed + misrouted;
        }
    }

    static RowState of(RowFacts facts, List<String> series) {
        var status = facts.status();
        return new RowState(
                status.progressNanos(),
                facts.progressBefore(),
                status.committedOffset(),
                facts.droppedOffset(),
                new Counts(status.rows(), status.duplicates(), status.deadLetters(), status.rerouted()),
                facts.newestOfLive(),
                facts.feeds(),
                facts.outages(),
                List.copyOf(series.subList(0, facts.series())),
                facts.replay());
    }

    /** The same with other series and another replay. */
    RowState with(List<String> newSeries, Replay newReplay) {
        return new RowState(
                progress,
                progressBefore,
                lastOffset,
                droppedOffset,
                counts,
                newestOfLive,
                feeds,
                outages,
                newSeries,
                newReplay);
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(progress);
            out.writeLong(progressBefore);
            out.writeLong(lastOffset);
            out.writeLong(droppedOffset);
            out.writeLong(counts.accepted);
            out.writeLong(counts.duplicates);
            out.writeLong(counts.malformed);
            out.writeLong(counts.misrouted);
            out.writeInt(newestOfLive.size());
            for (var newest : new TreeMap<>(newestOfLive).entrySet()) {
                write(out, newest.getKey());
                out.writeLong(newest.getValue());
            }
            out.writeInt(feeds.size());
            for (FeedStatus feed : feeds) {
                write(out, feed.source());
                write(out, feed.state());
                out.writeLong(feed.sinceNanos());
            }
            out.writeInt(outages.size());
            for (Outage outage : outages) {
                write(out, outage);
            }
            out.writeInt(series.size());
            for (String name : series) {
                write(out, name);
            }
            write(out, replay);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static RowState of(byte[] state) {
        try (var in = new DataInputStream(new ByteArrayInputStream(state))) {
            byte version = in.readByte();
            if (version < FIRST_VERSION || version > VERSION) {
                throw new IllegalArgumentException("row tier state of version " + version + "; known is " + VERSION);
            }
            long progress = in.readLong();
            long before = in.readLong();
            long last = in.readLong();
            long dropped = in.readLong();
            var counts = new Counts(in.readLong(), in.readLong(), in.readLong(), in.readLong());
            var newest = new TreeMap<String, Long>();
            for (int left = in.readInt(); left > 0; left--) {
                newest.put(read(in), in.readLong());
            }
            var feeds = new ArrayList<FeedStatus>();
            for (int left = in.readInt(); left > 0; left--) {
                feeds.add(new FeedStatus(read(in), read(in), in.readLong()));
            }
            var outages = new ArrayList<Outage>();
            for (int left = in.readInt(); left > 0; left--) {
                outages.add(readOutage(in, version));
            }
            var series = new ArrayList<String>();
            for (int left = in.readInt(); left > 0; left--) {
                series.add(read(in));
            }
            var replay = version == FIRST_VERSION ? Replay.NONE : readReplay(in);
            return new RowState(progress, before, last, dropped, counts, newest, feeds, outages, series, replay);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(DataOutputStream out, Outage outage) throws IOException {
        byte[] key = outage.from().toKey();
        out.writeInt(key.length);
        out.write(key);
        out.writeLong(outage.toNanos());
        out.writeLong(outage.begun());
        out.writeLong(outage.over());
        out.writeLong(outage.progress());
        out.writeBoolean(outage.delays());
    }

    private static Outage readOutage(DataInputStream in, byte version) throws IOException {
        var from = ControlRecord.fromKey(in.readNBytes(in.readInt())).orThrow();
        if (version > SECOND_VERSION) {
            return new Outage(from, in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readBoolean());
        }
        return from.kind() == ControlRecord.Kind.DOWN
                ? Outage.lasting(from, -1, false)
                : new Outage(from, from.toNanos(), -1, -1, Long.MIN_VALUE, false);
    }

    /** Offsets as distances, 7 bits a byte: most are small. */
    private static void write(DataOutputStream out, Replay replay) throws IOException {
        out.writeLong(replay.until());
        out.writeInt(replay.duplicates().length);
        long before = 0;
        for (long offset : replay.duplicates()) {
            long left = offset - before;
            for (; left > 0x7f; left >>>= 7) {
                out.writeByte((int) (left & 0x7f | 0x80));
            }
            out.writeByte((int) left);
            before = offset;
        }
    }

    private static Replay readReplay(DataInputStream in) throws IOException {
        long until = in.readLong();
        long[] duplicates = new long[in.readInt()];
        long before = 0;
        for (int i = 0; i < duplicates.length; i++) {
            long distance = 0;
            int shift = 0;
            int part = in.readUnsignedByte();
            for (; part > 0x7f; part = in.readUnsignedByte(), shift += 7) {
                distance |= (long) (part & 0x7f) << shift;
            }
            before += distance | (long) part << shift;
            duplicates[i] = before;
        }
        return new Replay(until, duplicates);
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
