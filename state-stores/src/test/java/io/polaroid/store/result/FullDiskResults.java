package io.polaroid.store.result;

import io.polaroid.store.StoreLimits;
import io.polaroid.testsupport.FullDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.streams.errors.ProcessorStateException;

/** A result tier in a process whose disk is full, and has room again later. Arguments: folder, and the command that makes room. */
public final class FullDiskResults {
    private static final long SECOND = 1_000_000_000L;
    private static final int STEPS = 40_000;
    private static final int COMMIT = 400;

    private record Logged(byte[] key, byte[] value) {}

    private final List<Logged> topic = new ArrayList<>();
    private final NaiveResults twin = new NaiveResults();
    private final SplittableRandom random = new SplittableRandom(4);
    private final StoreLimits limits = new StoreLimits();
    private int step;

    private FullDiskResults() {}

    public static void main(String[] arguments) throws Exception {
        var test = new FullDiskResults();
        test.limits.configure(Map.of(StoreLimits.MEMORY_BYTES, 3_000_000));
        test.run(Path.of(arguments[0], "results"), List.of(arguments).subList(1, arguments.length));
        System.out.println("all is right");
        System.exit(0);
    }

    private void run(Path folder, List<String> room) throws Exception {
        try (var allocator = new RootAllocator()) {
            try (var life = new ResultLife(folder, limits, allocator)) {
                change(life);
                throw new AssertionError("all results were taken, though there is no room for them");
            } catch (ProcessorStateException e) {
                System.out.println("refused after " + step + ": " + e.getMessage());
            }
            // What it wrote while there was room, and its changelog, give what was committed
            try (var life = new ResultLife(folder, limits, allocator)) {
                restore(life);
                check(life);
                // And with room, all results are taken, now and in a later life
                FullDisk.makeRoom(room);
                change(life);
                check(life);
                life.disk.writeLast(topic.size() - 1, life::view, life.store::toBytes);
            }
            try (var life = new ResultLife(folder, limits, allocator)) {
                if (life.disk.offset() != topic.size() - 1) {
                    throw new AssertionError("on disk up to " + life.disk.offset() + " of " + (topic.size() - 1));
                }
                check(life);
            }
        }
    }

    /** Changes results until all is done or there is no room, which is asked for before a commit as Kafka Streams does. */
    private void change(ResultLife life) {
        while (step < STEPS) {
            if (step % COMMIT == 0) {
                life.disk.makeRoom();
            }
            for (int end = step + COMMIT; step < end; step++) {
                change(life.store);
            }
            life.store.reached(step, time());
            life.store.write((key, value) -> topic.add(new Logged(key, value)));
            life.disk.committed(topic.size() - 1, life::view, life.store::toBytes);
        }
    }

    private long time() {
        return 1_700_000_000L * SECOND + step * SECOND / 100;
    }

    private void change(ViewResults store) {
        long back = random.nextInt(20) == 0 ? random.nextLong(300) : random.nextLong(2);
        var key = new NaiveResults.Key("S" + random.nextInt(300), (time() / SECOND - back) * SECOND, random.nextInt(4));
        int found = store.rows().find(key.series(), key.time(), key.sequence());
        int row = found >= 0 ? found : store.insert(key.series(), key.time(), key.sequence());
        var cells = twin.rows.computeIfAbsent(key, one -> new NaiveResults.Cells());
        cells.results[2] = random.nextDouble();
        store.rows().set(row, 2, cells.results[2]);
        cells.results[3] = random.nextBoolean() ? null : "status " + random.nextInt(1_000);
        store.rows().set(row, 3, cells.results[3]);
    }

    private void restore(ResultLife life) {
        System.out.println("on disk up to " + life.disk.offset() + " of " + (topic.size() - 1));
        for (Logged record : topic.subList((int) Math.max(0, life.disk.offset() + 1), topic.size())) {
            life.store.restore(record.key(), record.value());
        }
    }

    private void check(ResultLife life) {
        if (!NaiveResults.of(life.store).equals(twin.rows)) {
            throw new AssertionError("results differ");
        }
    }
}
