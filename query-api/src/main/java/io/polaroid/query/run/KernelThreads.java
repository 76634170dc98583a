package io.polaroid.query.run;

import io.polaroid.timeseries.column.Workers;
import io.polaroid.timeseries.result.PolaroidException;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Threads that kernels share, beside the one that asks: it takes parts as well, so that work goes on when all others are busy.
 */
public final class KernelThreads implements Workers, AutoCloseable {
    private final ExecutorService threads;
    private final int helpers;

    private KernelThreads(ExecutorService threads, int helpers) {
        this.threads = threads;
        this.helpers = helpers;
    }

    /** So many threads, the asking one among them. */
    public static KernelThreads of(int threads) {
        int helpers = threads - 1;
        return new KernelThreads(
                Executors.newFixedThreadPool(
                        Math.max(1, helpers),
                        Thread.ofPlatform().daemon().name("kernel-", 0).factory()),
                helpers);
    }

    @Override
    public int parallelism() {
        return helpers + 1;
    }

    @Override
    public void run(int parts, IntConsumer part) {
        if (parts <= 1 || helpers == 0) {
            Workers.INLINE.run(parts, part);
            return;
        }
        var next = new AtomicInteger();
        Runnable take = () -> {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
                part.accept(i);
            }
        };
        var helping = new ArrayList<Helper>();
        for (int i = 0; i < Math.min(helpers, parts - 1); i++) {
            var helper = new Helper(take, new AtomicBoolean(), new CompletableFuture<>());
            helping.add(helper);
            threads.execute(helper);
        }
        try {
            take.run();
        } finally {
            next.set(parts);
            helping.forEach(Helper::end);
        }
    }

    /** One more thread's share of the work, unless it was withdrawn before it began. */
    private record Helper(Runnable work, AtomicBoolean taken, CompletableFuture<Boolean> ended) implements Runnable {
        @Override
        public void run() {
            if (!taken.compareAndSet(false, true)) {
                return;
            }
            try {
                work.run();
                ended.complete(true);
            } catch (RuntimeException | Error failure) {
                ended.completeExceptionally(failure);
            }
        }

        /** Withdraws it, or waits for it. */
        void end() {
            if (taken.compareAndSet(false, true)) {
                return;
            }
            try {
                ended.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new PolaroidException(
                                Problem.of(ProblemCode.INTERNAL, "a kernel failed: " + e.getCause()), e);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
