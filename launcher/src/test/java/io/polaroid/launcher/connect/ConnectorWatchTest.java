package io.polaroid.launcher.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.store.read.PipelineStatus;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectorWatchTest {
    private static final String FENCED =
            "org.apache.kafka.common.errors.ProducerFencedException: There is a newer producer\n\tat x";

    private final FakeWorker worker = new FakeWorker();
    private Instant now = Instant.EPOCH;
    private final ConnectorWatch watch = new ConnectorWatch(worker, () -> now);

    private static final class FakeWorker implements ConnectorWatch.Worker {
        final List<String> restarted = new ArrayList<>();
        ConnectorStatus status = task("RUNNING", "", "here:1");
        boolean refuses;

        static ConnectorStatus task(String state, String failure, String worker) {
            var task = new ConnectorStatus.Task(0, state, failure, worker);
            return new ConnectorStatus("source.exchange", "RUNNING", "", List.of(task));
        }

        @Override
        public ConnectorStatus status(String connector) {
            return status;
        }

        @Override
        public String id() {
            return "here:1";
        }

        @Override
        public void restart(String connector, int task) {
            if (refuses) {
                throw new PolaroidException(Problem.of(ProblemCode.BROKER_UNREACHABLE, "away"));
            }
            restarted.add(connector + "/" + task);
        }
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private void look(Duration later) {
        now = now.plus(later);
        watch.look(List.of("source.exchange"));
    }

    @Test
    void startsATaskAgainAfterAPauseAndSaysSoMeanwhile() {
        look(Duration.ZERO);
        worker.status = FakeWorker.task("FAILED", FENCED, "here:1");
        look(Duration.ofSeconds(1));
        look(Duration.ofMillis(900));
        assertThat(worker.restarted).isEmpty();
        assertThat(watch.restarting())
                .containsExactly(new PipelineStatus.TaskStatus(
                        "source.exchange/0", 1, FENCED.lines().findFirst().orElse("")));
        look(Duration.ofMillis(100));
        assertThat(worker.restarted).containsExactly("source.exchange/0");
        // What Connect still says of before is no new failure
        look(Duration.ofSeconds(1));
        worker.status = FakeWorker.task("RUNNING", "", "here:1");
        look(Duration.ofSeconds(1));
        assertThat(watch.restarting()).isEmpty();
        assertThat(watch.failure()).isEmpty();
        assertThat(worker.restarted).hasSize(1);
    }

    @Test
    void waitsLongerEachTimeAndGivesUpInTheEnd() {
        worker.status = FakeWorker.task("FAILED", FENCED, "here:1");
        int looks = 0;
        for (; watch.failure().isEmpty(); looks++) {
            assertThat(looks).as("bounded").isLessThan(10_000);
            look(Duration.ofSeconds(1));
        }
        assertThat(looks).isGreaterThan(400);
        assertThat(worker.restarted).hasSize(24);
        assertThat(watch.failure().orElseThrow())
                .startsWith("source.exchange has failed 25 times: org.apache.kafka.common.errors.ProducerFenced");
    }

    @Test
    void aRestartThatIsRefusedIsOneOfThem() {
        worker.status = FakeWorker.task("FAILED", FENCED, "here:1");
        worker.refuses = true;
        look(Duration.ZERO);
        look(Duration.ofSeconds(1));
        look(Duration.ofSeconds(1));
        assertThat(watch.restarting())
                .hasSize(1)
                .first()
                .satisfies(task -> assertThat(task.failures()).isEqualTo(2));
        worker.refuses = false;
        look(Duration.ofSeconds(2));
        assertThat(worker.restarted).hasSize(1);
    }

    @Test
    void leavesTasksOfOtherWorkersToThem() {
        worker.status = FakeWorker.task("FAILED", FENCED, "there:2");
        for (int i = 0; i < 1_000; i++) {
            look(Duration.ofSeconds(1));
        }
        assertThat(worker.restarted).isEmpty();
        assertThat(watch.failure()).isEmpty();
    }

    @Test
    void whatFailedOfItsOwnHasFailedForGood() {
        worker.status =
                FakeWorker.task("FAILED", "org.apache.kafka.connect.errors.ConnectException: no such host", "there:2");
        look(Duration.ZERO);
        assertThat(watch.failure())
                .contains("source.exchange has failed: org.apache.kafka.connect.errors.ConnectException: no such host");
        assertThat(worker.restarted).isEmpty();
    }

    @Test
    void soHasAConnectorThatFailed() {
        worker.status = new ConnectorStatus("source.exchange", "FAILED", "java.lang.Error: no", List.of());
        look(Duration.ZERO);
        assertThat(watch.failure()).contains("source.exchange has failed: java.lang.Error: no");
    }
}
