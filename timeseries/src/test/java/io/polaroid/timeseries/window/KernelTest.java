package io.polaroid.timeseries.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.polaroid.timeseries.Gen;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Running statistics beside scans of each window that apply the definition, in exact arithmetic where there is one. */
class KernelTest {
    private record Case(double[] numbers, boolean[] valid, Ranges windows, int minSamples) {
        /** The values of a window. */
        double[] values(int window) {
            return java.util.stream.IntStream.range(windows.from()[window], windows.to()[window])
                    .filter(at -> valid.length == 0 || valid[at])
                    .mapToDouble(at -> numbers[at])
                    .toArray();
        }
    }

    private static Case random(Gen gen, boolean special) {
        int rows = gen.oneIn(20) ? gen.below(1200) : gen.below(40);
        double[] numbers = new double[rows];
        double scale = gen.pick(1.0, 1e-3, 1e9);
        for (int i = 0; i < rows; i++) {
            numbers[i] = special && gen.oneIn(6)
                    ? gen.pick(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0.0)
                    : gen.oneIn(3) ? gen.between(-3, 3) : 100 + gen.unit() * scale;
        }
        boolean[] valid = new boolean[gen.oneIn(2) ? rows : 0];
        for (int i = 0; i < valid.length; i++) {
            valid[i] = !gen.oneIn(4);
        }
        return new Case(numbers, valid, windows(gen, rows), gen.below(4));
    }

    private static Ranges windows(Gen gen, int rows) {
        if (gen.oneIn(3)) {
            int size = 1 + gen.below(gen.pick(5, 900));
            return new Ranges().rows(0, rows, size, gen.below(size));
        }
        long[] times = new long[rows];
        long[] starts = new long[rows];
        long[] ends = new long[rows];
        long length = gen.pick(1L, 5L, 2000L);
        long shift = gen.between(-length, 3);
        for (int i = 0; i < rows; i++) {
            times[i] = (i == 0 ? 0 : times[i - 1]) + gen.pick(0L, 1L, 1L, 2L, 9L);
            starts[i] = times[i] + shift - (gen.oneIn(30) ? 3 : 0);
            ends[i] = starts[i] + length;
        }
        return new Ranges().times(times, 0, rows, rows, starts, ends);
    }

    private interface Twin {
        Double of(double[] values);
    }

    private static void assertSame(Gen gen, Case one, Statistic statistic, double tolerance, Twin twin) {
        Values values = Values.of(one.numbers(), one.valid());
        int count = one.windows().count();
        Cells cells = Cells.numbers(count);
        statistic.kernel(values, values, one.minSamples(), 0, 0).run(one.windows(), 0, cells);
        for (int i = 0; i < count; i++) {
            double[] inside = one.values(i);
            Double expected = inside.length < one.minSamples() ? null : twin.of(inside);
            Double actual = cells.valid()[i] ? (Double) cells.numbers()[i] : null;
            String what = statistic + " of window " + i + ": " + Arrays.toString(inside);
            if (expected == null || actual == null || tolerance == 0 || !Double.isFinite(expected)) {
                assertThat(actual).as(what).isEqualTo(expected);
            } else {
                assertThat(actual).as(what).isCloseTo(expected, within(tolerance * Math.max(1e-6, Math.abs(expected))));
            }
        }
        assertThat(gen).isNotNull();
    }

    /** More rows than sums from a common start take in at once; with such numbers between that these would not be exact. */
    @Test
    void sumsOfLongSeriesAreExact() {
        Gen.forSeeds(6, gen -> {
            int rows = 3 * PrefixSums.MOST_ROWS;
            double[] numbers = new double[rows];
            for (int i = 0; i < rows; i++) {
                numbers[i] = gen.oneIn(9) ? 0 : 50 + gen.unit() * 100;
            }
            if (gen.oneIn(2)) {
                numbers[rows / 2] = 1e-9;
            }
            int size = 1 + gen.below(40);
            Values values = Values.of(numbers);
            Cells sums = Cells.numbers(rows);
            new Statistic.Sum().kernel(values, values, 1, 0, 0).run(new Ranges().rows(0, rows, size, 0), 0, sums);

            for (int i = 0; i < rows; i++) {
                assertThat(sums.numbers()[i])
                        .isEqualTo(sum(Arrays.copyOfRange(numbers, Math.max(0, i + 1 - size), i + 1)));
            }
        });
    }

    /** The exact sum, rounded once. */
    private static double sum(double[] values) {
        double plain = Arrays.stream(values).sum();
        if (!Double.isFinite(plain)) {
            return plain;
        }
        return Arrays.stream(values)
                .mapToObj(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .doubleValue();
    }

    private static Double variance(double[] values, int ddof) {
        if (values.length <= ddof || values.length == 0) {
            return null;
        }
        if (!Double.isFinite(Arrays.stream(values).sum())) {
            return Double.NaN;
        }
        BigDecimal n = BigDecimal.valueOf(values.length);
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal squares = BigDecimal.ZERO;
        for (double value : values) {
            BigDecimal exact = new BigDecimal(value);
            sum = sum.add(exact);
            squares = squares.add(exact.multiply(exact));
        }
        return n.multiply(squares)
                .subtract(sum.multiply(sum))
                .divide(n.multiply(BigDecimal.valueOf(values.length - ddof)), MathContext.DECIMAL64)
                .doubleValue();
    }

    @Test
    void sumsAndMeansAreThoseOfTheWindowAloneToTheLastBit() {
        Gen.forSeeds(300, gen -> {
            Case one = random(gen, gen.oneIn(3));
            assertSame(gen, one, new Statistic.Sum(), 0, KernelTest::sum);
            assertSame(gen, one, new Statistic.Mean(), 0, v -> v.length == 0 ? null : (Double) (sum(v) / v.length));
        });
    }

    @Test
    void extremesAreThoseOfAScan() {
        Gen.forSeeds(200, gen -> {
            Case one = random(gen, true);
            assertSame(
                    gen,
                    one,
                    new Statistic.Min(),
                    0,
                    v -> v.length == 0 ? null : (Double) Arrays.stream(v).min().getAsDouble());
            assertSame(
                    gen,
                    one,
                    new Statistic.Max(),
                    0,
                    v -> v.length == 0 ? null : (Double) Arrays.stream(v).max().getAsDouble());
            assertSame(
                    gen,
                    one,
                    new Statistic.LeastNumber(),
                    0,
                    v -> v.length == 0
                            ? null
                            : (Double) Arrays.stream(v)
                                    .filter(x -> !Double.isNaN(x))
                                    .min()
                                    .orElse(Double.NaN));
            assertSame(
                    gen,
                    one,
                    new Statistic.GreatestNumber(),
                    0,
                    v -> v.length == 0
                            ? null
                            : (Double) Arrays.stream(v)
                                    .filter(x -> !Double.isNaN(x))
                                    .max()
                                    .orElse(Double.NaN));
        });
    }

    @Test
    void momentsAreThoseOfExactArithmetic() {
        Gen.forSeeds(200, gen -> {
            Case one = random(gen, gen.oneIn(4));
            int ddof = gen.below(3);
            assertSame(gen, one, new Statistic.Var(ddof), 1e-12, v -> variance(v, ddof));
            assertSame(gen, one, new Statistic.Std(ddof), 1e-12, v -> {
                Double variance = variance(v, ddof);
                return variance == null ? null : (Double) Math.sqrt(variance);
            });
        });
    }

    @Test
    void quantilesAreThoseOfSortedWindows() {
        Gen.forSeeds(200, gen -> {
            Case one = random(gen, gen.oneIn(2));
            double quantile = gen.pick(0.0, 0.25, 0.5, 0.9, 1.0, gen.unit());
            assertSame(gen, one, new Statistic.Quantile(quantile, Interpolation.LOWER), 0, v -> {
                Arrays.sort(v);
                return v.length == 0 ? null : (Double) v[(int) Math.floor((v.length - 1) * quantile)];
            });
            assertSame(gen, one, new Statistic.Quantile(quantile, Interpolation.HIGHER), 0, v -> {
                Arrays.sort(v);
                return v.length == 0 ? null : (Double) v[(int) Math.ceil((v.length - 1) * quantile)];
            });
        });
    }

    @Test
    void wholeSumsAreExactAndNullWhereTheyDoNotFit() {
        Gen.forSeeds(500, gen -> {
            int rows = gen.below(60);
            long[] wholes = new long[rows];
            for (int i = 0; i < rows; i++) {
                wholes[i] = gen.oneIn(3) ? gen.anyLong() : gen.between(-9, 9);
            }
            Ranges windows = windows(gen, rows);
            Cells cells = Cells.wholes(rows);
            Values values = Values.of(wholes, new boolean[0]);
            new Statistic.Sum()
                    .kernel(values, values, 0, Long.MIN_VALUE, Long.MAX_VALUE)
                    .run(windows, 0, cells);
            for (int i = 0; i < rows; i++) {
                BigInteger sum = Arrays.stream(wholes, windows.from()[i], windows.to()[i])
                        .mapToObj(BigInteger::valueOf)
                        .reduce(BigInteger.ZERO, BigInteger::add);
                boolean fits = sum.bitLength() < 64;
                assertThat(cells.valid()[i]).isEqualTo(fits);
                assertThat(cells.wholes()[i]).isEqualTo(fits ? sum.longValue() : 0);
            }
        });
    }
}
