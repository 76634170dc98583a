package io.polaroid.timeseries.grid;

import java.util.function.LongConsumer;

/**
 * Windows in order, each known by its key: the time that it is labelled with. Times are ns since 1970 UTC. A window holds the times
 * {@code [from, to)}; both ends, and the keys, ascend from window to window.
 */
public interface Grid {
    /** Instead of the key of a window where there is none after. */
    long NONE_AFTER = Long.MAX_VALUE;

    /** Instead of the key of a window where there is none before. */
    long NONE_BEFORE = Long.MIN_VALUE;

    /** The keys of the windows that hold a time, ascending; none if it lies in no window. */
    void forEach(long time, LongConsumer key);

    /** First time that a window holds. */
    long from(long key);

    /** Exclusive end of the times that a window holds. */
    long to(long key);

    /** Exclusive end of the first window that holds a time, which is the first to close; {@link #NONE_AFTER} if none does. */
    long firstEnd(long time);

    /** Whether a time between the ends of a window is in one: not during a break of trading. */
    boolean isHeld(long time);

    /** The window after. */
    long next(long key);

    /** The window before. */
    long previous(long key);

    /** The first window that ends after a time: all before it hold earlier times only. */
    long firstEndingAfter(long time);
}
