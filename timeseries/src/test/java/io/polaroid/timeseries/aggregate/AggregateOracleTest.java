package io.polaroid.timeseries.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.DuckDb;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.row.ArrayRow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Aggregates against exact decimal arithmetic, against DuckDB, and against themselves in another order. */
class AggregateOracleTest {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType WHOLE = new ArrowType.Int(64, true);
    private static final Schema TRADES = new Schema(List.of(
            Field.nullable("price", FLOAT),
            Field.nullable("size", FLOAT),
            Field.nullable("lots", WHOLE),
            Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            Field.nullable("buy", ArrowType.Bool.INSTANCE)));

    private record Event(ArrayRow row, long time, long offset) {}

    private enum Feed {
        MARKET,
        WIDE,
        HOSTILE
    }

    private static List<Event> events(Gen gen, Feed feed) {
        var events = new ArrayList<Event>();
        int count = gen.below(120);
        for (int offset = 0; offset < count; offset++) {
            ArrayRow row = ArrayRow.of(
                    price(gen, feed),
                    gen.oneIn(8) ? null : (Object) (gen.between(0, 5_000) / 1000.0),
                    gen.oneIn(6) ? null : (Object) gen.between(-50, 50),
                    gen.oneIn(6) ? null : (Object) gen.between(0, 100),
                    gen.oneIn(6) ? null : (Object) gen.oneIn(2));
            events.add(new Event(row, gen.between(0, 20), offset));
        }
        return events;
    }

    private static Object price(Gen gen, Feed feed) {
        if (gen.oneIn(8)) {
            return null;
        }
        return switch (feed) {
            case MARKET -> 61_800 + gen.between(-500, 500) / 100.0;
            case WIDE -> (gen.unit() - 0.5) * Math.pow(10, gen.between(-6, 6));
            case HOSTILE ->
                gen.pick(1.0, -0.0, 0.0, -3.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        };
    }

    private static SequencedMap<String, String> outputs(String... expressions) {
        var outputs = new LinkedHashMap<String, String>();
        for (String expression : expressions) {
            outputs.put(expression, expression);
        }
        return outputs;
    }

    private static Object[] run(AggregatePlan plan, List<Event> events) {
        Slots state = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        plan.reset(state);
        for (Event event : events) {
            plan.update(state, event.row(), event.time(), event.offset());
        }
        return plan.finish(state);
    }

    @Test
    void givesTheSameBitsInAnyOrder() {
        AggregatePlan plan = AggregatePlan.of(
                        outputs(
                                "sum(price)",
                                "mean(price)",
                                "std(price)",
                                "var(size)",
                                "min(price)",
                                "max(price)",
                                "first(price)",
                                "last(price)",
                                "vwap(price, size)",
                                "count(price)",
                                "sum(lots)",
                                "first(ts)",
                                "last(buy)",
                                "max(price) - min(price)",
                                "std(price * size)",
                                "count(*)"),
                        TRADES)
                .orThrow();
        for (Feed feed : Feed.values()) {
            Gen.forSeeds(300, gen -> {
                List<Event> events = events(gen, feed);
                assertThat(run(plan, gen.shuffled(events))).isEqualTo(run(plan, events));
            });
        }
    }

    @Test
    void sumsRoundOnceAsExactArithmeticDoes() {
        AggregatePlan plan = AggregatePlan.of(outputs("sum(price)", "mean(price)", "var(price)"), TRADES)
                .orThrow();
        for (Feed feed : List.of(Feed.MARKET, Feed.WIDE)) {
            Gen.forSeeds(300, gen -> {
                List<Event> events = events(gen, feed);
                var sum = BigDecimal.ZERO;
                var squares = BigDecimal.ZERO;
                long n = 0;
                for (Event event : events) {
                    if (event.row().cells()[0] instanceof Double price) {
                        var exact = new BigDecimal(price);
                        sum = sum.add(exact);
                        squares = squares.add(exact.multiply(exact));
                        n++;
                    }
                }
                Object[] cells = run(plan, events);
                assertThat(cells[0]).isEqualTo(sum.doubleValue());
                assertThat(cells[1]).isEqualTo(n == 0 ? null : (Object) (sum.doubleValue() / n));
                var spread = squares.multiply(BigDecimal.valueOf(n)).subtract(sum.multiply(sum));
                assertThat(cells[2]).isEqualTo(n < 2 ? null : (Object) (spread.doubleValue() / ((double) n * (n - 1))));
            });
        }
    }

    @Test
    void agreesWithDuckDb() {
        SequencedMap<String, String> outputs = outputs(
                "count(*)",
                "count(price)",
                "sum(price)",
                "avg(price)",
                "min(price)",
                "max(price)",
                "std(price)",
                "var(price)",
                "first(price)",
                "last(price)",
                "sum(lots)",
                "min(lots)",
                "max(ts)",
                "avg(lots)",
                "std(lots)",
                "sum(price * size) / sum(size)",
                "vwap(price, size)",
                "max(price) - min(price)",
                "sum(case when buy then size else 0 end)",
                "coalesce(last(lots), -1)",
                "count(buy) % 3",
                "min(price) > 0 and max(price) is not null");
        AggregatePlan plan = AggregatePlan.of(outputs, TRADES).orThrow();
        String select = String.join(", ", outputs.sequencedKeySet())
                .replace("std(", "stddev_samp(")
                .replace("var(", "var_samp(")
                .replace("vwap(price, size)", "sum(price * size) / sum(size)")
                // To DuckDB NaN is the greatest number; we leave it out, as Polars does.
                .replaceAll("(min|max)\\(price\\)", "coalesce($1(price) FILTER (NOT isnan(price)), $1(price))")
                .replace("first(price)", "arg_min(price, (time, o)) FILTER (price IS NOT NULL)")
                .replace("last(price)", "arg_max(price, (time, o)) FILTER (price IS NOT NULL)")
                .replace("last(lots)", "arg_max(lots, (time, o)) FILTER (lots IS NOT NULL)")
                // Where DuckDB has null for the sum of nothing, we have 0, as Polars does.
                .replaceAll("sum\\((?:[^()]|\\([^()]*\\))*\\)", "coalesce($0, 0)");
        try (DuckDb db = DuckDb.open()) {
            for (Feed feed : Feed.values()) {
                Gen.forSeeds(15, gen -> {
                    List<Event> events = events(gen, feed);
                    fill(db, events);
                    List<Object> expected =
                            db.query("SELECT " + select + " FROM t").getFirst();
                    Object[] cells = run(plan, events);
                    for (int i = 0; i < cells.length; i++) {
                        same(cells[i], expected.get(i), plan.outputs().get(i).getName());
                    }
                });
            }
        }
    }

    private static void fill(DuckDb db, List<Event> events) {
        db.run("CREATE OR REPLACE TABLE t (price DOUBLE, size DOUBLE, lots BIGINT, ts BIGINT, buy BOOLEAN,"
                + " time BIGINT, o BIGINT)");
        var rows = new ArrayList<Object[]>();
        for (Event event : events) {
            var cells = new ArrayList<Object>(Arrays.asList(event.row().cells()));
            cells.add(event.time());
            cells.add(event.offset());
            rows.add(cells.toArray());
        }
        db.insert("t", rows);
    }

    private static void same(Object ours, Object theirs, String name) {
        if (ours instanceof Double a && theirs instanceof Double b && Double.isFinite(a) && Double.isFinite(b)) {
            // Theirs is rounded at every step.
            assertThat(a).as(name).isCloseTo(b, Offset.offset(1e-7 * Math.max(1, Math.abs(b))));
        } else if (ours instanceof Long a && theirs instanceof Number b) {
            assertThat(a).as(name).isEqualTo(b.longValue());
        } else {
            assertThat(ours).as(name).isEqualTo(theirs);
        }
    }
}
