package io.polaroid.timeseries.column;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/** Workers on the threads of an executor and on the calling thread. */
public record ThreadWorkers(Executor executor, int parallelism) implements Workers {
    @Override
    public void run(int parts, IntConsumer part) {
        var others = new CompletableFuture<?>[Math.max(0, parts - 1)];
        for (int i = 1; i < parts; i++) {
            int number = i;
            others[i - 1] = CompletableFuture.runAsync(() -> part.accept(number), executor);
        }
        var all = CompletableFuture.allOf(others);
        try {
            if (parts > 0) {
                part.accept(0);
            }
        } finally {
            try {
                all.join();
            } catch (CompletionException failure) {
                if (failure.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw failure;
            }
        }
    }
}
