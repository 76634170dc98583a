package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.aggregate.CompiledPlan.Argument;
import io.polaroid.timeseries.row.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of one argument in the rows of a window, and the accumulators that they feed. */
final class WindowArgument {
    private final Argument argument;
    private final WindowSlots state;
    private final boolean whole;
    private final Accumulator[] sums;
    private final Edge[] edges;
    private final Contest[] contests;
    private final @Nullable Exactness exactSum;
    private final @Nullable Exactness exactSquares;
    private final WindowSlots.@Nullable Ordered ordered;

    /** Bits of doubles, or whole numbers. */
    private long[] values;

    /** Which are null; empty as long as none is. */
    private boolean[] nulls = {};

    /** How many rows have left the arrays, so that positions in contests stay. */
    private int dropped;

    WindowArgument(Argument argument, WindowSlots state, int capacity) {
        this.argument = argument;
        this.state = state;
        this.whole = argument.isWhole();
        this.values = new long[capacity];
        List<Accumulator> invertible = new ArrayList<>();
        List<Edge> ends = new ArrayList<>();
        List<Contest> extremes = new ArrayList<>();
        boolean sum = false;
        boolean squares = false;
        for (Accumulator accumulator : argument.fed()) {
            switch (accumulator) {
                case Edge edge -> ends.add(edge);
                case Extreme extreme -> extremes.add(new Contest(extreme));
                default -> invertible.add(accumulator);
            }
            sum |= accumulator instanceof Accumulator.Sum;
            squares |= accumulator instanceof Accumulator.Squares;
        }
        this.sums = invertible.toArray(Accumulator[]::new);
        this.edges = ends.toArray(Edge[]::new);
        this.contests = extremes.toArray(Contest[]::new);
        this.exactSum = sum ? new Exactness(false) : null;
        this.exactSquares = squares ? new Exactness(true) : null;
        this.ordered = argument.ordered() < 0 ? null : state.ordered(argument.ordered());
    }

    /** The rows that may still be the least or greatest, as positions from the first row that ever was. */
    private static final class Contest {
        final Extreme extreme;
        int[] rows = new int[LEAST];
        int first;
        int end;
        private static final int LEAST = 4;

        Contest(Extreme extreme) {
            this.extreme = extreme;
        }

        void giveBack() {
            rows = new int[LEAST];
        }

        void add(int row) {
            if (end == rows.length) {
                int held = end - first;
                int[] target = held > rows.length / 2 ? new int[rows.length * 2] : rows;
                System.arraycopy(rows, first, target, 0, held);
                rows = target;
                first = 0;
                end = held;
            }
            rows[end++] = row;
        }
    }

    /** Sets the value of a new row; those from its place to {@code end} move up. */
    void put(Row row, int place, int end) {
        if (place < end) {
            System.arraycopy(values, place, values, place + 1, end - place);
            if (nulls.length > 0) {
                System.arraycopy(nulls, place, nulls, place + 1, end - place);
            }
        }
        boolean isNull = !read(row, place);
        if (isNull && nulls.length == 0) {
            nulls = new boolean[values.length];
        }
        if (nulls.length > 0) {
            nulls[place] = isNull;
        }
    }

    private boolean read(Row row, int place) {
        var expr = argument.expr();
        if (expr.isDirect()) {
            if (expr.isNull(row)) {
                return false;
            }
            values[place] = whole ? expr.longAt(row) : Double.doubleToRawLongBits(expr.doubleAt(row));
            return true;
        }
        Object cell = expr.evaluate(row);
        if (cell == null) {
            return false;
        }
        if (whole) {
            values[place] = cell instanceof Long held ? held : Boolean.TRUE.equals(cell) ? 1 : 0;
        } else {
            values[place] = Double.doubleToRawLongBits(cell instanceof Number number ? number.doubleValue() : 0);
        }
        return true;
    }

    void grow(int capacity) {
        values = Arrays.copyOf(values, capacity);
        nulls = nulls.length == 0 ? nulls : Arrays.copyOf(nulls, capacity);
    }

    /** Goes on with room for so many rows, and none of those so far. */
    void giveBack(int capacity) {
        values = new long[capacity];
        nulls = new boolean[0];
        for (Contest contest : contests) {
            contest.giveBack();
        }
        clear();
    }

    void drop(int rows, int end) {
        System.arraycopy(values, rows, values, 0, end - rows);
        if (nulls.length > 0) {
            System.arraycopy(nulls, rows, nulls, 0, end - rows);
        }
        dropped += rows;
    }

    private boolean isNull(int row) {
        return nulls.length > 0 && nulls[row];
    }

    private double number(int row) {
        return whole ? values[row] : Double.longBitsToDouble(values[row]);
    }

    void clear() {
        dropped = 0;
        for (Contest contest : contests) {
            contest.first = 0;
            contest.end = 0;
        }
        if (exactSum != null) {
            exactSum.clear();
        }
        if (exactSquares != null) {
            exactSquares.clear();
        }
        if (ordered != null) {
            ordered.clear();
        }
    }

    void enter(int row, long timeNanos, long offset) {
        if (isNull(row)) {
            return;
        }
        double number = number(row);
        long value = whole ? values[row] : 0;
        for (Accumulator accumulator : sums) {
            accumulator.update(state, number, value, timeNanos, offset);
        }
        for (Contest contest : contests) {
            while (contest.end > contest.first && !staysAhead(contest, contest.rows[contest.end - 1] - dropped, row)) {
                contest.end--;
            }
            if (whole || !Double.isNaN(number)) {
                contest.add(row + dropped);
            }
        }
        if (exactSum != null) {
            exactSum.add(number);
        }
        if (exactSquares != null) {
            exactSquares.add(number);
        }
        if (ordered != null) {
            ordered.add(number);
        }
    }

    private boolean staysAhead(Contest contest, int held, int row) {
        if (!whole && Double.isNaN(number(row))) {
            return true;
        }
        int order = whole ? Long.compare(values[held], values[row]) : Double.compare(number(held), number(row));
        return contest.extreme.isGreatest() ? order > 0 : order < 0;
    }

    void leave(int row) {
        if (isNull(row)) {
            return;
        }
        double number = number(row);
        for (Accumulator accumulator : sums) {
            accumulator.remove(state, number, whole ? values[row] : 0);
        }
        for (Contest contest : contests) {
            if (contest.first < contest.end && contest.rows[contest.first] - dropped == row) {
                contest.first++;
            }
        }
        if (exactSum != null) {
            exactSum.remove(number);
        }
        if (exactSquares != null) {
            exactSquares.remove(number);
        }
        if (ordered != null) {
            ordered.remove(number);
        }
    }

    boolean isExact() {
        return (exactSum == null || exactSum.holds()) && (exactSquares == null || exactSquares.holds());
    }

    /** Puts into the slots what depends on few rows of the window only. */
    void settle(int low, int high, long[] times, long[] offsets) {
        for (Contest contest : contests) {
            contest.extreme.reset(state);
            if (contest.first < contest.end) {
                int row = contest.rows[contest.first] - dropped;
                contest.extreme.update(state, number(row), values[row], 0, 0);
            }
        }
        for (Edge edge : edges) {
            edge.reset(state);
            int row = edge.isLast() ? high - 1 : low;
            while (row >= low && row < high && isNull(row)) {
                row += edge.isLast() ? -1 : 1;
            }
            if (row >= low && row < high) {
                edge.update(state, number(row), values[row], times[row], offsets[row]);
            }
        }
    }
}
