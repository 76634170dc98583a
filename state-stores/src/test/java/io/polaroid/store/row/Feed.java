package io.polaroid.store.row;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.store.TextIntake;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random records of a partition, in offset order with gaps: rows in rough time order, repeats, stragglers, controls, rubbish. */
public final class Feed {
    private Feed() {}

    /** A record of the topic. */
    public record Event(long offset, byte[] key, byte[] value) {}

    public static List<Event> random(long seed, int records) {
        var random = new SplittableRandom(seed);
        var events = new ArrayList<Event>();
        long offset = random.nextInt(3) * 1_000L;
        long now = 1_700_000_000_000_000_000L;
        for (int i = 0; i < records; i++) {
            offset += random.nextInt(10) == 0 ? random.nextInt(2, 5) : 1;
            now += random.nextInt(1_000) == 0 ? 2_000_000_000L : random.nextLong(2_000_000);
            events.add(event(random, offset, now));
        }
        return events;
    }

    private static Event event(SplittableRandom random, long offset, long now) {
        byte[] series = ("S" + random.nextInt(1, 6)).getBytes(StandardCharsets.UTF_8);
        int kind = random.nextInt(100);
        if (kind < 3) {
            return new Event(offset, control(random, now), null);
        }
        if (kind < 4) {
            return new Event(offset, series, ">S9".getBytes(StandardCharsets.UTF_8));
        }
        if (kind < 5) {
            return new Event(offset, random.nextBoolean() ? null : series, "rubbish".getBytes(StandardCharsets.UTF_8));
        }
        long time = (now - late(random)) / 1_000 * 1_000;
        return new Event(
                offset,
                series,
                TextIntake.value(
                        time,
                        id(random, offset),
                        random.nextInt(20) == 0 ? null : (double) random.nextInt(1_000) / 8,
                        random.nextInt(20) == 0 ? null : random.nextInt(50),
                        random.nextInt(3) == 0 ? null : "V" + random.nextInt(3),
                        random.nextBoolean(),
                        random.nextInt(5) == 0 ? null : "12.5"));
    }

    private static long late(SplittableRandom random) {
        return switch (random.nextInt(30)) {
            case 0 -> random.nextLong(500_000_000);
            case 1 -> random.nextLong(3_000_000_000L);
            case 2, 3, 4, 5 -> random.nextLong(5_000_000);
            default -> 0;
        };
    }

    private static String id(SplittableRandom random, long offset) {
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> Long.toString(random.nextLong(Math.max(1, offset - 200), offset + 1));
            case 2 -> "t-" + random.nextLong(Math.max(1, offset - 200), offset + 1);
            case 3 -> "0" + offset;
            default -> Long.toString(offset);
        };
    }

    private static byte[] control(SplittableRandom random, long now) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        long time = now - random.nextLong(20_000_000);
        return new ControlRecord("feed/" + random.nextInt(2), kind, time, time, "*").toKey();
    }
}
