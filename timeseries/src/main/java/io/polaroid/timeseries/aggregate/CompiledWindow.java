package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.aggregate.CompiledPlan.Argument;
import io.polaroid.timeseries.row.Row;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A window of a {@link CompiledPlan}: rows in order in arrays, of which {@code [low, high)} are in the aggregates. */
final class CompiledWindow implements MovingWindow {
    private static final int LEAST_ROWS = 8;

    /** What is kept when there are no rows. */
    private static final int KEPT_ROWS = 64;

    private final CompiledPlan plan;
    private final WindowSlots state;
    private final WindowArgument[] arguments;
    private long[] times = new long[LEAST_ROWS];
    private long[] offsets = new long[LEAST_ROWS];
    private int low;
    private int high;
    private int end;
    private long after = Long.MIN_VALUE;
    private long to = Long.MIN_VALUE;

    /** Whether the aggregates are not those of the rows {@code [low, high)}. */
    private boolean stale = true;

    CompiledWindow(CompiledPlan plan, Argument[] arguments, WindowSlots state) {
        this.plan = plan;
        this.state = state;
        this.arguments = Arrays.stream(arguments)
                .map(argument -> new WindowArgument(argument, state, LEAST_ROWS))
                .toArray(WindowArgument[]::new);
    }

    @Override
    public void add(Row row, long timeNanos, long offset) {
        if (timeNanos <= after && after != Long.MIN_VALUE) {
            return;
        }
        if (end == times.length) {
            makeRoom();
        }
        int place = end;
        while (place > low && isBefore(timeNanos, offset, place - 1)) {
            place--;
        }
        if (place < end) {
            System.arraycopy(times, place, times, place + 1, end - place);
            System.arraycopy(offsets, place, offsets, place + 1, end - place);
        }
        times[place] = timeNanos;
        offsets[place] = offset;
        for (WindowArgument argument : arguments) {
            argument.put(row, place, end);
        }
        end++;
        if (place < high) {
            high++;
            stale = true;
        }
    }

    private boolean isBefore(long timeNanos, long offset, int place) {
        return timeNanos < times[place] || timeNanos == times[place] && offset < offsets[place];
    }

    /** Drops what lies before the window, if that is half, else takes more. */
    private void makeRoom() {
        if (low >= end / 2 && low > 0) {
            System.arraycopy(times, low, times, 0, end - low);
            System.arraycopy(offsets, low, offsets, 0, end - low);
            for (WindowArgument argument : arguments) {
                argument.drop(low, end);
            }
            high -= low;
            end -= low;
            low = 0;
        } else {
            int capacity = times.length * 2;
            times = Arrays.copyOf(times, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
            for (WindowArgument argument : arguments) {
                argument.grow(capacity);
            }
        }
    }

    @Override
    public void moveTo(long afterNanos, long toNanos) {
        if (afterNanos < after || toNanos < to) {
            throw new IllegalArgumentException("a window does not go back from (" + after + ", " + to + "] to ("
                    + afterNanos + ", " + toNanos + "]");
        }
        after = afterNanos;
        to = toNanos;
        while (low < high && times[low] <= after) {
            leave(low++);
        }
        if (low == high) {
            // Nothing is left, so that what sums have been through does not matter any more.
            stale = true;
            while (high < end && times[high] <= after) {
                high++;
            }
            low = high;
            if (high == end) {
                giveBack();
            }
        }
        while (high < end && times[high] <= to) {
            if (stale) {
                high++;
            } else {
                enter(high++);
            }
        }
    }

    /** There are no rows: what a burst has taken is not kept for ever. */
    private void giveBack() {
        low = 0;
        high = 0;
        end = 0;
        if (times.length > KEPT_ROWS) {
            times = new long[LEAST_ROWS];
            offsets = new long[LEAST_ROWS];
            for (WindowArgument argument : arguments) {
                argument.giveBack(LEAST_ROWS);
            }
        }
    }

    @Override
    public int capacity() {
        return times.length;
    }

    private void leave(int row) {
        if (!stale) {
            for (WindowArgument argument : arguments) {
                argument.leave(row);
            }
        }
    }

    private void enter(int row) {
        for (WindowArgument argument : arguments) {
            argument.enter(row, times[row], offsets[row]);
        }
    }

    @Override
    public @Nullable Object[] finish() {
        settle();
        return plan.finish(state);
    }

    @Override
    public void finish(AggregatePlan.Outputs to) {
        settle();
        plan.finish(state, to);
    }

    private void settle() {
        if (stale || !isExact()) {
            reload();
        }
        for (WindowArgument argument : arguments) {
            argument.settle(low, high, times, offsets);
        }
    }

    private boolean isExact() {
        for (WindowArgument argument : arguments) {
            if (!argument.isExact()) {
                return false;
            }
        }
        return true;
    }

    private void reload() {
        plan.reset(state);
        for (WindowArgument argument : arguments) {
            argument.clear();
        }
        for (int row = low; row < high; row++) {
            enter(row);
        }
        stale = false;
    }

    @Override
    public void clear() {
        low = 0;
        high = 0;
        end = 0;
        after = Long.MIN_VALUE;
        to = Long.MIN_VALUE;
        stale = true;
    }
}
