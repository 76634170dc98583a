package io.polaroid.bench.flink;

import io.polaroid.bench.child.Contestant;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.ResultRows;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** A Flink job in a cluster within this process: heap state, objects reused, a checkpoint each second. */
public final class FlinkApp implements Contestant {
    private static final int CHECKPOINT_MILLIS = 1_000;

    private final Task task;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private @Nullable JobClient job;

    /** A job for this task. */
    public FlinkApp(Task task) {
        this.task = task;
    }

    @Override
    public void start() {
        var environment = StreamExecutionEnvironment.createLocalEnvironment(task.threads(), configuration());
        // For throughput the longer interval is the faster one; for latency results wait for it.
        environment.enableCheckpointing(task.bounded() ? CHECKPOINT_MILLIS : task.commitMillis());
        environment.getConfig().enableObjectReuse();
        // The default, 200 ms, would be most of the latency; results are the same.
        environment.getConfig().setAutoWatermarkInterval(20);
        switch (task.job()) {
            case RESAMPLE_1S, RESAMPLE_1M -> Resampled.add(environment, task);
            case ROLLING_60S -> RollingSql.add(environment, task);
            case ASOF -> Joined.add(environment, task);
        }
        try {
            job = environment.executeAsync(task.application());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        var unused = job.getJobExecutionResult().whenComplete((result, failure) -> {
            if (failure == null) {
                finished.complete(null);
            } else {
                finished.completeExceptionally(failure);
            }
        });
    }

    private Configuration configuration() {
        var configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                task.folder().resolve("checkpoints").toUri().toString());
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        return configuration;
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    @Override
    public String outputSchema() {
        return switch (task.job()) {
            case RESAMPLE_1S, RESAMPLE_1M -> ResultRows.BAR;
            case ROLLING_60S -> ResultRows.ROLLING;
            case ASOF -> ResultRows.ENRICHED;
        };
    }

    @Override
    public void close() {
        if (job != null && !finished.isDone()) {
            job.cancel().join();
        }
    }
}
