package io.polaroid.store.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.store.RowTier;
import io.polaroid.store.RowTier.Accepted;
import io.polaroid.store.RowTier.Control;
import io.polaroid.store.RowTier.Duplicate;
import io.polaroid.store.RowTier.Malformed;
import io.polaroid.store.RowTier.Misrouted;
import io.polaroid.store.SeriesRows;
import io.polaroid.store.Stores;
import io.polaroid.store.TextIntake;
import io.polaroid.store.read.PipelineStatus.FeedStatus;
import io.polaroid.store.read.TableSnapshot;
import io.polaroid.testsupport.Allocators;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Allocators.class)
class ArrowRowTierTest {
    private static final Duration RETENTION = Duration.ofSeconds(1);
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private int opened;

    private ArrowRowTier open(BufferAllocator allocator) {
        var store = (ArrowRowTier) Stores.rowTier("rows", TextIntake.SCHEMA, TextIntake::new, RETENTION, allocator)
                .build();
        store.init(context("life" + opened++), store);
        return store;
    }

    private StateStoreContext context(String life) {
        return new MockProcessorContext<Object, Object>(
                        new Properties(), new TaskId(0, 0), folder.resolve(life).toFile())
                .getStateStoreContext();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RowTier.Applied row(RowTier store, long offset, String series, long time, String id) {
        return store.apply(0, offset, bytes(series), TextIntake.value(time, id, 1.0, 2, "X", true, null));
    }

    private static RowTier.Applied control(RowTier store, long offset, String source, Kind kind, long time) {
        return store.apply(0, offset, new ControlRecord(source, kind, time, time, "*").toKey(), null);
    }

    static TableSnapshot.Part snapshot(StateStore store, BufferAllocator allocator) {
        var result = store.query(Stores.snapshot(allocator), PositionBound.unbounded(), new QueryConfig(false));
        assertThat(result.isSuccess()).isTrue();
        return result.getResult();
    }

    @Test
    void agreesWithTheTwinOnRandomFeeds(BufferAllocator allocator) {
        for (long seed = 1; seed <= 2; seed++) {
            var twin = new NaiveRows(RETENTION.toNanos());
            var store = open(allocator);
            var events = Feed.random(seed, 9_000);
            for (int i = 0; i < events.size(); i++) {
                var event = events.get(i);
                store.apply(0, event.offset(), event.key(), event.value());
                twin.apply(event.offset(), event.key(), event.value());
                if (i % 1_111 == 0 || i == events.size() - 1) {
                    assertAgrees(store, twin, seed, allocator);
                }
            }
            store.close();
        }
    }

    static void assertAgrees(ArrowRowTier store, NaiveRows twin, long seed, BufferAllocator allocator) {
        assertThat(store.progress()).as("seed %d", seed).isEqualTo(twin.progress);
        assertThat(store.lastOffset()).isEqualTo(twin.lastOffset);
        assertThat(store.seriesKeys())
                .isEqualTo(twin.rows.stream()
                        .map(NaiveRows.Kept::series)
                        .distinct()
                        .sorted()
                        .toList());
        for (String series : store.seriesKeys()) {
            assertSameRows(store.series(series), twin.series(series));
        }
        store.flushCache();
        assertSameSnapshot(store, twin, allocator);
        var status = store.status();
        assertThat(List.of(status.rows(), status.duplicates(), status.deadLetters(), status.rerouted()))
                .isEqualTo(List.of((long) twin.rows.size(), twin.duplicates, twin.malformed, twin.misrouted));
    }

    private static void assertSameRows(SeriesRows actual, List<NaiveRows.Kept> expected) {
        assertThat(actual.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            var row = expected.get(i);
            assertThat(actual.timeNanos(i)).isEqualTo(row.time());
            assertThat(actual.offset(i)).isEqualTo(row.offset());
            assertThat(actual.progressBefore(i)).isEqualTo(row.progressBefore());
            for (int column = 0; column < row.cells().cells().length; column++) {
                assertThat(actual.row(i).valueAt(column)).isEqualTo(row.cells().valueAt(column));
            }
            long time = row.time();
            assertThat(actual.lowerBound(time)).isEqualTo((int)
                    expected.stream().filter(other -> other.time() < time).count());
            assertThat(actual.upperBound(time)).isEqualTo((int)
                    expected.stream().filter(other -> other.time() <= time).count());
        }
    }

    static void assertSameSnapshot(StateStore store, NaiveRows twin, BufferAllocator allocator) {
        var part = snapshot(store, allocator);
        try (var rows = part.rows()) {
            var expected = twin.snapshot();
            assertThat(rows.getRowCount()).isEqualTo(expected.size());
            assertThat(part.committedOffset()).isEqualTo(twin.lastOffset);
            assertThat(part.progressNanos()).isEqualTo(twin.progress);
            assertThat(part.completeFrom()).isEqualTo(twin.completeFrom());
            for (int i = 0; i < expected.size(); i++) {
                var row = expected.get(i);
                assertThat(rows.getVector("_offset").getObject(i)).isEqualTo(row.offset());
                assertThat(rows.getVector("price").getObject(i))
                        .isEqualTo(row.cells().valueAt(2));
                assertThat(String.valueOf(rows.getVector("venue").getObject(i)))
                        .isEqualTo(String.valueOf(row.cells().valueAt(4)));
            }
        }
    }

    @Test
    void saysWhatBecameOfEachRecord(BufferAllocator allocator) {
        var store = open(allocator);
        assertThat(row(store, 3, "A", 10 * SECOND, "1")).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.progressBefore()).isEqualTo(Long.MIN_VALUE);
            assertThat(accepted.progress()).isEqualTo(10 * SECOND);
            assertThat(accepted.row().doubleAt(2)).isEqualTo(1.0);
        });
        assertThat(row(store, 4, "A", 11 * SECOND, "1")).isEqualTo(new Duplicate(4, "A"));
        assertThat(row(store, 5, "B", 9 * SECOND, "1"))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.progress()).isEqualTo(10 * SECOND));
        assertThat(store.apply(0, 6, bytes("A"), bytes(">C"))).isEqualTo(new Misrouted(6, "C"));
        assertThat(store.apply(0, 7, bytes("A"), null)).isInstanceOf(Malformed.class);
        assertThat(store.progress()).isEqualTo(10 * SECOND);
        store.close();
    }

    @Test
    void takesNothingFromARecordWithoutKeySinceARestoreWouldNotSeeIt(BufferAllocator allocator) {
        var store = open(allocator);
        row(store, 3, "A", 10 * SECOND, "1");
        assertThat(store.apply(0, 4, null, bytes("rubbish"))).isInstanceOf(Malformed.class);
        store.flushCache();
        assertThat(store.lastOffset()).isEqualTo(3);
        assertThat(store.status().deadLetters()).isZero();
        store.close();
    }

    @Test
    void acceptsAnIdAgainOnceItsRowIsOlderThanRetention(BufferAllocator allocator) {
        var store = open(allocator);
        row(store, 0, "A", 10 * SECOND, "7");
        row(store, 1, "A", 11 * SECOND, "8");
        assertThat(row(store, 2, "A", 11 * SECOND, "7")).isInstanceOf(Duplicate.class);
        row(store, 3, "A", 11 * SECOND + 1, "9");
        assertThat(row(store, 4, "A", 11 * SECOND, "7")).isInstanceOf(Accepted.class);
        store.close();
    }

    @Test
    void keepsTheLastRowBeforeTheHorizonForAsOfJoins(BufferAllocator allocator) {
        var store = open(allocator);
        row(store, 0, "QUIET", 10 * SECOND, null);
        row(store, 1, "QUIET", 10 * SECOND + 5, null);
        row(store, 2, "BUSY", 100 * SECOND, null);
        assertThat(store.series("QUIET").size())
                .as("what closes at this record still has its rows")
                .isEqualTo(2);
        row(store, 3, "BUSY", 100 * SECOND, null);
        assertThat(store.series("QUIET").size()).isEqualTo(1);
        assertThat(store.series("QUIET").offset(0)).isEqualTo(1);
        assertThat(store.series("UNKNOWN").size()).isZero();
        store.flushCache();
        try (var rows = snapshot(store, allocator).rows()) {
            assertThat(rows.getRowCount()).isEqualTo(2);
        }
        store.close();
    }

    @Test
    void movesProgressByHeartbeatsToTheSlowestLiveSource(BufferAllocator allocator) {
        var store = open(allocator);
        assertThat(control(store, 0, "a", Kind.HEARTBEAT, 5 * SECOND)).isInstanceOfSatisfying(Control.class, moved -> {
            assertThat(moved.progressBefore()).isEqualTo(Long.MIN_VALUE);
            assertThat(moved.progress()).isEqualTo(5 * SECOND);
        });
        control(store, 1, "b", Kind.UP, 4 * SECOND);
        control(store, 2, "a", Kind.HEARTBEAT, 9 * SECOND);
        assertThat(store.progress()).as("b is live and stands at 4 s").isEqualTo(5 * SECOND);
        control(store, 3, "b", Kind.HEARTBEAT, 7 * SECOND);
        assertThat(store.progress()).isEqualTo(7 * SECOND);
        control(store, 4, "b", Kind.DOWN, 7 * SECOND);
        assertThat(store.progress()).as("only a heartbeat moves it").isEqualTo(7 * SECOND);
        control(store, 5, "a", Kind.HEARTBEAT, 9 * SECOND);
        assertThat(store.progress()).isEqualTo(9 * SECOND);
        row(store, 6, "A", 12 * SECOND, null);
        control(store, 7, "a", Kind.HEARTBEAT, 10 * SECOND);
        assertThat(store.progress()).as("it never goes back").isEqualTo(12 * SECOND);
        store.flushCache();
        assertThat(store.feeds())
                .containsExactly(new FeedStatus("a", "UP", 5 * SECOND), new FeedStatus("b", "DOWN", 7 * SECOND));
        store.close();
    }

    @Test
    void ignoresAHeartbeatOfASingleSeriesForProgress(BufferAllocator allocator) {
        var store = open(allocator);
        var heartbeat = new ControlRecord("a", Kind.HEARTBEAT, SECOND, SECOND, "BTC");
        store.apply(0, 0, heartbeat.toKey(), null);
        assertThat(store.progress()).isEqualTo(Long.MIN_VALUE);
        store.close();
    }

    @Test
    void knowsWhenRowsMayBeMissing(BufferAllocator allocator) {
        var store = open(allocator);
        assertThat(store.outages().mayMiss("A", Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE))
                .isFalse();
        control(store, 0, "a", Kind.DOWN, 5 * SECOND);
        assertThat(store.outages().mayMiss("A", 4 * SECOND, 5 * SECOND, Long.MIN_VALUE))
                .isFalse();
        assertThat(store.outages().mayMiss("A", 4 * SECOND, 5 * SECOND + 1, Long.MIN_VALUE))
                .isTrue();
        assertThat(store.outages().mayMiss("A", 90 * SECOND, 91 * SECOND, Long.MIN_VALUE))
                .isTrue();
        control(store, 1, "a", Kind.UP, 5 * SECOND);
        assertThat(store.outages().mayMiss("A", 4 * SECOND, 91 * SECOND, Long.MIN_VALUE))
                .as("it goes on where it was")
                .isFalse();
        control(store, 2, "a", Kind.DOWN, 6 * SECOND);
        control(store, 3, "a", Kind.DOWN, 8 * SECOND);
        control(store, 4, "a", Kind.UP, 9 * SECOND);
        assertThat(store.outages().mayMiss("A", 8 * SECOND, 9 * SECOND, Long.MIN_VALUE))
                .isTrue();
        assertThat(store.outages().mayMiss("A", 6 * SECOND, 7 * SECOND, Long.MIN_VALUE))
                .isTrue();
        assertThat(store.outages().mayMiss("A", 9 * SECOND, 10 * SECOND, Long.MIN_VALUE))
                .isFalse();
        var gap = new ControlRecord("b", Kind.GAP, 20 * SECOND, 30 * SECOND, List.of("B", "C"));
        store.apply(0, 5, gap.toKey(), null);
        assertThat(store.outages().mayMiss("A", 20 * SECOND, 30 * SECOND, Long.MIN_VALUE))
                .isFalse();
        assertThat(store.outages().mayMiss("C", 29 * SECOND, 31 * SECOND, Long.MIN_VALUE))
                .isTrue();
        assertThat(store.outages().mayMiss("B", 19 * SECOND, 20 * SECOND, Long.MIN_VALUE))
                .isFalse();
        store.close();
    }

    @Test
    void refusesRecordsOutOfOrder(BufferAllocator allocator) {
        var store = open(allocator);
        row(store, 5, "A", SECOND, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row(store, 5, "A", SECOND, null))
                .withMessageContaining("offset 5 comes after 5");
        store.close();
    }

    @Test
    void showsAnEmptyTableBeforeTheFirstCommitAndOnlyFlushedRowsAfter(BufferAllocator allocator) {
        var store = open(allocator);
        row(store, 0, "A", SECOND, null);
        var before = snapshot(store, allocator);
        assertThat(before.rows().getRowCount()).isZero();
        assertThat(before.committedOffset()).isEqualTo(-1);
        assertThat(before.completeFrom()).isZero();
        assertThat(store.status().rows()).isZero();
        store.flushCache();
        var after = snapshot(store, allocator);
        assertThat(after.rows().getRowCount()).isEqualTo(1);
        assertThat(after.rows().getSchema().getFields().get(7).getName()).isEqualTo("_partition");
        before.rows().close();
        after.rows().close();
        store.close();
    }

    @Test
    void opensAgainAfterCloseWithNothingLeftOver(BufferAllocator allocator) {
        var store = open(allocator);
        row(store, 7, "A", SECOND, null);
        store.flushCache();
        store.close();
        store.close();
        assertThat(store.isOpen()).isFalse();
        assertThat(store.status().rows()).isZero();
        assertThat(store.feeds()).isEmpty();
        assertThatIllegalStateException().isThrownBy(store::progress).withMessageContaining("store rows is closed");
        var closed = store.query(Stores.snapshot(allocator), PositionBound.unbounded(), new QueryConfig(false));
        assertThat(closed.getFailureReason()).isEqualTo(FailureReason.NOT_PRESENT);
        store.init(context("other"), store);
        row(store, 0, "A", SECOND, null);
        assertThat(store.series("A").size()).isEqualTo(1);
        store.close();
    }

    @Test
    void answersNoOtherQueryAndNoBound(BufferAllocator allocator) {
        var store = open(allocator);
        record Other() implements Query<String> {}
        var other = store.query(new Other(), PositionBound.unbounded(), new QueryConfig(false));
        assertThat(other.getFailureReason()).isEqualTo(FailureReason.UNKNOWN_QUERY_TYPE);
        var bound = PositionBound.at(
                org.apache.kafka.streams.query.Position.emptyPosition().withComponent("t", 0, 5));
        var bounded = store.query(Stores.snapshot(allocator), bound, new QueryConfig(false));
        assertThat(bounded.getFailureReason()).isEqualTo(FailureReason.NOT_UP_TO_BOUND);
        store.close();
    }
}
