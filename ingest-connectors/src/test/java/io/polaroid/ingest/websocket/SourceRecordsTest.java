package io.polaroid.ingest.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.ingest.rows.Outcome;
import io.polaroid.ingest.rows.Received;
import io.polaroid.schemas.record.ControlRecord;
import io.polaroid.schemas.record.ControlRecord.Kind;
import io.polaroid.schemas.record.SeriesKey;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** What is said of a feed that is lost and comes back. */
class SourceRecordsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_723_161_256L * SECOND;

    private final SourceRecords records = SourceRecords.of(
                    BinanceSource.at("ws://127.0.0.1:1/"), new InMemorySchemaRegistry())
            .orThrow();

    private static FeedEvent trade(long position, long nanos) {
        var row = ArrayRow.of("BTCUSDT", nanos / 1_000, 1.5, 2.0, position);
        var accepted = new Outcome.Accepted("trades", "BTCUSDT", SeriesKey.partition("BTCUSDT", 4), nanos, row);
        return new FeedEvent.Message(new Received(new byte[0], position, Received.NO_NUMBER, List.of(accepted)));
    }

    /** Kinds, times in seconds from START and series of the control records of partition 0 of trades; rows as "row". */
    private static List<String> said(List<SourceRecord> converted) {
        var said = new ArrayList<String>();
        for (SourceRecord record : converted) {
            byte[] key = (byte[]) record.key();
            if (!ControlRecord.isControl(key)) {
                said.add("row");
            } else if (record.topic().equals("trades") && record.kafkaPartition() == 0) {
                var control = ControlRecord.fromKey(key).orThrow();
                assertThat(record.value()).isNull();
                said.add(
                        "%s %d %d".formatted(control.kind(), seconds(control.fromNanos()), seconds(control.toNanos())));
            }
        }
        return said;
    }

    private static long seconds(long nanos) {
        return nanos == 0 ? 0 : (nanos - START) / SECOND;
    }

    @Test
    void aFeedThatRepeatsWhatWasMissedHasNoGap() {
        var events = List.of(
                new FeedEvent.Up(),
                trade(1, START + 10 * SECOND),
                new FeedEvent.Down(),
                new FeedEvent.Up(),
                trade(2, START + 70 * SECOND));
        assertThat(said(records.convert(FeedState.of(null, true), events, 0).records()))
                .containsExactly("UP 0 0", "row", "DOWN 10 10", "UP 10 10", "row");
    }

    @Test
    void aFeedThatDoesNotRepeatHasAGapFromItsLastRowToItsFirst() {
        var events = List.of(
                new FeedEvent.Up(),
                trade(Received.NO_NUMBER, START + 10 * SECOND),
                new FeedEvent.Down(),
                new FeedEvent.Up(),
                trade(Received.NO_NUMBER, START + 70 * SECOND),
                trade(Received.NO_NUMBER, START + 71 * SECOND));
        var converted = records.convert(FeedState.of(null, false), events, 0);
        assertThat(said(converted.records()))
                .containsExactly("UP 0 0", "row", "DOWN 10 10", "GAP 10 70", "UP 70 70", "row", "row");
        // And it may be converted in any pieces, with a restart in between
        var pieces = new ArrayList<SourceRecord>();
        FeedState state = FeedState.of(null, false);
        for (FeedEvent event : events) {
            var piece = records.convert(state, List.of(event), 0);
            pieces.addAll(piece.records());
            state = piece.state();
        }
        assertThat(said(pieces)).isEqualTo(said(converted.records()));
        assertThat(pieces.stream().map(SourceRecord::sourceOffset).toList())
                .isEqualTo(converted.records().stream()
                        .map(SourceRecord::sourceOffset)
                        .toList());
        var restarted = FeedState.of(state.toOffset(), false);
        assertThat(said(records.convert(
                                restarted,
                                List.of(new FeedEvent.Up(), trade(Received.NO_NUMBER, START + 99 * SECOND)),
                                0)
                        .records()))
                .containsExactly("GAP 71 99", "UP 99 99", "row");
    }

    @Test
    void aFeedThatRepeatsItsLastRowsHasAnEmptyGapIfTheyReachBack() {
        var events = List.of(
                new FeedEvent.Up(),
                trade(Received.NO_NUMBER, START + 10 * SECOND),
                new FeedEvent.Down(),
                new FeedEvent.Up(),
                trade(Received.NO_NUMBER, START + 9 * SECOND),
                trade(Received.NO_NUMBER, START + 10 * SECOND),
                trade(Received.NO_NUMBER, START + 40 * SECOND),
                trade(Received.NO_NUMBER, START + 70 * SECOND));
        assertThat(said(records.convert(FeedState.of(null, false), events, 0).records()))
                .containsExactly("UP 0 0", "row", "DOWN 10 10", "GAP 10 10", "UP 10 10", "row", "row", "row", "row");
    }

    private static FeedEvent counted(String symbol, long sequence, long nanos) {
        var row = ArrayRow.of(symbol, nanos / 1_000, 1.5, 2.0, sequence);
        var accepted = new Outcome.Accepted("trades", symbol, SeriesKey.partition(symbol, 4), nanos, row);
        return new FeedEvent.Message(new Received(new byte[0], Received.NO_NUMBER, sequence, List.of(accepted)));
    }

    /** All gaps, with series and partition. */
    private static List<String> gaps(List<SourceRecord> converted) {
        return converted.stream()
                .filter(record -> ControlRecord.isControl((byte[]) record.key()))
                .map(record -> Map.entry(
                        record, ControlRecord.fromKey((byte[]) record.key()).orThrow()))
                .filter(one -> one.getValue().kind() == Kind.GAP)
                .map(one -> "%s %d %d in %d"
                        .formatted(
                                one.getValue().series(),
                                seconds(one.getValue().fromNanos()),
                                seconds(one.getValue().toNanos()),
                                one.getKey().kafkaPartition()))
                .toList();
    }

    @Test
    void aNumberThatIsLeftOutIsAGapOfItsSeriesAlone() {
        int ofBtc = SeriesKey.partition("BTCUSDT", 4);
        var events = List.of(
                new FeedEvent.Up(),
                counted("BTCUSDT", 7, START + 10 * SECOND),
                counted("ETHUSDT", 90, START + 11 * SECOND),
                counted("BTCUSDT", 8, START + 12 * SECOND),
                counted("ETHUSDT", 91, START + 12 * SECOND),
                counted("BTCUSDT", 11, START + 15 * SECOND),
                // one that comes late, and one that comes again
                counted("BTCUSDT", 10, START + 14 * SECOND),
                counted("BTCUSDT", 11, START + 15 * SECOND),
                counted("BTCUSDT", 12, START + 16 * SECOND),
                counted("BTCUSDT", 14, START + 16 * SECOND));
        var converted = records.convert(FeedState.of(null, true), events, 0).records();
        assertThat(gaps(converted)).containsExactly("[BTCUSDT] 12 15 in " + ofBtc, "[BTCUSDT] 16 16 in " + ofBtc);
        // The gap stands before the row that shows it, and is not empty
        var last = converted.get(converted.size() - 2);
        var gap = ControlRecord.fromKey((byte[]) last.key()).orThrow();
        assertThat(gap.toNanos()).isGreaterThan(gap.fromNanos());
    }

    private static SourceRecords counting() {
        return SourceRecords.of(BinanceSource.counted("ws://127.0.0.1:1/"), new InMemorySchemaRegistry())
                .orThrow();
    }

    @Test
    void numbersGoOnOverARestartFromAnyRecord() {
        var random = new SplittableRandom(23);
        for (int round = 0; round < 200; round++) {
            // Given rows of two series, some of which the feed leaves out, and whose numbers start anywhere
            var events = new ArrayList<FeedEvent>(List.of(new FeedEvent.Up()));
            long btc = random.nextInt(100);
            long eth = random.nextInt(100);
            for (int i = 1; i <= 40; i++) {
                int step = random.nextInt(4) == 0 ? 2 : 1;
                boolean first = random.nextBoolean();
                btc += first ? step : 0;
                eth += first ? 0 : step;
                events.add(numbered(i, first ? "BTCUSDT" : "ETHUSDT", first ? btc : eth, START + i * SECOND));
            }
            var whole = counting().convert(FeedState.of(null, true), events, 0).records();
            // When the task is restarted after a record, and the feed goes on at the position
            var task = counting();
            var converted = task.convert(FeedState.of(null, true), events.subList(0, 30), 0);
            int cut = random.nextInt(8, converted.records().size());
            var offset = Map.copyOf(converted.records().get(cut - 1).sourceOffset());
            var told = new ArrayList<>(converted.records().subList(0, cut));
            var restarted = counting();
            restarted.resume(offset);
            var state = FeedState.of(offset, true);
            told.addAll(restarted
                    .convert(state, events.subList((int) Math.max(1, state.position()), events.size()), 0)
                    .records());
            // Then it tells of the same losses, once
            assertThat(gaps(told)).isEqualTo(gaps(whole));
            assertThat(kept(told)).isEqualTo(kept(whole)).isNotEmpty();
        }
    }

    private static FeedEvent numbered(long position, String symbol, long sequence, long nanos) {
        var one = ((FeedEvent.Message) counted(symbol, sequence, nanos)).received();
        return new FeedEvent.Message(new Received(one.message(), position, sequence, one.outcomes()));
    }

    @Test
    void keepsNoNumbersOfAFeedThatCannotGoOnOrCountsNothing() {
        var up = List.<FeedEvent>of(new FeedEvent.Up(), counted("BTCUSDT", 1, START));
        assertThat(records.convert(FeedState.of(null, true), up, 0)
                        .records()
                        .getLast()
                        .sourceOffset())
                .containsOnlyKeys("position", "session", "event_time_ns");
        assertThat(kept(counting().convert(FeedState.of(null, true), up, 0).records()))
                .isEqualTo("[[\"trades\",\"BTCUSDT\",1," + START + "]]");
    }

    private static String kept(List<SourceRecord> converted) {
        return String.valueOf(converted.getLast().sourceOffset().get("sequences"));
    }

    @Test
    void countingBeginsAnewWithASessionThatMissedWhatCameBetween() {
        var source = BinanceSource.at("ws://127.0.0.1:1/");
        var unnumbered = new WebSocketSource(
                source.name(),
                source.url(),
                source.headers(),
                source.subscribe(),
                null,
                "/data/t",
                source.symbols(),
                source.allow(),
                source.reconnect(),
                source.rows(),
                source.streams(),
                source.deadLetterTopic(),
                source.registryUrl(),
                source.maxAheadMillis());
        assertThat(WebSocketSource.fromJson(unnumbered.toJson()).orThrow()).isEqualTo(unnumbered);
        var of = SourceRecords.of(unnumbered, new InMemorySchemaRegistry()).orThrow();
        var events = List.of(
                new FeedEvent.Up(),
                counted("BTCUSDT", 1, START + 10 * SECOND),
                new FeedEvent.Down(),
                new FeedEvent.Up(),
                counted("BTCUSDT", 20, START + 70 * SECOND));
        assertThat(said(of.convert(FeedState.of(null, false), events, 0).records()))
                .containsExactly("UP 0 0", "row", "DOWN 10 10", "GAP 10 70", "UP 70 70", "row");
    }

    @Test
    void namesTheSeriesOfTheSourceOnlyAndEachPartition() {
        var ups = records.convert(FeedState.of(null, true), List.of(new FeedEvent.Up()), 0)
                .records();
        assertThat(ups).hasSize(8);
        for (SourceRecord up : ups) {
            var control = ControlRecord.fromKey((byte[]) up.key()).orThrow();
            assertThat(control.concerns("BTCUSDT")).isEqualTo(up.kafkaPartition() == SeriesKey.partition("BTCUSDT", 4));
            assertThat(control.concerns("DOGE")).isFalse();
        }
    }

    @Test
    void sendsAHeartbeatToEachPartition() {
        var state = FeedState.of(Map.of("position", 7L), true);
        var beats = records.heartbeats("quotes", START, state);
        assertThat(beats.stream().map(SourceRecord::kafkaPartition)).containsExactly(0, 1, 2, 3);
        assertThat(beats).allSatisfy(beat -> {
            assertThat(beat.topic()).isEqualTo("quotes");
            assertThat(beat.value()).isNull();
            assertThat(ControlRecord.fromKey((byte[]) beat.key()).orThrow())
                    .isEqualTo(new ControlRecord("exchange/0", Kind.HEARTBEAT, START, START, "*"));
            assertThat(beat.sourceOffset()).isEqualTo(Map.of("position", 7L, "session", 0L, "event_time_ns", 0L));
        });
    }
}
