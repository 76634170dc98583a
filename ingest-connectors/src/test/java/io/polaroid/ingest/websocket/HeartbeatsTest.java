package io.polaroid.ingest.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.ingest.rows.Received;
import io.polaroid.ingest.rows.StreamSpec;
import io.polaroid.schemas.record.BuiltInSchemas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final long MILLI = 1_000_000;
    private static final long EVENT = 1_723_161_256_000L;
    private static final long TODAY = 1_900_000_000_000L;

    private static WebSocketSource source(Map<String, Long> idle) {
        var from = BinanceSource.at("ws://127.0.0.1:1/");
        var streams = new LinkedHashMap<String, StreamSpec>();
        idle.forEach((name, millis) -> streams.put(
                name,
                new StreamSpec(BuiltInSchemas.trade().toString(), List.of("symbol"), "ts", "trade_id", 4, millis)));
        return new WebSocketSource(
                from.name(),
                from.url(),
                from.headers(),
                from.subscribe(),
                from.position(),
                from.sequence(),
                from.symbols(),
                from.allow(),
                from.reconnect(),
                from.rows(),
                streams,
                from.deadLetterTopic(),
                from.registryUrl(),
                from.maxAheadMillis());
    }

    private static FeedState at(long eventMillis) {
        return FeedState.of(null, true).seen(eventMillis * MILLI);
    }

    private static final List<FeedEvent> UP = List.of(new FeedEvent.Up());
    private static final List<FeedEvent> DOWN = List.of(new FeedEvent.Down());
    private static final List<FeedEvent> MESSAGE = List.of(
            new FeedEvent.Message(new Received(new byte[0], Received.NO_NUMBER, Received.NO_NUMBER, List.of())));

    @Test
    void goesOnInTheTimeOfTheFeedWhenItIsQuiet() {
        var beats = new Heartbeats(source(Map.of("trades", 1_000L)));
        beats.saw(UP, TODAY);
        beats.saw(MESSAGE, TODAY);

        assertThat(beats.due(at(EVENT), TODAY)).isEqualTo(Map.of("trades", (EVENT - 1_000) * MILLI));
        assertThat(beats.due(at(EVENT), TODAY + 249))
                .as("not a quarter of idle later")
                .isEmpty();
        assertThat(beats.due(at(EVENT), TODAY + 250)).isEqualTo(Map.of("trades", (EVENT - 750) * MILLI));
        assertThat(beats.due(at(EVENT), TODAY + 5_000)).isEqualTo(Map.of("trades", (EVENT + 4_000) * MILLI));
        beats.saw(MESSAGE, TODAY + 6_000);
        assertThat(beats.due(at(EVENT + 500), TODAY + 6_000))
                .as("it never goes back")
                .isEmpty();
    }

    @Test
    void saysNothingBeforeTheFirstEventAndWhileTheFeedIsDown() {
        var beats = new Heartbeats(source(Map.of("trades", 1_000L)));
        assertThat(beats.due(at(EVENT), TODAY)).as("not up yet").isEmpty();
        beats.saw(UP, TODAY);
        assertThat(beats.due(FeedState.of(null, true), TODAY + 99_000)).isEmpty();
        assertThat(beats.due(at(EVENT), TODAY + 2_000)).hasSize(1);
        beats.saw(DOWN, TODAY + 3_000);
        assertThat(beats.due(at(EVENT), TODAY + 99_000)).isEmpty();
        beats.saw(UP, TODAY + 100_000);
        var catchingUp = FeedState.of(null, false).seen(EVENT * MILLI).connected();
        assertThat(beats.due(catchingUp, TODAY + 200_000)).isEmpty();
        assertThat(beats.due(catchingUp.caughtUp(), TODAY + 200_000)).hasSize(1);
    }

    @Test
    void eachStreamHasItsOwnIdleTimeAndZeroIsNever() {
        var beats = new Heartbeats(source(Map.of("trades", 1_000L, "quotes", 5_000L, "books", 0L)));
        beats.saw(UP, TODAY);

        assertThat(beats.due(at(EVENT), TODAY + 10_000))
                .isEqualTo(Map.of("trades", (EVENT + 9_000) * MILLI, "quotes", (EVENT + 5_000) * MILLI));
    }
}
