package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.ClusterMarket;
import io.polaroid.topology.app.ClusterSettings.Protocol;
import io.polaroid.topology.processor.PipelineTopology;
import io.polaroid.topology.processor.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes of one application under exactly once, with standbys, on a broker of their own, and a Parquet sink beside them:
 * killed, restarted, asked to leave, with the broker going away or being killed, while late, repeated and broken records come. After
 * each phase topics, state, counts and files are those of the oracle. Rows stay for 70 s of event time and leave all the while, so that
 * what restores rows without a folder begins at a floor; once in each round no folder is left.
 *
 * <p>Usually what can happen is shared out by the seed: one half under the classic protocol, the other under the streams protocol.
 * With {@code -Dpolaroid.failure.minutes} all of it happens in each round, under either in turn, with the next seed each time, until
 * the time is over. {@code -Dpolaroid.failure.seed} repeats a run.
 */
class FailureIT {
    private static final int INSTANCES = 3;
    private static final int CHUNK = 1_200;
    private static final int EVENTS_A_PHASE = 3;
    private static final int ATTEMPTS = 20;

    private static final List<String> FLOORS = List.of("market.trades.floor", "market.quotes.floor");

    /** Row tiers, by partition, as the log names them. */
    private static final String[] STORES = Stream.of("trades", "quotes")
            .flatMap(stream -> IntStream.range(0, ClusterMarket.PARTITIONS)
                    .mapToObj(partition -> "{store=%s-rows/%d}".formatted(stream, partition)))
            .toArray(String[]::new);

    /** What a row tier says that begins at a floor. */
    private static final String BEGINS_AT_FLOOR = "rows begin at a floor";

    /** As-of joins match right rows that are no further back. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private static final long BEGUN = System.nanoTime();

    @TempDir
    Path folder;

    /** What can happen. */
    private enum Event {
        KILL(true),
        KILL_AND_STAY_AWAY(true),
        KILL_TWO(true),
        KILL_AND_LOSE_STATE(true),
        KILL_ALL_AND_LOSE_STATE(true),
        LEAVE(false),
        RESTART_BROKER(false),
        KILL_BROKER(true),
        KILL_SINK(false);

        /** Whether something dies that is working on a transaction. */
        final boolean kills;

        Event(boolean kills) {
            this.kills = kills;
        }
    }

    @Test
    void nothingIsLostAndNothingComesTwice() throws Exception {
        long seed = Long.getLong("polaroid.failure.seed", System.nanoTime() & 0xFFFFFF);
        Optional<Long> minutes = Optional.ofNullable(Long.getLong("polaroid.failure.minutes"));
        if (minutes.isEmpty()) {
            var events = shuffled(seed);
            int half = events.size() / 2;
            round(seed, Protocol.CLASSIC, losingAll(seed, events.subList(0, half)));
            round(seed, Protocol.STREAMS, losingAll(seed + 1, events.subList(half, events.size())));
            return;
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes.get());
        int rounds = 0;
        do {
            long next = seed + rounds++;
            round(next, next % 2 == 0 ? Protocol.CLASSIC : Protocol.STREAMS, losingAll(next, shuffled(next)));
        } while (System.nanoTime() < end);
        say("%d round(s) passed", rounds);
    }

    private static List<Event> shuffled(long seed) {
        var events = new ArrayList<>(List.of(Event.values()));
        events.remove(Event.KILL_ALL_AND_LOSE_STATE);
        Collections.shuffle(events, new Random(seed));
        return events;
    }

    /** These, and somewhere among them all state is lost. */
    private static List<Event> losingAll(long seed, List<Event> events) {
        var all = new ArrayList<>(events);
        all.add(new Random(seed).nextInt(all.size() + 1), Event.KILL_ALL_AND_LOSE_STATE);
        return all;
    }

    private void round(long seed, Protocol protocol, List<Event> events) throws Exception {
        say("failure test: -Dpolaroid.failure.seed=%d, %s protocol, %s", seed, protocol, events);
        var at = Files.createDirectories(folder.resolve(seed + "-" + protocol));
        var registry = new HashRegistry();
        try (var allocator = new RootAllocator();
                var cluster = new Cluster(
                        at,
                        "market",
                        List.of(
                                "num.standby.replicas=1",
                                "polaroid.state.floor.rows=20",
                                "group.protocol=" + protocol.name().toLowerCase(Locale.ROOT)))) {
            var topology = PipelineTopology.of(ClusterMarket.pipeline(), registry, allocator, new Running())
                    .orThrow();
            topology.registerSchemas();
            Topics.create(ClusterMarket.pipeline(), cluster.servers());
            try (var feed = new ClusterFeed(cluster.servers(), registry, new SplittableRandom(seed));
                    var lake = new ClusterLake(cluster.lake())) {
                var check =
                        new ClusterCheck(cluster, feed, new ClusterTopics(cluster.servers(), registry, topology), lake);
                var run = new Run(cluster, feed, new Random(seed));
                run.start();
                say("instances and sink are up");
                int inFiles = 0;
                for (int i = 0; i < events.size(); i++) {
                    run.happens(events.get(i));
                    if (i % EVENTS_A_PHASE == EVENTS_A_PHASE - 1 || i == events.size() - 1) {
                        inFiles = check.assertEqualsOracle();
                        say("equal to the oracle, with %d rows in Parquet", inFiles);
                    }
                }
                assertThat(inFiles).as("rows in Parquet").isPositive();
                assertThat(run.kills)
                        .hasSize((int)
                                events.stream().filter(event -> event.kills).count())
                        .allSatisfy(kill ->
                                assertThat(kill.committed()).isPositive().isLessThan(kill.end()));
                say(
                        "row tiers that began at a floor: %d",
                        cluster.told(BEGINS_AT_FLOOR).size());
                say("committed at the kills, of what was there: %s", run.kills);
            }
        } catch (AssertionError | Exception e) {
            var log = Path.of("target", "failure-%d-%s.log".formatted(seed, protocol));
            Files.copy(at.resolve("cluster.log"), log, StandardCopyOption.REPLACE_EXISTING);
            throw new AssertionError(
                    "failed with -Dpolaroid.failure.seed=%d; the processes' log: %s".formatted(seed, log), e);
        }
        delete(at);
    }

    /** Long runs would else fill the disk. */
    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
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
            cluster.startSink();
            for (int instance = 0; instance < INSTANCES; instance++) {
                cluster.awaitUp(instance);
            }
            for (int chunk = 0; cluster.partitionsWithRecords(FLOORS) < STORES.length; chunk++) {
                assertThat(chunk)
                        .as("chunks that left a partition without a floor")
                        .isLessThan(ATTEMPTS);
                play();
                settle();
            }
        }

        /**
         * A chunk more. What waits together must not be further apart than rows stay: else a trade could come when the quotes that it
         * matches are gone.
         */
        private void play() throws Exception {
            feed.play(CHUNK);
            assertThat(feed.waits()).isLessThan(ClusterMarket.ROWS_STAY.minus(TOLERANCE));
        }

        /** Waits until all is committed; then time passes. */
        private void settle() throws Exception {
            cluster.awaitCommitted(feed.ends());
            feed.pause();
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
                    settle();
                    play();
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
                case KILL_ALL_AND_LOSE_STATE -> {
                    int before = cluster.told(BEGINS_AT_FLOOR).size();
                    var all = IntStream.range(0, INSTANCES).toArray();
                    killAtWork(all);
                    for (int instance : all) {
                        cluster.loseState(instance);
                    }
                    comeBack(all);
                    settle();
                    assertThat(cluster.told(BEGINS_AT_FLOOR).stream()
                                    .skip(before)
                                    .map(line -> line.substring(line.indexOf("{store="))))
                            .as("row tiers that began at a floor, when all folders were lost")
                            .containsOnly(STORES);
                }
                case LEAVE -> {
                    play();
                    cluster.leave(one);
                    play();
                    comeBack(one);
                }
                case RESTART_BROKER -> {
                    play();
                    cluster.restartBroker();
                    play();
                }
                case KILL_BROKER -> {
                    killAtWork(() -> {
                        cluster.killBroker();
                        return false;
                    });
                    cluster.startKilledBroker();
                    play();
                }
                case KILL_SINK -> {
                    play();
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
                    cluster.killSink();
                    play();
                    cluster.startSink();
                }
            }
            settle();
            say("%s: all is committed after %.1f s", event, (System.nanoTime() - begun) / 1e9);
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
            killAtWork(() -> {
                for (int instance : instances) {
                    cluster.kill(instance);
                }
                if (cluster.committedSum() < sum(feed.ends())) {
                    return false;
                }
                // What was left was others' work; the next kill is to find some.
                comeBack(instances);
                return true;
            });
        }

        private void killAtWork(Kills kill) throws Exception {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long before = cluster.committedSum();
                play();
                long end = sum(feed.ends());
                long committed = before;
                while (committed == before) {
                    committed = cluster.committedSum();
                }
                if (committed < end && !kill.inVain()) {
                    kills.add(new Kill(committed, end));
                    return;
                }
                settle();
            }
            throw new AssertionError("nothing was found at work in " + ATTEMPTS + " attempts");
        }
    }

    /** Kills, and says whether all was committed nevertheless. */
    @FunctionalInterface
    private interface Kills {
        boolean inVain() throws Exception;
    }

    private static long sum(Map<String, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static void say(String format, Object... values) {
        System.out.println("%5d s  ".formatted((System.nanoTime() - BEGUN) / 1_000_000_000) + format.formatted(values));
    }
}
