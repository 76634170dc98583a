package io.polaroid.timeseries.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.aggregate.WindowPlan;
import io.polaroid.timeseries.row.ArrayRow;
import io.polaroid.timeseries.row.Row;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** As-of matches and rolling windows beside scans of all rows that apply the definition. */
class OperatorTest {
    private record Rows(long[] times) implements SeriesView {
        static Rows random(Gen gen) {
            long[] times = new long[gen.below(12)];
            boolean atTheEnds = gen.oneIn(10);
            for (int i = 0; i < times.length; i++) {
                times[i] = atTheEnds ? gen.pick(Long.MIN_VALUE, Long.MAX_VALUE, 0L) : gen.between(-10, 10);
            }
            Arrays.sort(times);
            return new Rows(times);
        }

        @Override
        public int size() {
            return times.length;
        }

        @Override
        public long timeNanos(int index) {
            return times[index];
        }

        @Override
        public long offset(int index) {
            return index;
        }

        @Override
        public Row row(int index) {
            return ArrayRow.of(1L << index);
        }
    }

    private static long time(Gen gen) {
        return gen.oneIn(20) ? gen.pick(Long.MIN_VALUE, Long.MAX_VALUE) : gen.between(-12, 12);
    }

    private static BigInteger distance(long a, long b) {
        return BigInteger.valueOf(a).subtract(BigInteger.valueOf(b)).abs();
    }

    private static boolean beyond(AsOf asOf, BigInteger distance) {
        return asOf.toleranceNanos() != AsOf.ANY_DISTANCE
                && distance.compareTo(BigInteger.valueOf(asOf.toleranceNanos())) > 0;
    }

    private static int naiveMatch(AsOf asOf, Rows right, long left, IntPredicate acceptable) {
        int best = AsOf.NONE;
        for (int i = 0; i < right.size(); i++) {
            long at = right.timeNanos(i);
            boolean side = switch (asOf.direction()) {
                case BACKWARD -> at <= left;
                case FORWARD -> at >= left;
                case NEAREST -> true;
            };
            if (!side || !acceptable.test(i) || beyond(asOf, distance(at, left))) {
                continue;
            }
            boolean nearer = best == AsOf.NONE
                    || distance(at, left).compareTo(distance(right.timeNanos(best), left)) < 0
                    || distance(at, left).equals(distance(right.timeNanos(best), left))
                            && asOf.direction() != AsOf.Direction.FORWARD;
            best = nearer ? i : best;
        }
        return best;
    }

    @Test
    void matchesAsAScanOfAllRowsDoes() {
        Gen.forSeeds(20_000, gen -> {
            Rows right = Rows.random(gen);
            int refused = gen.below(1 << 12) & gen.below(1 << 12);
            IntPredicate acceptable = i -> (refused >> i & 1) == 0;
            long tolerance = gen.pick(0L, 1L, 3L, AsOf.ANY_DISTANCE);
            var asOf = new AsOf(gen.pick(AsOf.Direction.values()), tolerance);
            long left = gen.between(-12, 12);

            assertThat(asOf.match(right, left, acceptable))
                    .as("%s of %d in %s", asOf, left, Arrays.toString(right.times()))
                    .isEqualTo(naiveMatch(asOf, right, left, acceptable));
        });
    }

    @Test
    void namesEveryLeftRowThatARightRowMatches() {
        Gen.forSeeds(5_000, gen -> {
            Rows left = Rows.random(gen);
            long at = time(gen);
            var right = new Rows(new long[] {at});
            var asOf = new AsOf(gen.pick(AsOf.Direction.values()), gen.pick(0L, 1L, 3L, AsOf.ANY_DISTANCE));

            RowRange affected = asOf.affectedBy(left, at);

            for (int i = 0; i < left.size(); i++) {
                boolean matches = asOf.match(right, left.timeNanos(i), any -> true) != AsOf.NONE;
                assertThat(i >= affected.from() && i < affected.to())
                        .as("%s row %d of %s for %d", asOf, i, Arrays.toString(left.times()), at)
                        .isEqualTo(matches);
            }
        });
    }

    @Test
    void windowsHoldWhatTheirDefinitionSays() {
        Gen.forSeeds(10_000, gen -> {
            Rows rows = Rows.random(gen);
            long period = gen.between(1, 6);
            var rolling = new Rolling(period, gen.pick(Closed.values()));
            long end = gen.between(-12, 12);

            RowRange window = rolling.window(rows, end);
            RowRange affected = rolling.affectedBy(rows, end);

            for (int i = 0; i < rows.size(); i++) {
                long at = rows.timeNanos(i);
                assertThat(i >= window.from() && i < window.to()).isEqualTo(holds(rolling, end, at));
                assertThat(i >= affected.from() && i < affected.to()).isEqualTo(holds(rolling, at, end));
            }
        });
    }

    private static boolean holds(Rolling rolling, long end, long at) {
        double start = (double) end - rolling.periodNanos();
        return switch (rolling.closed()) {
            case RIGHT -> at > start && at <= end;
            case LEFT -> at >= start && at < end;
            case BOTH -> at >= start && at <= end;
            case NONE -> at > start && at < end;
        };
    }

    @Test
    void rowsOfEqualTimeShareAWindowAsInPolars() {
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("n", "sum(v)");
        Schema schema = new Schema(List.of(Field.nullable("v", new ArrowType.Int(64, true))));
        var scratch = WindowPlan.of(outputs, schema).orThrow().open();
        var rows = new Rows(new long[] {0, 0, 1});
        Rolling second = Rolling.over(1);

        assertThat(second.evaluate(scratch, rows, 0, i -> true)).containsExactly(3L);
        assertThat(second.evaluate(scratch, rows, 1, i -> true)).containsExactly(4L);
        assertThat(second.evaluate(scratch, rows, 0, i -> i != 1)).containsExactly(1L);
    }
}
