package io.polaroid.timeseries.column;

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

    /** Into how many parts at least work should be cut. */
    int parallelism();

    /**
     * Runs parts 0 to {@code parts - 1}, in any order and possibly at once, and returns when all have ended. What a part throws is
     * thrown on when the others have ended.
     */
    void run(int parts, IntConsumer part);
}
