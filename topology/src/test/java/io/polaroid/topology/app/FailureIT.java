package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.BatchOracle;
import io.polaroid.topology.BatchOracle.Tick;
import io.polaroid.topology.ClusterMarket;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes of one application under exactly once, with standbys, on a broker of their own: killed, restarted, asked to
 * leave, with the broker going away, while late, repeated and broken records come. After each phase topics, state and counts
 * are those of the oracle. {@code -Dpolaroid.failure.seed} repeats a run, {@code -Dpolaroid.failure.minutes} makes it long.
 */
class FailureIT {
    private static final int INSTANCES = 3;
    private static final int CHUNK = 1_200;
    private static final int EVENTS_A_PHASE = 2;
    private static final int ATTEMPTS = 20;
    /** Of the events, those that kill. */
    private static final int KILLS = 4;

    private static final int TABLES = 2 + ClusterMarket.VIEWS.size();

    @TempDir
    Path folder;

    /** What can happen to the instances. */
    private enum Event {
        KILL,
        KILL_AND_STAY_AWAY,
        KILL_TWO,
        KILL_AND_LOSE_STATE,
        LEAVE,
        RESTART_BROKER
    }

    @Test
    void nothingIsLostAndNothingComesTwice() throws Exception {
        long seed = Long.getLong("polaroid.failure.seed", System.nanoTime() & 0xFFFFFF);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("polaroid.failure.minutes", 0));
        int round = 0;
        do {
            say("failure test, round %d: -Dpolaroid.failure.seed=%d", round + 1, seed + round);
            round(seed + round, Files.createDirectories(folder.resolve("round-" + round)));
            round++;
        } while (System.nanoTime() < end);
        say("%d round(s) passed", round);
    }

    private void round(long seed, Path at) throws Exception {
        var registry = new HashRegistry();
        try (var allocator = new RootAllocator();
                var cluster = new Cluster(at, "market", List.of("num.standby.replicas=1"))) {
            var topology = PipelineTopology.of(ClusterMarket.pipeline(), registry, allocator, new Running())
                    .orThrow();
            topology.registerSchemas();
            Topics.create(ClusterMarket.pipeline(), cluster.servers());
            try (var feed = new ClusterFeed(cluster.servers(), registry, new SplittableRandom(seed))) {
                var run = new Run(cluster, feed, new Random(seed));
                run.start();
                var events = new ArrayList<>(List.of(Event.values()));
                Collections.shuffle(events, run.random);
                for (int i = 0; i < events.size(); i++) {
                    run.happens(events.get(i));
                    if (i % EVENTS_A_PHASE == EVENTS_A_PHASE - 1) {
                        assertEqualsOracle(cluster, feed, new ClusterTopics(cluster.servers(), registry, topology));
                        say("  phase of %s: equal to the oracle", events.subList(i - 1, i + 1));
                    }
                }
                assertThat(run.kills).hasSize(KILLS).allSatisfy(kill -> {
                    assertThat(kill.committed()).isPositive().isLessThan(kill.end());
                });
                say("  committed at the kills, of what was there: %s", run.kills);
            }
        } catch (AssertionError | Exception e) {
            var log = Path.of("target", "failure-" + seed + ".log");
            Files.copy(at.resolve("cluster.log"), log, StandardCopyOption.REPLACE_EXISTING);
            throw new AssertionError(
                    "failed with -Dpolaroid.failure.seed=%d; the processes' log: %s".formatted(seed, log), e);
        }
    }

    private record Kill(long committed, long end) {
        @Override
        public String toString() {
            return committed + "/" + end;
        }
    }

    /** The instances and the feed while things happen to them. */
    private static final class Run {
        final Cluster cluster;
        final ClusterFeed feed;
        final Random random;
        final List<Kill> kills = new ArrayList<>();

        Run(Cluster cluster, ClusterFeed feed, Random random) {
            this.cluster = cluster;
            this.feed = feed;
            this.random = random;
        }

        void start() throws Exception {
            for (int instance = 0; instance < INSTANCES; instance++) {
                cluster.join(instance);
            }
            for (int instance = 0; instance < INSTANCES; instance++) {
                cluster.awaitUp(instance);
            }
            feed.play(CHUNK);
            cluster.awaitCommitted(feed.ends());
        }

        void happens(Event event) throws Exception {
            int one = random.nextInt(INSTANCES);
            int other = (one + 1 + random.nextInt(INSTANCES - 1)) % INSTANCES;
            var begun = System.nanoTime();
            switch (event) {
                case KILL -> {
                    killAtWork(one);
                    comeBack(one);
                }
                case KILL_AND_STAY_AWAY -> {
                    killAtWork(one);
                    cluster.awaitCommitted(feed.ends());
                    feed.play(CHUNK);
                    comeBack(one);
                }
                case KILL_TWO -> {
                    killAtWork(one, other);
                    comeBack(one, other);
                }
                case KILL_AND_LOSE_STATE -> {
                    killAtWork(one);
                    cluster.loseState(one);
                    comeBack(one);
                }
                case LEAVE -> {
                    feed.play(CHUNK);
                    cluster.leave(one);
                    feed.play(CHUNK);
                    comeBack(one);
                }
                case RESTART_BROKER -> {
                    feed.play(CHUNK);
                    cluster.restartBroker();
                    feed.play(CHUNK);
                }
            }
            cluster.awaitCommitted(feed.ends());
            say("  %s: all is committed after %.1f s", event, (System.nanoTime() - begun) / 1e9);
        }

        private void comeBack(int... instances) throws InterruptedException {
            for (int instance : instances) {
                cluster.join(instance);
            }
            for (int instance : instances) {
                cluster.awaitUp(instance);
            }
        }

        /** Kills instances while there is work: some of a new chunk is committed, and not all of it. */
        private void killAtWork(int... instances) throws Exception {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long before = cluster.committedSum();
                feed.play(CHUNK);
                long end = sum(feed.ends());
                long committed = before;
                while (committed == before) {
                    committed = cluster.committedSum();
                }
                if (committed < end) {
                    for (int instance : instances) {
                        cluster.kill(instance);
                    }
                    long left = cluster.committedSum();
                    if (left < end) {
                        kills.add(new Kill(left, end));
                        return;
                    }
                    // What was left was others' work; the next kill is to find some.
                    comeBack(instances);
                }
                cluster.awaitCommitted(feed.ends());
            }
            throw new AssertionError("no instance was found at work in " + ATTEMPTS + " attempts");
        }
    }

    private static void assertEqualsOracle(Cluster cluster, ClusterFeed feed, ClusterTopics topics) throws Exception {
        var state = state(cluster);
        for (String view : ClusterMarket.VIEWS) {
            var expected = byPartition((trades, quotes) -> ClusterMarket.expected(view, trades, quotes), feed);
            for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                assertThat(topics.newest(view, partition))
                        .as("topic %s-%s", view, partition)
                        .isEqualTo(expected.get(partition));
                assertThat(state.rows().getOrDefault(view + "-" + partition, Map.of()))
                        .as("state of %s-%s", view, partition)
                        .isEqualTo(expected.get(partition));
            }
        }
        for (String stream : List.of("trades", "quotes")) {
            for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                assertThat(state.rows()
                                .getOrDefault(stream + "-" + partition, Map.of())
                                .keySet())
                        .as("rows of %s-%s", stream, partition)
                        .isEqualTo(accepted(feed.ticks(stream, partition)));
            }
        }
        assertCounts(feed, topics, state.counts());
        assertThat(topics.deadLetters())
                .as("dead letters")
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(feed.poison());
    }

    private static void assertCounts(ClusterFeed feed, ClusterTopics topics, Map<String, Map<String, Long>> counts) {
        for (String view : ClusterMarket.VIEWS) {
            long lateRows = 0;
            for (String input : view.equals("enriched") ? List.of("trades", "quotes") : List.of("trades")) {
                var of = counts.get(view + "/" + input);
                long late = 0;
                long duplicates = 0;
                for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                    late += ClusterMarket.late(view, feed.ticks(input, partition));
                    duplicates += BatchOracle.duplicates(feed.ticks(input, partition));
                }
                assertThat(of.values().stream().mapToLong(Long::longValue).sum())
                        .as("records of %s that %s counts: %s", input, view, of)
                        .isEqualTo(feed.records(input));
                assertThat(of)
                        .as("counts of %s/%s", view, input)
                        .containsEntry("late", late)
                        .containsEntry("duplicate", duplicates)
                        .containsEntry(
                                "dead_letter",
                                input.equals("trades") ? (long) feed.poison().size() : 0L);
                lateRows += late;
            }
            assertThat(topics.late(view)).as("late rows of %s", view).hasSize((int) lateRows);
        }
    }

    /** Offsets as text of the rows that are no duplicates. */
    private static TreeSet<String> accepted(List<Tick> ticks) {
        var ids = new HashSet<String>();
        var offsets = new TreeSet<String>();
        for (Tick tick : ticks) {
            if (ids.add(tick.symbol() + "/" + tick.id().orElseThrow())) {
                offsets.add(String.valueOf(tick.offset()));
            }
        }
        return offsets;
    }

    private static List<Map<String, String>> byPartition(
            BiFunction<List<Tick>, List<Tick>, Map<String, String>> answer, ClusterFeed feed) {
        var answers = new ArrayList<Map<String, String>>();
        for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
            answers.add(answer.apply(feed.ticks("trades", partition), feed.ticks("quotes", partition)));
        }
        return answers;
    }

    private record State(Map<String, Map<String, String>> rows, Map<String, Map<String, Long>> counts) {}

    private static State state(Cluster cluster) throws Exception {
        var rows = new HashMap<String, Map<String, String>>();
        var counts = new HashMap<String, Map<String, Long>>();
        for (String line : cluster.state(TABLES * ClusterMarket.PARTITIONS)) {
            var cells = line.split("\t", -1);
            if (cells[0].equals("row")) {
                var before = rows.computeIfAbsent(cells[1] + "-" + cells[2], key -> new TreeMap<>())
                        .put(cells[3], cells.length > 4 ? cells[4] : "");
                assertThat(before).as("second row in the state: %s", line).isNull();
            } else if (cells[0].equals("count")) {
                counts.computeIfAbsent(cells[1] + "/" + cells[2], key -> new TreeMap<>())
                        .merge(cells[3], Long.parseLong(cells[4]), Long::sum);
            }
        }
        return new State(rows, counts);
    }

    private static long sum(Map<String, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void say(String format, Object... values) {
        System.out.println(format.formatted(values));
    }
}
