package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.Stores;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.ClusterMarket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second instance becomes a standby, which takes long: it gives no part of a table as if it were all, however few rows it lacks. The
 * classic protocol makes a member without state a standby first; under the streams protocol it is given active tasks at once, which
 * {@link RestoringIT} is about.
 */
@ExtendWith(Allocators.class)
class FreshStandbyIT {
    private static final int RECORDS = 4_000;

    @TempDir
    Path folder;

    private StreamsSettings settings(EmbeddedBroker broker, String name, boolean held) {
        var kafka = new HashMap<>(Map.of(
                // A member without state is not given active tasks.
                "acceptable.recovery.lag", "0", "restore.consumer.max.poll.records", "50"));
        if (held) {
            kafka.put("restore.consumer.interceptor.classes", HeldRestore.class.getName());
        }
        var usual = StreamsSettings.of(broker.bootstrapServers(), folder.resolve(name));
        return new StreamsSettings(
                        usual.bootstrapServers(), usual.stateFolder(), usual.commitInterval(), kafka, usual.frames())
                .with(new ClusterSettings(1, ClusterSettings.Protocol.CLASSIC));
    }

    @Test
    @Timeout(180)
    void givesNoPartAsTheWhole(BufferAllocator allocator) throws Exception {
        var registry = new HashRegistry();
        var pipeline = ClusterMarket.pipeline();
        try (var broker = EmbeddedBroker.open()) {
            Topics.create(pipeline, broker.bootstrapServers());
            try (var feed = new ClusterFeed(broker.bootstrapServers(), registry, new SplittableRandom(5));
                    var one = StreamsApp.open(pipeline, settings(broker, "one", false), registry, allocator)) {
                feed.play(RECORDS);
                var all = StandbyIT.awaitAll(one, feed, allocator);
                HeldRestore.hold(partition -> true);
                try (var two = StreamsApp.open(pipeline, settings(broker, "two", true), registry, allocator)) {
                    try {
                        // When a standby has a part of the rows
                        var table = (StoreTable) two.table("trades").orElseThrow();
                        int partition = awaitPart(table, allocator);
                        // Then this is not an answer
                        try (var here = table.here(allocator).snapshot()) {
                            assertThat(here.parts())
                                    .extracting(TableSnapshot.Part::partition)
                                    .doesNotContain(partition);
                        }
                        assertThat(table.snapshot(allocator)).isInstanceOf(Result.Err.class);
                    } finally {
                        HeldRestore.release();
                    }
                    // When it has all, then it is
                    assertThat(StandbyIT.awaitAll(two, feed, allocator)).isEqualTo(all);
                }
            }
        }
    }

    /** A partition of which the standby has some rows. */
    private static int awaitPart(StoreTable table, BufferAllocator allocator) throws InterruptedException {
        while (true) {
            for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                if (rows(table, partition, allocator) > 0) {
                    return partition;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** What a standby has, whether it has been whole or not. */
    private static int rows(StoreTable table, int partition, BufferAllocator allocator) {
        try {
            QueryResult<TableSnapshot.Part> result = table.streams()
                    .query(StateQueryRequest.inStore(table.store())
                            .withQuery(Stores.snapshot(allocator))
                            .withPartitions(Set.of(partition)))
                    .getPartitionResults()
                    .get(partition);
            if (result == null || result.isFailure()) {
                return 0;
            }
            try (var rows = result.getResult().rows()) {
                return rows.getRowCount();
            }
        } catch (StreamsException | IllegalStateException notYet) {
            return 0;
        }
    }
}
