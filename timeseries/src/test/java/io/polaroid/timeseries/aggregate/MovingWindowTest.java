package io.polaroid.timeseries.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A window that moves gives what a plan gives that takes in the window's rows from nothing, to the last bit. */
class MovingWindowTest {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final Schema ROWS =
            new Schema(List.of(Field.nullable("x", FLOAT), Field.nullable("i", new ArrowType.Int(64, true))));

    private enum Numbers {
        /** As prices are. */
        MARKET {
            @Override
            Double next(SplittableRandom random) {
                return Math.round(random.nextDouble(90, 110) * 100) / 100.0;
            }
        },
        /** All bits in use, and of both signs. */
        NOISE {
            @Override
            Double next(SplittableRandom random) {
                return random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-3, 4));
            }
        },
        /** No sum of these is exact, nulls, and what is no number. */
        WILD {
            @Override
            Double next(SplittableRandom random) {
                return switch (random.nextInt(12)) {
                    case 0 -> Double.NaN;
                    case 1 -> Double.POSITIVE_INFINITY;
                    case 2 -> null;
                    case 3 -> 1e300;
                    case 4 -> -0.0;
                    case 5 -> 1e-300;
                    default -> random.nextDouble() * Math.pow(10, random.nextInt(-60, 60));
                };
            }
        };

        abstract Double next(SplittableRandom random);
    }

    private record Tick(long time, long offset, Double x, Long i) {
        ArrayRow row() {
            return ArrayRow.of(x, i);
        }
    }

    private static SequencedMap<String, String> outputs(String... expressions) {
        var outputs = new LinkedHashMap<String, String>();
        for (int i = 0; i < expressions.length; i++) {
            outputs.put("o" + i, expressions[i]);
        }
        return outputs;
    }

    private static Object[] twin(AggregatePlan plan, List<Tick> window) {
        Slots state = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        plan.reset(state);
        window.forEach(tick -> plan.update(state, tick.row(), tick.time(), tick.offset()));
        return plan.finish(state);
    }

    private static Double quantile(List<Tick> window, double place, Interpolation between) {
        double[] sorted = window.stream()
                .filter(tick -> tick.x() != null)
                .mapToDouble(Tick::x)
                .sorted()
                .toArray();
        return sorted.length == 0 ? null : Double.valueOf(between.of(sorted, 0, sorted.length, place));
    }

    /** Rows come out of order by at most 20; those that the window has been at already belong to it from then on. */
    @ParameterizedTest
    @EnumSource(Numbers.class)
    void givesWhatItsRowsGive(Numbers numbers) {
        var all = outputs(
                "mean(x)",
                "std(x)",
                "var(x)",
                "min(x)",
                "max(x)",
                "sum(x*i)/sum(i)",
                "sum(x)",
                "sum(i)",
                "count(*)",
                "count(x)",
                "first(x)",
                "last(i)",
                "min(i)",
                "max(i)",
                "mean(i)");
        var plain = AggregatePlan.of(all, ROWS).orThrow();
        all.put("median", "median(x)");
        all.put("q", "quantile(x, 0.9)");
        all.put("l", "quantile(x, 0.9, 'linear')");
        var plan = WindowPlan.of(all, ROWS).orThrow();
        for (long seed = 0; seed < 40; seed++) {
            var random = new SplittableRandom(seed);
            int period = 1 + random.nextInt(60);
            var window = plan.open();
            var rows = new ArrayList<Tick>();
            long to = 0;
            for (int n = 0; n < 400; n++) {
                long time = Math.max(1, to + random.nextInt(-20, 25) + (random.nextInt(50) == 0 ? 200 : 0));
                var tick =
                        new Tick(time, n, numbers.next(random), random.nextInt(9) == 0 ? null : random.nextLong(1_000));
                rows.add(tick);
                window.add(tick.row(), time, n);
                if (random.nextInt(3) > 0) {
                    continue;
                }
                // When
                to += random.nextInt(12);
                window.moveTo(to - period, to);
                // Then
                long after = to - period;
                long last = to;
                var held = rows.stream()
                        .filter(row -> row.time() > after && row.time() <= last)
                        .sorted(Comparator.comparingLong(Tick::time).thenComparingLong(Tick::offset))
                        .toList();
                var expected = new ArrayList<>(Arrays.asList(twin(plain, held)));
                expected.add(quantile(held, 0.5, Interpolation.LINEAR));
                expected.add(quantile(held, 0.9, Interpolation.NEAREST));
                expected.add(quantile(held, 0.9, Interpolation.LINEAR));
                assertThat(window.finish())
                        .as("%s seed %d, row %d, window of %d", numbers, seed, n, held.size())
                        .containsExactly(expected.toArray());
            }
        }
    }

    @Test
    void doesNotDependOnTheOrderInWhichRowsCame() {
        var plan = WindowPlan.of(outputs("sum(x)", "std(x)"), ROWS).orThrow();
        var ascending = plan.open();
        var descending = plan.open();
        for (int n = 0; n < 1_000; n++) {
            ascending.add(ArrayRow.of(0.1 * n, null), n, n);
            descending.add(ArrayRow.of(0.1 * (999 - n), null), 999 - n, 999 - n);
        }
        // When
        for (int to = 0; to < 1_000; to += 7) {
            ascending.moveTo(to - 100, to);
            ascending.finish();
        }
        ascending.moveTo(899, 999);
        descending.moveTo(899, 999);
        // Then
        assertThat(ascending.finish()).containsExactly(descending.finish());
    }

    @Test
    void doesNotGoBack() {
        var window = WindowPlan.of(outputs("sum(x)"), ROWS).orThrow().open();
        window.moveTo(10, 20);

        assertThatThrownBy(() -> window.moveTo(9, 20)).hasMessageContaining("does not go back");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "n_unique(x) ~ does not move on with a window",
                "first_value(x) ~ does not move on with a window",
                "quantile(x, 2) ~ a number from 0 to 1",
                "quantile(x, 0.5, 'best') ~ is no interpolation",
            })
    void refusesWhatItHasNot(String text, String detail) {
        assertThat(((Result.Err<WindowPlan>) WindowPlan.of(outputs(text), ROWS))
                        .problem()
                        .detail())
                .contains(detail);
    }

    @Test
    void whatABurstHasTakenIsGivenBack() {
        WindowPlan plan =
                WindowPlan.of(outputs("max(x)", "median(x)", "count(x)"), ROWS).orThrow();
        MovingWindow window = plan.open();
        int before = window.capacity();
        for (int i = 0; i < 10_000; i++) {
            window.add(ArrayRow.of((double) i, 1L), i, i);
        }
        window.moveTo(0, 10_000);
        assertThat(window.finish()).containsExactly(9_999.0, 5_000.0, 9_999L);
        assertThat(window.capacity()).isGreaterThanOrEqualTo(10_000);
        window.moveTo(20_000, 30_000);
        assertThat(window.capacity()).isEqualTo(before);
        window.add(ArrayRow.of(7.0, 1L), 30_001, 10_001);
        window.moveTo(20_001, 30_001);
        assertThat(window.finish()).containsExactly(7.0, 7.0, 1L);
        assertThat(plan.rowBytes()).isBetween(32, 64);
    }
}
