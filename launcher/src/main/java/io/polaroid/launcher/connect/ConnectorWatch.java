package io.polaroid.launcher.connect;

import io.polaroid.store.read.PipelineStatus;
import io.polaroid.timeseries.result.PolaroidException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the connectors of a worker: a task that failed because of the broker is started again after a pause; what failed for
 * good is told. Each worker starts its own tasks only.
 */
public final class ConnectorWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectorWatch.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Connect says for a moment that a task has failed which was started again. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private final Worker worker;
    private final InstantSource clock;
    private final Map<String, Failing> failing = new TreeMap<>();
    private final Map<String, PipelineStatus.TaskStatus> told = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("connector-watch").factory());
    private volatile @Nullable String failure;

    /** What it needs of a worker. */
    interface Worker {
        /** How a connector is doing. */
        ConnectorStatus status(String connector);

        /** What {@link ConnectorStatus.Task#worker} says of tasks of its own. */
        String id();

        /**
         * Starts a task again.
         *
         * @throws PolaroidException if that cannot be done now
         */
        void restart(String connector, int task);
    }

    /** A task that has failed before. */
    private static final class Failing {
        private final TaskRestarts restarts = new TaskRestarts();
        private Optional<Instant> due = Optional.empty();
        private Instant settled = Instant.MIN;
    }

    ConnectorWatch(Worker worker, InstantSource clock) {
        this.worker = worker;
        this.clock = clock;
    }

    /** Looks after these connectors from now on. */
    public void watch(List<String> connectors) {
        var names = List.copyOf(connectors);
        var unused = looking.scheduleWithFixedDelay(() -> look(names), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What has failed for good, if anything has. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Tasks that have failed and wait to be started again. */
    public List<PipelineStatus.TaskStatus> restarting() {
        return List.copyOf(told.values());
    }

    void look(List<String> connectors) {
        try {
            for (String connector : connectors) {
                look(worker.status(connector));
            }
        } catch (RuntimeException e) {
            LOG.warn("the state of the connectors is not known: {}", e.toString());
        }
    }

    private void look(ConnectorStatus status) {
        if (status.state().equals("FAILED")) {
            forGood(status, "");
        }
        for (var task : status.tasks()) {
            String name = status.name() + "/" + task.id();
            if (!task.state().equals("FAILED")) {
                told.remove(name);
            } else if (!TaskFailure.isOfBroker(task.failure())) {
                forGood(status, "");
            } else if (task.worker().equals(worker.id())) {
                again(status, task, failing.computeIfAbsent(name, unused -> new Failing()), name);
            }
        }
    }

    private void forGood(ConnectorStatus status, String more) {
        failure = "%s has failed%s: %s"
                .formatted(status.name(), more, status.whyFailed().orElse(""));
    }

    private void again(ConnectorStatus status, ConnectorStatus.Task task, Failing one, String name) {
        Instant now = clock.instant();
        if (one.due.isPresent()) {
            if (!now.isBefore(one.due.get())) {
                one.due = Optional.empty();
                restart(status.name(), task.id(), one);
            }
            return;
        }
        if (now.isBefore(one.settled)) {
            return;
        }
        var pause = one.restarts.next(now);
        if (pause.isEmpty()) {
            forGood(status, " " + one.restarts.failures() + " times");
            return;
        }
        one.due = Optional.of(now.plus(pause.get()));
        String why = task.failure().lines().findFirst().orElse("");
        told.put(name, new PipelineStatus.TaskStatus(name, one.restarts.failures(), why));
        LOG.warn(
                "task {} has failed because of the broker and is started again after {} ms (failure {} in a row): {}",
                name,
                pause.get().toMillis(),
                one.restarts.failures(),
                task.failure());
    }

    private void restart(String connector, int task, Failing one) {
        try {
            worker.restart(connector, task);
            one.settled = clock.instant().plus(SETTLING);
            LOG.info("task {}/{} was started again", connector, task);
        } catch (PolaroidException e) {
            LOG.warn("task {}/{} could not be started again: {}", connector, task, e.getMessage());
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
        looking.close();
    }
}
