package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Stores;
import io.polaroid.store.read.Endpoint;
import io.polaroid.store.read.RestoreStatus;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.ClusterMarket;
import io.polaroid.topology.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A second instance is given partitions and takes long to restore them: meanwhile the first one, where they stand by now, answers for them,
 * says how far its answer goes, and the second one says that it has none, and where there is one. The restore is held half done, so
 * nothing depends on time.
 */
@ExtendWith(Allocators.class)
class RestoringIT {
    private static final int RECORDS = 4_000;
    private static final Endpoint FIRST = new Endpoint("127.0.0.1", 50_001);

    @TempDir
    Path folder;

    private StreamsSettings settings(
            EmbeddedBroker broker, String name, ClusterSettings.Protocol protocol, boolean held) {
        var kafka = new java.util.HashMap<>(Map.of(
                // A member without state is given active tasks at once, as it is under the streams protocol.
                "acceptable.recovery.lag", String.valueOf(Long.MAX_VALUE), "restore.consumer.max.poll.records", "50"));
        if (held) {
            kafka.put("restore.consumer.interceptor.classes", HeldRestore.class.getName());
        }
        var usual = StreamsSettings.of(broker.bootstrapServers(), folder.resolve(name));
        return new StreamsSettings(
                        usual.bootstrapServers(), usual.stateFolder(), usual.commitInterval(), kafka, usual.frames())
                .with(new ClusterSettings(1, protocol))
                .answeringAt(FIRST.host(), held ? FIRST.port() + 1 : FIRST.port());
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(180)
    void theStandbyAnswers(ClusterSettings.Protocol protocol, BufferAllocator allocator) throws Exception {
        var registry = new HashRegistry();
        var pipeline = ClusterMarket.pipeline();
        try (var broker = EmbeddedBroker.open()) {
            Topics.create(pipeline, broker.bootstrapServers());
            try (var feed = new ClusterFeed(broker.bootstrapServers(), registry, new SplittableRandom(5));
                    var one =
                            StreamsApp.open(pipeline, settings(broker, "one", protocol, false), registry, allocator)) {
                feed.play(RECORDS);
                var all = StandbyIT.awaitAll(one, feed, allocator);
                // Those that are not the first one's any more: a standby of what it has is not held.
                HeldRestore.hold(partition -> one.streams().stream().noneMatch(here -> here.partition() == partition));
                // When a second instance has restored a part of what it was given
                try (var two =
                        StreamsApp.open(pipeline, settings(broker, "two", protocol, true), registry, allocator)) {
                    try {
                        var restoring = awaitHalfDone(one, two, allocator);
                        assertStandbyAnswers(one, two, restoring, feed, all, allocator);
                        // And more rows come, which nobody has taken yet
                        feed.play(RECORDS / 10);
                        assertBounds(one, restoring.partition(), feed, allocator);
                        assertThat(two.ready()).isFalse();
                    } finally {
                        HeldRestore.release();
                    }
                    // Then, when it is done, both have all
                    StandbyIT.awaitShared(one, two, allocator);
                    List<String> later;
                    do {
                        later = StandbyIT.awaitAll(one, feed, allocator);
                    } while (!StandbyIT.awaitAll(two, feed, allocator).equals(later));
                    assertThat(later).hasSizeGreaterThan(all.size());
                }
            }
        }
    }

    /** A row tier that is restored half, of a partition that the first instance has given away. */
    private static RestoreStatus awaitHalfDone(StreamsApp one, StreamsApp two, BufferAllocator allocator)
            throws InterruptedException {
        while (true) {
            for (RestoreStatus restore : two.restores()) {
                if (restore.store().equals(Names.rowStore("trades"))
                        && restore.fraction() > 0
                        && restore.fraction() < 1
                        && !activeAt(one, allocator).contains(restore.partition())) {
                    return restore;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static List<Integer> activeAt(StreamsApp app, BufferAllocator allocator) {
        try (var active = table(app, "trades").active(allocator)) {
            return active.parts().stream().map(TableSnapshot.Part::partition).toList();
        } catch (org.apache.kafka.streams.errors.InvalidStateStoreException e) {
            return List.of();
        }
    }

    private static StoreTable table(StreamsApp app, String name) {
        return (StoreTable) app.table(name).orElseThrow();
    }

    private static void assertStandbyAnswers(
            StreamsApp one,
            StreamsApp two,
            RestoreStatus restoring,
            ClusterFeed feed,
            List<String> all,
            BufferAllocator allocator)
            throws InterruptedException {
        int partition = restoring.partition();
        assertThat(restoring.left()).isPresent();
        // All rows and results are there, each partition as far as its topic goes
        assertThat(StandbyIT.awaitAll(one, feed, allocator)).isEqualTo(all);
        try (var snapshot = table(one, "trades").snapshot(allocator).orThrow()) {
            assertThat(snapshot.parts().get(partition).committedOffset() + 1)
                    .isEqualTo(feed.ends().get("trades-" + partition));
        }
        for (String name : List.of("trades", "bars_1s", "enriched")) {
            // While the one that restores gives no short answer, and knows where there is a whole one
            var table = table(two, name);
            assertThat(table.snapshot(allocator)).isInstanceOf(Result.Err.class);
            try (var here = table.active(allocator)) {
                assertThat(here.parts())
                        .extracting(TableSnapshot.Part::partition)
                        .doesNotContain(partition);
            }
            // Which it hears from the group some time
            while (!List.of(FIRST).equals(table.elsewhere().get(partition))) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        assertThat(two.ready()).isFalse();
        assertThat(two.restores()).contains(restoring);
    }

    /** The standby answers to a bound that it has reached, and says so where it has not. */
    private static void assertBounds(StreamsApp one, int partition, ClusterFeed feed, BufferAllocator allocator) {
        try (var snapshot = table(one, "trades").snapshot(allocator).orThrow()) {
            long reached = snapshot.parts().get(partition).committedOffset();
            long end = feed.ends().get("trades-" + partition) - 1;
            assertThat(reached).isLessThan(end);
            var answer = ask(one, partition, reached, allocator);
            assertThat(answer.getPosition().getPartitionPositions("trades")).containsEntry(partition, reached);
            try (var rows = answer.getResult().rows()) {
                assertThat(rows.getRowCount()).isPositive();
            }
            assertThat(ask(one, partition, end, allocator).getFailureReason()).isEqualTo(FailureReason.NOT_UP_TO_BOUND);
        }
    }

    private static QueryResult<TableSnapshot.Part> ask(
            StreamsApp app, int partition, long offset, BufferAllocator allocator) {
        var table = table(app, "trades");
        var bound = PositionBound.at(Position.emptyPosition().withComponent("trades", partition, offset));
        return table.streams()
                .query(StateQueryRequest.inStore(table.store())
                        .withQuery(Stores.snapshot(allocator))
                        .withPartitions(Set.of(partition))
                        .withPositionBound(bound))
                .getPartitionResults()
                .get(partition);
    }
}
