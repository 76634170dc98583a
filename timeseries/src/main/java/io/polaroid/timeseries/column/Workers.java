package io.polaroid.timeseries.column;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/** Runs the parts of a kernel; the caller says on which threads. */
public interface Workers {
    /** On the calling thread, one after the other. */
    Workers INLINE = new Workers() {
        @Override
        public int parallelism() {
            return 1;
        }

        @Override
        public void run(int parts, IntConsumer part) {
            for (int i = 0; i < parts; i++) {
                part.accept(i);
            }
        }
    };

    /** On the threads of an executor, which the caller owns, and on the calling thread. */
    static Workers of(Executor executor, int parallelism) {
        return new Workers() {
            @Override
            public int parallelism() {
                return parallelism;
            }

            @Override
            public void run(int parts, IntConsumer part) {
                runOn(executor, parts, part);
            }
        };
    }

    /** Into how many parts at least work should be cut. */
    int parallelism();

    /**
     * Runs parts 0 to {@code parts - 1}, in any order and possibly at once, and returns when all have ended. What a part throws is
     * thrown on when the others have ended.
     */
    void run(int parts, IntConsumer part);

    private static void runOn(Executor executor, int parts, IntConsumer part) {
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
