package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.read.LiveTable;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.timeseries.result.Result;
import io.polaroid.topology.ClusterMarket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two instances that are each other's standby: both answer for all partitions, and one goes on where the other leaves. */
@ExtendWith(Allocators.class)
class StandbyIT {
    private static final int RECORDS = 2_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    @Timeout(180)
    void eachAnswersForAll(ClusterSettings.Protocol protocol, BufferAllocator allocator) throws Exception {
        var registry = new HashRegistry();
        try (var broker = EmbeddedBroker.open()) {
            Topics.create(ClusterMarket.pipeline(), broker.bootstrapServers());
            try (var feed = new ClusterFeed(broker.bootstrapServers(), registry, new SplittableRandom(5))) {
                var cluster = new ClusterSettings(1, protocol);
                var settings = StreamsSettings.of(broker.bootstrapServers(), folder.resolve("one"))
                        .with(cluster);
                var others = StreamsSettings.of(broker.bootstrapServers(), folder.resolve("two"))
                        .with(cluster);
                // Given two instances that share the partitions, and rows
                try (var one = StreamsApp.open(ClusterMarket.pipeline(), settings, registry, allocator)) {
                    List<String> all;
                    try (var two = StreamsApp.open(ClusterMarket.pipeline(), others, registry, allocator)) {
                        awaitShared(one, two, allocator);
                        feed.play(RECORDS);
                        // Then each answers for all of them, and in the end the same
                        do {
                            all = awaitAll(one, feed, allocator);
                        } while (!awaitAll(two, feed, allocator).equals(all));
                        awaitShared(one, two, allocator);
                    }
                    // When one leaves, the other has all
                    while (activeParts(one, allocator) < ClusterMarket.PARTITIONS) {
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                    assertThat(awaitAll(one, feed, allocator)).isEqualTo(all);
                    assertThat(all).hasSizeGreaterThan(RECORDS);
                    assertThat(one.ready()).isTrue();
                }
            }
        }
    }

    static void awaitShared(StreamsApp one, StreamsApp two, BufferAllocator allocator) throws InterruptedException {
        while (activeParts(one, allocator) + activeParts(two, allocator) != ClusterMarket.PARTITIONS
                || activeParts(one, allocator) == 0
                || activeParts(two, allocator) == 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    static int activeParts(StreamsApp app, BufferAllocator allocator) {
        try (var active = ((StoreTable) app.table("enriched").orElseThrow()).active(allocator)) {
            return active.parts().size();
        } catch (org.apache.kafka.streams.errors.InvalidStateStoreException e) {
            return 0;
        }
    }

    /**
     * The lines of all tables, once each has seen all rows of its first input. A standby follows each store by itself, so an as-of
     * join may still lack the last rows of its second.
     */
    static List<String> awaitAll(StreamsApp app, ClusterFeed feed, BufferAllocator allocator)
            throws InterruptedException {
        while (true) {
            var lines = new ArrayList<String>();
            boolean whole = true;
            for (LiveTable table : app.tables()) {
                if (table.snapshot(allocator) instanceof Result.Ok<TableSnapshot> ok) {
                    try (var snapshot = ok.value()) {
                        ClusterInstance.rows(table, snapshot, lines);
                        var input = table.name().equals("quotes") ? "quotes" : "trades";
                        whole &= ends(snapshot) == feed.records(input);
                    }
                } else {
                    whole = false;
                }
            }
            if (whole) {
                lines.sort(null);
                return lines;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static long ends(TableSnapshot snapshot) {
        return snapshot.parts().stream()
                .mapToLong(part -> part.committedOffset() + 1)
                .sum();
    }
}
