package io.polaroid.ingest.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.ingest.replay.ReplayConfig;
import io.polaroid.ingest.replay.ReplayServer;
import io.polaroid.ingest.replay.TestRecording;
import io.polaroid.ingest.rows.MessageReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WebSocketFeedTest {
    private static final int CAPACITY = 64;

    private static ReplayServer serve(int port) {
        return ReplayServer.open(new ReplayConfig(List.of(TestRecording.COINM), "127.0.0.1", port, 0, true))
                .orThrow();
    }

    private static WebSocketFeed open(WebSocketSource source, long position) {
        var reader = MessageReader.of(source.rowsSpec()).orThrow();
        return WebSocketFeed.open(source, reader, InstantSource.system(), position, CAPACITY);
    }

    /** Polls until {@code count} events have come. */
    private static List<FeedEvent> take(WebSocketFeed feed, int count) throws InterruptedException {
        var events = new ArrayList<FeedEvent>();
        while (events.size() < count) {
            events.addAll(feed.poll(count - events.size(), Duration.ofMillis(100), Duration.ZERO));
        }
        return events;
    }

    private static List<Long> positions(List<FeedEvent> events) {
        return events.stream()
                .filter(FeedEvent.Message.class::isInstance)
                .map(event -> ((FeedEvent.Message) event).received().position())
                .toList();
    }

    private static List<Long> range(long from, long to) {
        return java.util.stream.LongStream.range(from, to).boxed().toList();
    }

    @Test
    void goesOnWhereItWasWhenTheServerComesBack() throws InterruptedException {
        ReplayServer server = serve(0);
        int port = server.port();
        try (var feed = open(BinanceSource.at("ws://127.0.0.1:" + port + "/"), 21_000)) {
            // Given a feed that is read from, and whose queue is full
            var events = new ArrayList<>(take(feed, 301));
            assertThat(events.getFirst()).isInstanceOf(FeedEvent.Up.class);
            // When the server goes and comes back, twice
            for (int loss = 0; loss < 2; loss++) {
                server.close();
                var rest = new ArrayList<FeedEvent>();
                while (rest.isEmpty() || !(rest.getLast() instanceof FeedEvent.Down)) {
                    rest.addAll(take(feed, 1));
                }
                events.addAll(rest);
                server = serve(port);
                events.addAll(take(feed, 201));
            }
            // Then each loss is told once, and positions go on without a gap, into the next round
            assertThat(events.stream().filter(FeedEvent.Down.class::isInstance)).hasSize(2);
            assertThat(events.stream().filter(FeedEvent.Up.class::isInstance)).hasSize(3);
            List<Long> positions = positions(events);
            assertThat(positions).isEqualTo(range(21_000, 21_000 + positions.size()));
            assertThat(positions.size()).isGreaterThan(600);
        } finally {
            server.close();
        }
    }

    @Test
    void refusesALoopbackHostThatIsNotNamed() throws InterruptedException {
        WebSocketSource named = BinanceSource.at("ws://127.0.0.1:1/");
        var source = new WebSocketSource(
                named.name(),
                named.url(),
                named.headers(),
                named.subscribe(),
                named.position(),
                named.sequence(),
                named.symbols(),
                List.of(),
                named.reconnect(),
                named.rows(),
                named.streams(),
                named.deadLetterTopic(),
                named.registryUrl(),
                named.maxAheadMillis());
        try (var feed = open(source, 0)) {
            assertThat(take(feed, 1))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            FeedEvent.Failed.class,
                            failed -> assertThat(failed.reason()).startsWith("not-allowed"));
        }
    }

    @Test
    void givesUpAfterItsRetries() throws InterruptedException {
        ReplayServer server = serve(0);
        int port = server.port();
        server.close();
        var source = BinanceSource.at("ws://127.0.0.1:" + port + "/", List.of(), new ReconnectPolicy(2, 1, 1, 1));
        try (var feed = open(source, 0)) {
            assertThat(take(feed, 1))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            FeedEvent.Failed.class,
                            failed -> assertThat(failed.reason()).startsWith("gave up after 3 failed attempts"));
        }
    }
}
