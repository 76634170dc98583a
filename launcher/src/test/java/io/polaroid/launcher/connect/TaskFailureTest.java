package io.polaroid.launcher.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** By traces as Connect keeps them. */
class TaskFailureTest {
    private static String trace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    static List<Throwable> ofTheBroker() {
        return List.of(
                new TimeoutException("Timeout expired after 60000ms while awaiting EndTxn(true)"),
                new ConnectException("Unrecoverable exception", new ProducerFencedException("a newer producer: x")),
                new ConnectException(new KafkaException("in an error state", new InvalidProducerEpochException("old"))),
                new ConnectException("send", new OutOfOrderSequenceException("out of order")),
                new ConnectException("flush", new NotLeaderOrFollowerException("moved")),
                new ConnectException("offsets", new TimeoutException("expired", new DisconnectException())));
    }

    static Stream<Throwable> ofItsOwn() {
        var suppressed = new ConnectException("source stopped: gave up after 3 failed attempts");
        suppressed.addSuppressed(new IllegalStateException(new TimeoutException("closing took long")));
        return Stream.of(
                suppressed,
                new DataException("org.apache.kafka.common.errors.TimeoutException: is what the message said"),
                new ConnectException("Unrecoverable exception", new RecordTooLargeException("2 MB")),
                new ConnectException("offsets", new TopicAuthorizationException("offsets")),
                new ConnectException("offsets", new TimeoutException("no", new SaslAuthenticationException("no"))),
                new IllegalStateException(new java.net.ConnectException("Connection refused")),
                new ConnectException("no such file"));
    }

    @ParameterizedTest
    @MethodSource("ofTheBroker")
    void thoseOfTheBrokerMayPass(Throwable failure) {
        assertThat(TaskFailure.isOfBroker(trace(failure))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("ofItsOwn")
    void thoseOfConfigurationAndDataDoNot(Throwable failure) {
        assertThat(TaskFailure.isOfBroker(trace(failure))).isFalse();
    }

    @Test
    void whereThereIsNoTraceNobodyKnows() {
        assertThat(TaskFailure.isOfBroker("")).isFalse();
        assertThat(TaskFailure.isOfBroker("org.apache.kafka.common.errors.NoSuchException: x"))
                .isFalse();
    }

    @Test
    void pausesGrowAndEndAndBeginAgainAfterAWhile() {
        var restarts = new TaskRestarts();
        var now = Instant.EPOCH;
        long seconds = 0;
        int pauses = 0;
        for (Optional<Duration> pause = restarts.next(now); pause.isPresent(); pause = restarts.next(now)) {
            assertThat(pause.get().toSeconds()).isEqualTo(Math.min(30, 1L << pauses));
            pauses++;
            seconds += pause.get().toSeconds();
            now = now.plus(pause.get());
        }
        assertThat(seconds).isBetween(500L, 700L);
        assertThat(restarts.failures()).isEqualTo(pauses + 1);
        assertThat(restarts.next(now.plus(Duration.ofMinutes(4)))).isEmpty();
        assertThat(restarts.next(now.plus(Duration.ofMinutes(10)))).contains(Duration.ofSeconds(1));
    }
}
