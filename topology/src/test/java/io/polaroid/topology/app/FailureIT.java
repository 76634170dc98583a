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
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes of one application under exactly once, with standbys, on a broker of their own, and a Parquet sink beside them:
 * killed, restarted, asked to leave, with the broker going away or being killed, while late, repeated and broken records come. After
 * each phase topics, state, counts and files are those of the oracle.
 *
 * <p>Usually what can happen is shared out by the seed: one half under the classic protocol, the other under the streams protocol.
 * With {@code -Dpolaroid.failure.minutes} all of it happens in each round, under either in turn, with the next seed each time, until
 * the time is over. {@code -Dpolaroid.failure.seed} repeats a run.
 */
class FailureIT {
    private static final int INSTANCES = 3;
    private static final int CHUNK = 1_200;
    private static final int EVENTS_A_PHASE = 2;
    private static final int ATTEMPTS = 20;
    private static final long BEGUN = System.nanoTime();

    @TempDir
    Path folder;

    /** What can happen. */
    private enum Event {
        KILL(true),
        KILL_AND_STAY_AWAY(true),
        KILL_TWO(true),
        KILL_AND_LOSE_STATE(true),
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
            round(seed, Protocol.CLASSIC, events.subList(0, half));
            round(seed, Protocol.STREAMS, events.subList(half, events.size()));
            return;
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes.get());
        int rounds = 0;
        do {
            long next = seed + rounds++;
            round(next, next % 2 == 0 ? Protocol.CLASSIC : Protocol.STREAMS, shuffled(next));
        } while (System.nanoTime() < end);
        say("%d round(s) passed", rounds);
    }

    private static List<Event> shuffled(long seed) {
        var events = new ArrayList<>(List.of(Event.values()));
        Collections.shuffle(events, new Random(seed));
        return events;
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
                case KILL_BROKER -> {
                    killAtWork(() -> {
                        cluster.killBroker();
                        return false;
                    });
                    cluster.startKilledBroker();
                    feed.play(CHUNK);
                }
                case KILL_SINK -> {
                    feed.play(CHUNK);
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(500));
                    cluster.killSink();
                    feed.play(CHUNK);
                    cluster.startSink();
                }
            }
            cluster.awaitCommitted(feed.ends());
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
                feed.play(CHUNK);
                long end = sum(feed.ends());
                long committed = before;
                while (committed == before) {
                    committed = cluster.committedSum();
                }
                if (committed < end && !kill.inVain()) {
                    kills.add(new Kill(committed, end));
                    return;
                }
                cluster.awaitCommitted(feed.ends());
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
