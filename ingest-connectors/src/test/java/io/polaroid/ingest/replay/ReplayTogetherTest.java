package io.polaroid.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Speed 0 with two real clients, and a clock that stands still unless a test moves it. */
@Timeout(120)
class ReplayTogetherTest {
    private static final String SUBSCRIBE = "{\"op\":\"subscribe\"}";

    /** So many lines of 32 KiB are far more than the buffers between server and client hold, also when compressed. */
    private static final int BIG = 1_000;

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    private ReplayServer open(Path... recordings) {
        InstantSource clock = now::get;
        return ReplayServer.open(new ReplayConfig(List.of(recordings), "127.0.0.1", 0, 0, false), clock, Thread::sleep)
                .orThrow();
    }

    private Path recording(String name, LongStream millis, Supplier<String> padding) {
        var lines = new ArrayList<>(List.of(TestRecording.HEADER));
        millis.forEach(
                time -> lines.add(time + "000000 {\"time\":" + time + ",\"padding\":\"" + padding.get() + "\"}"));
        return TestRecording.write(folder.resolve(name + ".txt.gz"), lines);
    }

    private static String noise(SplittableRandom random) {
        var bytes = new byte[24_576];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Path big() {
        var random = new SplittableRandom(1);
        return recording("big", LongStream.range(0, BIG), () -> noise(random));
    }

    @Test
    void aReplayBeginsWhenBothHaveSubscribed() throws InterruptedException {
        Path left = recording("left", LongStream.range(0, 5_000).map(i -> i * 7), () -> "");
        Path right = recording("right", LongStream.range(0, 5_000).map(i -> 300 + i * 5), () -> "");
        try (var server = open(left, right);
                var first = new TestClient(server.port(), "/left", SUBSCRIBE);
                var second = new TestClient(server.port(), "/right")) {
            try (var meanwhile = new TestClient(server.port(), "/left", "nonsense")) {
                assertThat(meanwhile.next()).startsWith("closed 1008");
            }
            assertThat(first.pending()).isZero();
            second.send(SUBSCRIBE);
            assertThat(first.next(5_001)).last().isEqualTo("{\"position\":5000,\"end\":true}");
            assertThat(second.next(5_001)).last().isEqualTo("{\"position\":5000,\"end\":true}");
        }
    }

    @Test
    void aReplayBeginsWithoutTheOtherAfterAWhile() throws InterruptedException {
        try (var server = open(
                        recording("left", LongStream.of(1), () -> ""), recording("right", LongStream.of(1), () -> ""));
                var only = new TestClient(server.port(), "/left", SUBSCRIBE)) {
            // The subscription may come before or after: the time it waits counts from there.
            var ticking = Thread.ofVirtual().start(() -> tick(only));
            assertThat(only.next()).startsWith("{\"position\":0,");
            ticking.interrupt();
        }
    }

    private void tick(TestClient until) {
        while (!Thread.currentThread().isInterrupted() && until.pending() == 0) {
            now.updateAndGet(instant -> instant.plusMillis(100));
            Thread.yield();
        }
    }

    @Test
    void theOneAheadWaitsUntilTheOtherHasTakenWhatIsBehind() throws InterruptedException {
        var reading = new CountDownLatch(1);
        try (var server = open(big(), recording("ahead", LongStream.of(100_000), () -> ""));
                var ahead = new TestClient(server.port(), "/ahead", SUBSCRIBE);
                var behind = new TestClient(server.port(), "/big", reading, SUBSCRIBE)) {
            behind.next();
            assertThat(ahead.pending()).isZero();
            reading.countDown();
            assertThat(ahead.next()).startsWith("{\"position\":0,\"time\":100000,");
            assertThat(behind.next(BIG)).last().isEqualTo("{\"position\":1000,\"end\":true}");
        }
    }

    @Test
    void theOneAheadGoesOnWhenTheOtherDoesNotRead() throws InterruptedException {
        var reading = new CountDownLatch(1);
        try (var server = open(big(), recording("ahead", LongStream.of(100_000), () -> ""));
                var ahead = new TestClient(server.port(), "/ahead", SUBSCRIBE);
                var behind = new TestClient(server.port(), "/big", reading, SUBSCRIBE)) {
            behind.next();
            assertThat(ahead.pending()).isZero();
            tick(ahead);
            assertThat(ahead.next()).startsWith("{\"position\":0,\"time\":100000,");
            assertThat(behind.pending()).isZero();
            reading.countDown();
            assertThat(behind.next(BIG)).last().isEqualTo("{\"position\":1000,\"end\":true}");
        }
    }

    @Test
    void theOneAheadGoesOnWhenTheOtherDisconnects() throws InterruptedException {
        var reading = new CountDownLatch(1);
        try (var server = open(big(), recording("ahead", LongStream.of(100_000), () -> ""));
                var ahead = new TestClient(server.port(), "/ahead", SUBSCRIBE)) {
            try (var behind = new TestClient(server.port(), "/big", reading, SUBSCRIBE)) {
                behind.next();
                assertThat(ahead.pending()).isZero();
            }
            reading.countDown();
            assertThat(ahead.next()).startsWith("{\"position\":0,\"time\":100000,");
        }
    }
}
