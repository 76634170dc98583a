package io.polaroid.timeseries.aggregate;

import io.polaroid.timeseries.column.Validity;
import java.util.function.IntToDoubleFunction;

/** Counts, sums of doubles in two parts and, where variances are asked for, sums of their squares in three. */
final class Sums extends Kernel {
    private final int[] counts;
    private final double[] sums;
    private final double[] squares;

    Sums(int windows, boolean withSquares) {
        counts = new int[windows];
        sums = new double[2 * windows];
        squares = new double[withSquares ? 3 * windows : 0];
    }

    @Override
    void take(Values values) {
        int[] slots = values.slots;
        double[] numbers = values.numbers;
        for (int i = 0; i < values.count; i++) {
            counts[slots[i]]++;
            int at = 2 * slots[i];
            double number = numbers[i];
            double high = sums[at];
            double sum = high + number;
            if (Math.abs(sum) <= Double.MAX_VALUE) {
                double low = sums[at + 1] + Exact.sumError(high, number, sum);
                double rounded = sum + low;
                sums[at] = rounded;
                sums[at + 1] = low - (rounded - sum);
            } else {
                sums[at] = sum;
                sums[at + 1] = 0;
            }
        }
        if (squares.length > 0) {
            for (int i = 0; i < values.count; i++) {
                square(3 * slots[i], numbers[i]);
            }
        }
    }

    private void square(int at, double number) {
        double square = number * number;
        add(at, square);
        if (Double.isFinite(square)) {
            add(at, Math.fma(number, number, -square));
        }
    }

    private void add(int at, double term) {
        double a = squares[at];
        double first = a + term;
        if (!Double.isFinite(first)) {
            squares[at] = first;
            squares[at + 1] = 0;
            squares[at + 2] = 0;
            return;
        }
        double b = squares[at + 1];
        double carried = Exact.sumError(a, term, first);
        double second = b + carried;
        double third = squares[at + 2] + Exact.sumError(b, carried, second);
        double lower = second + third;
        third = Exact.sumError(second, third, lower);
        double upper = first + lower;
        lower = Exact.sumError(first, lower, upper);
        double middle = lower + third;
        squares[at] = upper;
        squares[at + 1] = middle;
        squares[at + 2] = Exact.sumError(lower, third, middle);
    }

    @Override
    Cells cells(Calls call, int[] emit) {
        return switch (call.function()) {
            case SUM -> doubles(emit, 0, slot -> sums[2 * slot]);
            case MEAN -> doubles(emit, 1, slot -> sums[2 * slot] / counts[slot]);
            case VAR -> doubles(emit, 2, this::variance);
            case STD -> doubles(emit, 2, slot -> Math.sqrt(variance(slot)));
            default -> throw new IllegalArgumentException(call.function() + " is no sum");
        };
    }

    private double variance(int slot) {
        double[] sum = {sums[2 * slot], sums[2 * slot + 1]};
        double[] square = {squares[3 * slot], squares[3 * slot + 1], squares[3 * slot + 2]};
        return Moments.variance(counts[slot], sum, square);
    }

    private Cells doubles(int[] emit, int fewest, IntToDoubleFunction of) {
        double[] cells = new double[emit.length];
        Validity valid = Validity.all(emit.length);
        for (int i = 0; i < emit.length; i++) {
            if (counts[emit[i]] >= fewest) {
                cells[i] = of.applyAsDouble(emit[i]);
            } else {
                valid.clear(i);
            }
        }
        return new Cells.Doubles(cells, valid);
    }
}
