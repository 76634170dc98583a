package io.polaroid.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayServerTest {
    @TempDir
    Path folder;

    private ReplayServer open(boolean loop) {
        return ReplayServer.open(new ReplayConfig(List.of(TestRecording.small(folder)), "127.0.0.1", 0, 0, loop))
                .orThrow();
    }

    @Test
    void sendsMessagesAsReceivedWithTheirPosition() throws InterruptedException {
        try (var server = open(false);
                var client = new TestClient(server.port(), "/small", "{\"op\":\"subscribe\"}")) {
            assertThat(client.next(4))
                    .containsExactly(
                            "{\"position\":0,"
                                    + TestRecording.trade(10_000, 10_001, 7).substring(1),
                            "{\"position\":1,"
                                    + TestRecording.trade(11_500, 11_501, 8).substring(1),
                            "{\"position\":2,\"stream\":\"x@bookTicker\",\"data\":{\"u\":100,\"s\":\"X\",\"T\":11500,\"E\":11502}}",
                            "{\"position\":3,"
                                    + TestRecording.trade(14_000, 14_001, 10).substring(1));
        }
    }

    @Test
    void tellsTheEndAndLeavesTheSocketOpenForAnotherSubscription() throws InterruptedException {
        try (var server = open(false);
                var client = new TestClient(server.port(), "/", "{\"op\":\"subscribe\",\"from\":3}")) {
            assertThat(client.next()).startsWith("{\"position\":3,");
            assertThat(client.next()).isEqualTo("{\"position\":4,\"end\":true}");
            client.send("{\"op\":\"subscribe\",\"from\":17}");
            assertThat(client.next()).isEqualTo("{\"position\":17,\"end\":true}");
            client.send("{\"op\":\"subscribe\",\"from\":2}");
            assertThat(client.next()).startsWith("{\"position\":2,");
        }
    }

    @Test
    void shiftsTimesAndIdsWithEachRound() throws InterruptedException {
        try (var server = open(true);
                var client = new TestClient(server.port(), "/small", "{\"op\":\"subscribe\",\"from\":3}")) {
            List<String> messages = client.next(6);
            // A session is 4 s and 1 s; trade ids 7 to 10 span 4, quote ids 1.
            assertThat(messages.get(0)).isEqualTo("{\"position\":3," + body(14_000, 14_001, 10));
            assertThat(messages.get(1)).isEqualTo("{\"position\":4," + body(15_000, 15_001, 11));
            assertThat(messages.get(2)).isEqualTo("{\"position\":5," + body(16_500, 16_501, 12));
            assertThat(messages.get(3)).contains("\"u\":101,", "\"T\":16500", "\"E\":16502}");
            assertThat(messages.get(5)).isEqualTo("{\"position\":8," + body(20_000, 20_001, 15));
        }
    }

    private static String body(long time, long sent, long id) {
        return TestRecording.trade(time, sent, id).substring(1);
    }

    @Test
    void startsAtAnyPositionOfAnyRound() throws InterruptedException {
        try (var server = open(true);
                var client = new TestClient(server.port(), "/small", "{\"op\":\"subscribe\",\"from\":4000000}")) {
            assertThat(client.next())
                    .isEqualTo("{\"position\":4000000,"
                            + body(10_000 + 5_000_000_000L, 10_001 + 5_000_000_000L, 4_000_007));
        }
    }

    @Test
    void keepsThePaceOfReceiptFromTheLineAskedFor() throws InterruptedException {
        var now = new AtomicReference<>(Instant.EPOCH);
        BlockingQueue<Duration> waits = new LinkedBlockingQueue<>();
        ReplaySession.Sleeper sleeper = duration -> {
            now.updateAndGet(instant -> instant.plus(duration));
            waits.add(duration);
        };
        InstantSource clock = now::get;
        var config = new ReplayConfig(List.of(TestRecording.small(folder)), "127.0.0.1", 0, 2, true);
        try (var server = ReplayServer.open(config, clock, sleeper).orThrow();
                var client = new TestClient(server.port(), "/small", "{\"op\":\"subscribe\",\"from\":1}")) {
            client.next(5);
            // Lines 1 and 2 at once; line 3 after 2.5 s, the next round's line 0 after 1 s, its line 1 after 1.5 s:
            // halved.
            assertThat(waits.poll(30, TimeUnit.SECONDS)).isEqualTo(Duration.ofMillis(1_250));
            assertThat(waits.poll(30, TimeUnit.SECONDS)).isEqualTo(Duration.ofMillis(500));
            assertThat(waits.poll(30, TimeUnit.SECONDS)).isEqualTo(Duration.ofMillis(750));
        }
    }

    @Test
    void refusesWhatIsNoSubscription() throws InterruptedException {
        try (var server = open(false)) {
            for (String message : List.of(
                    "hello", "{\"op\":\"subscribe\",\"from\":-1}", "{\"op\":\"subscribe\",\"from\":\"1\"}", "{}")) {
                try (var client = new TestClient(server.port(), "/small", message)) {
                    assertThat(client.next()).startsWith("closed 1008");
                }
            }
        }
    }

    @Test
    void servesEachRecordingUnderItsStemAndNothingElse() throws InterruptedException {
        var other = TestRecording.write(
                folder.resolve("other.gz"),
                List.of(TestRecording.HEADER, "1 {\"data\":{\"T\":1}}", "2 {\"n\":99999999999999999999}"));
        var config = new ReplayConfig(List.of(TestRecording.small(folder), other), "127.0.0.1", 0, 0, false);
        try (var server = ReplayServer.open(config).orThrow();
                var client = new TestClient(server.port(), "/other", "{\"op\":\"subscribe\"}");
                var lost = new TestClient(server.port(), "/")) {
            assertThat(client.next(3))
                    .containsExactly(
                            "{\"position\":0,\"data\":{\"T\":1}}",
                            "{\"position\":1,\"n\":99999999999999999999}",
                            "{\"position\":2,\"end\":true}");
            assertThat(lost.next()).isEqualTo("failed 404");
        }
    }

    @Test
    void replaysABrokenMessageAsItCame() throws InterruptedException {
        Path truncated =
                TestRecording.write(folder.resolve("c.gz"), List.of(TestRecording.HEADER, "1 {\"data\":{\"T\":1,\"p"));
        var config = new ReplayConfig(List.of(truncated), "127.0.0.1", 0, 0, false);
        try (var server = ReplayServer.open(config).orThrow();
                var client = new TestClient(server.port(), "/", "{\"op\":\"subscribe\"}")) {
            assertThat(client.next(2))
                    .containsExactly("{\"position\":0,\"data\":{\"T\":1,\"p", "{\"position\":1,\"end\":true}");
        }
    }

    @Test
    void saysWhatIsWrongWithAFileOrAnAddress() {
        Path noHeader = TestRecording.write(folder.resolve("a.gz"), List.of("1 {}"));
        Path badLine = TestRecording.write(folder.resolve("b.gz"), List.of(TestRecording.HEADER, "1 {}", "x {}"));
        Path empty = TestRecording.write(folder.resolve("d.gz"), List.of(TestRecording.HEADER));
        for (Path file : List.of(noHeader, badLine, empty, folder.resolve("absent.gz"))) {
            var opened = ReplayServer.open(new ReplayConfig(List.of(file), "127.0.0.1", 0, 0, false));
            assertThat(opened).isInstanceOfSatisfying(Result.Err.class, err -> {
                assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_CONFIG);
                assertThat(err.problem().context()).containsEntry("file", file.toString());
            });
        }
        assertThat(RecordingReader.read(badLine))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().context()).containsEntry("line", "3"));
        try (var server = open(false)) {
            var taken = new ReplayConfig(List.of(TestRecording.small(folder)), "127.0.0.1", server.port(), 0, false);
            assertThat(ReplayServer.open(taken)).isInstanceOf(Result.Err.class);
        }
    }
}
