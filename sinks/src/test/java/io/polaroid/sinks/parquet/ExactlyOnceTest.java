package io.polaroid.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills, stops and zombies: the files that the manifest names hold each published row once, read back by DuckDB. */
class ExactlyOnceTest {
    private static final int RECORDS = 400;

    @TempDir
    Path folder;

    @Test
    void everyPublishedRowBelowTheBoundaryIsThereOnce() throws Exception {
        Lake lake = lake("straight", Topic.random(new SplittableRandom(1), RECORDS));
        Lake.Running running = lake.start(new UnsyncedLakeFiles());
        running.deliver(lake.topic().records, new SplittableRandom(1));
        running.stop();
        assertThat(lake.rows()).isNotEmpty().isEqualTo(lake.publishedBelowBoundary());
        assertThat(lake.manifest().files().size()).isGreaterThan(5);
        assertThat(lake.topic().published.size() - lake.rows().size())
                .as("rows since the last cut")
                .isBetween(0, 29);
    }

    @Test
    void anyBatchesAndAnyStopsGiveTheSameFilesByteForByte() throws Exception {
        for (long seed = 0; seed < 4; seed++) {
            Topic topic = Topic.random(new SplittableRandom(seed), RECORDS);
            Lake straight = lake("straight" + seed, topic);
            straight.start(new UnsyncedLakeFiles()).deliver(topic.records, new SplittableRandom(0));
            Lake stopped = lake("stopped" + seed, topic);
            var random = new SplittableRandom(seed);
            for (int i = 0; i < 5; i++) {
                Lake.Running running = stopped.start(new UnsyncedLakeFiles());
                running.deliver(topic.records.subList(0, random.nextInt(RECORDS)), random);
                running.stop();
            }
            stopped.start(new UnsyncedLakeFiles()).deliver(topic.records, random);
            assertThat(stopped.content()).as("seed %d", seed).isEqualTo(straight.content());
        }
    }

    @Test
    void aKillAtAnyStepLosesAndDoublesNothing() throws Exception {
        Topic topic = Topic.random(new SplittableRandom(42), 100);
        Lake straight = lake("straight", topic);
        var counting = new FailingLakeFiles(Long.MAX_VALUE);
        straight.start(counting).deliver(topic.records, new SplittableRandom(0));
        assertThat(counting.steps()).isGreaterThan(30);
        var expected = straight.content();
        for (long step = 1; step <= counting.steps(); step++) {
            Lake lake = lake("killed-" + step, topic);
            var random = new SplittableRandom(step);
            killAt(lake, new FailingLakeFiles(step), random);
            assertThat(expected)
                    .as("named after a kill at step %d", step)
                    .containsAllEntriesOf(lake.content().headMap("manifest"));
            killAt(lake, new FailingLakeFiles(random.nextInt(1, 30)), random);
            Lake.Running last = lake.start(new UnsyncedLakeFiles());
            last.deliver(topic.records, random);
            last.stop();
            assertThat(lake.content()).as("step %d", step).isEqualTo(expected);
            assertThat(lake.everything())
                    .noneMatch(file ->
                            file.toString().endsWith(".tmp") && !file.toString().contains("_manifest"));
        }
        assertThat(straight.rows()).isEqualTo(straight.publishedBelowBoundary());
    }

    @Test
    void twoTasksOnOnePartitionWriteTheSame() throws Exception {
        for (long seed = 0; seed < 4; seed++) {
            Topic topic = Topic.random(new SplittableRandom(seed), RECORDS);
            Lake straight = lake("straight" + seed, topic);
            straight.start(new UnsyncedLakeFiles()).deliver(topic.records, new SplittableRandom(0));

            Lake shared = lake("shared" + seed, topic);
            var random = new SplittableRandom(seed);
            Lake.Running zombie = shared.start(new UnsyncedLakeFiles());
            zombie.deliver(topic.records.subList(0, random.nextInt(RECORDS / 2)), random);
            Lake.Running heir = shared.start(new UnsyncedLakeFiles());
            int met = random.nextInt(RECORDS / 2, RECORDS);
            heir.deliver(topic.records.subList(0, met), random);
            long boundary = shared.manifest().boundary();
            ignoringItsDeath(() -> zombieGoesOn(zombie, topic, random));
            assertThat(shared.manifest().boundary()).as("never back").isGreaterThanOrEqualTo(boundary);
            assertThat(shared.rows()).isEqualTo(shared.publishedBelowBoundary());
            var rest = topic.records.subList(met, RECORDS);
            for (var message : rest) {
                heir.task().put(java.util.List.of(message));
            }
            assertThat(shared.content()).as("seed %d", seed).isEqualTo(straight.content());
        }
    }

    @Test
    void aZombieThatWasFullySetUpBeforeItsHeirWritesTheSameNamesAndContent() throws Exception {
        Topic topic = Topic.random(new SplittableRandom(5), RECORDS);
        Lake straight = lake("straight", topic);
        straight.start(new UnsyncedLakeFiles()).deliver(topic.records, new SplittableRandom(0));
        Lake shared = lake("shared", topic);
        Lake.Running one = shared.start(new UnsyncedLakeFiles());
        Lake.Running other = shared.start(new UnsyncedLakeFiles());
        for (var message : topic.records) {
            one.task().put(java.util.List.of(message));
            other.task().put(java.util.List.of(message));
        }
        assertThat(shared.content()).isEqualTo(straight.content());
        assertThat(shared.everything().stream().filter(f -> f.toString().endsWith(".parquet")))
                .hasSize(straight.manifest().files().size());
    }

    @Test
    void aFullDiskFailsTheTask() {
        Lake lake = lake("full", Topic.random(new SplittableRandom(1), RECORDS));
        Lake.Running running = lake.start(new FailingLakeFiles(3));
        assertThatThrownBy(() -> running.deliver(lake.topic().records, new SplittableRandom(1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("bars_1m-2")
                .hasMessageContaining("No space left on device");
    }

    /** The zombie missed nothing and repeats nothing: its consumer goes on where it was. */
    private static void zombieGoesOn(Lake.Running zombie, Topic topic, SplittableRandom random) {
        zombie.task()
                .put(topic.records.stream()
                        .filter(message -> message.kafkaOffset() > zombie.task().position(Topic.PARTITION))
                        .limit(random.nextInt(1, RECORDS))
                        .toList());
    }

    private static void killAt(Lake lake, LakeFiles files, SplittableRandom random) {
        ignoringItsDeath(() -> lake.start(files).deliver(lake.topic().records, random));
    }

    private static void ignoringItsDeath(Runnable task) {
        try {
            task.run();
        } catch (ConnectException e) {
            assertThat(e.getCause()).isInstanceOf(java.io.IOException.class);
        }
    }

    private Lake lake(String name, Topic topic) {
        return new Lake(folder.resolve(name), topic, 30, Duration.ofSeconds(10));
    }
}
