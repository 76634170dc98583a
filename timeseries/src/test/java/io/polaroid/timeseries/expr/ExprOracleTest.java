package io.polaroid.timeseries.expr;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.DuckDb;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** DuckDB evaluates the SQL text of random trees over the same rows. */
class ExprOracleTest {
    private static final String CREATE = "CREATE OR REPLACE TABLE t (n INTEGER, i BIGINT, \"j k\" BIGINT, x DOUBLE,"
            + " \"y\"\"z\" DOUBLE, s VARCHAR, \"Select\" VARCHAR, b BOOLEAN, \"from\" BOOLEAN)";

    @Test
    void agreesWithDuckDbOnRandomTrees() {
        try (DuckDb db = DuckDb.open()) {
            Gen.forSeeds(12, gen -> {
                var exprs = new ExprGen(gen);
                var rows = new ArrayList<ArrayRow>();
                for (int i = 0; i < 40; i++) {
                    rows.add(exprs.row());
                }
                fill(db, rows);
                for (int i = 0; i < 60; i++) {
                    agree(db, exprs.any(1 + gen.below(4)), rows);
                }
            });
        }
    }

    @Test
    void agreesWithDuckDbOnRoundingPowersAndTimes() {
        String[] numbers = {
            "round(x, 2)",
            "round(x, -2)",
            "round(x * 1e300, 5)",
            "ln(x)",
            "exp(x)",
            "sqrt(x)",
            "round(i, -1)",
            "round(i * 37 + 5, -1)",
            "round(i * 1000, -30)",
            "exp(ln(abs(x)))",
            "i / \"j k\"",
            "x % 0",
            "i % 0",
            "floor(x)",
            "ceil(x)",
            "is_nan(x)",
            "floor_div(i, \"j k\")",
            "floor_mod(i, \"j k\")",
            "floor_mod(i, -3)",
            "floor_div(x * 1.0, 2.5)",
            "floor_mod(x * 1.0, 2.5)",
            "floor_mod(-x, 0.1)",
            "lower(s)",
            "upper(s)",
            "length(s)",
            "trim(concat(' ', s, '\t'))",
            "concat(s, \"Select\")",
            "starts_with(s, 'a')",
            "ends_with(s, \"Select\")",
            "contains(s, 'b')",
            "replace(s, 'a', 'xy')",
            "replace(s, '', 'xy')",
            "substr(concat(s, 'cde'), 2)",
            "substr(concat(s, 'cde'), 2, 2)",
            "substr(concat(s, 'cde'), -2, 1)",
            "substr(concat(s, 'cde'), -7, 5)",
            "substr(s, 3, 9)"
        };
        Gen gen = Gen.of(7);
        var exprs = new ExprGen(gen);
        var rows = new ArrayList<ArrayRow>();
        for (int i = 0; i < 300; i++) {
            rows.add(exprs.row());
        }
        try (DuckDb db = DuckDb.open()) {
            fill(db, rows);
            for (String text : numbers) {
                Expr expr = Expr.parse(text).orThrow();
                BoundExpr bound = Expr.bind(expr, ExprGen.TABLE).orThrow();
                List<List<Object>> expected = db.query("SELECT " + expr.toSql() + " FROM t ORDER BY n");
                for (int n = 0; n < rows.size(); n++) {
                    close(bound.evaluate(rows.get(n)), expected.get(n).getFirst(), text + " over " + rows.get(n));
                }
            }
        }
    }

    // Two libraries may differ in the last bits of ln and exp.
    private static void close(Object ours, Object theirs, String what) {
        if (ours instanceof Double a && theirs instanceof Double b && Double.isFinite(a) && Double.isFinite(b)) {
            assertThat(a).as(what).isCloseTo(b, Offset.offset(8 * Math.ulp(b)));
        } else {
            assertThat(plain(ours)).as(what).isEqualTo(plain(theirs));
        }
    }

    @Test
    void agreesWithDuckDbOnTimesWrittenAsText() {
        String[] times = {
            "'2024-01-01'",
            "'2024-01-01 00:00:01'",
            "'2024-01-01T00:00:01.5'",
            "'2024-01-01 00:00:01.500001'",
            "'1969-12-31 23:59'"
        };
        Schema schema = new Schema(List.of(
                Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
                Field.nullable("d", new ArrowType.Date(DateUnit.DAY))));
        long second = 1_704_067_200_000_000L;
        try (DuckDb db = DuckDb.open()) {
            for (long micros :
                    new long[] {second, second + 1_000_000, second + 1_500_000, second + 1_500_001, -60_000_000, -1}) {
                long day = Math.floorDiv(micros, 86_400_000_000L);
                for (String time : times) {
                    for (String operator : List.of("=", "<", ">=", "<>")) {
                        Expr expr = Expr.parse("ts " + operator + " " + time + " or ts " + operator + " d")
                                .orThrow();
                        Object ours = Expr.bind(expr, schema).orThrow().evaluate(ArrayRow.of(micros, day));
                        Object theirs = db.query("SELECT " + expr.toSql() + " FROM (SELECT make_timestamp(" + micros
                                        + ") ts, DATE '1970-01-01' + " + day + " d)")
                                .getFirst()
                                .getFirst();
                        assertThat(ours).as("%s for %d", expr, micros).isEqualTo(theirs);
                    }
                }
            }
        }
    }

    @Test
    void agreesWithDuckDbOnPartsOfTimes() {
        Schema schema = new Schema(List.of(
                Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
                Field.nullable("d", new ArrowType.Date(DateUnit.DAY))));
        try (DuckDb db = DuckDb.open()) {
            for (long micros :
                    new long[] {0, -1, 1_704_067_199_999_999L, 1_709_164_800_000_000L, -2_208_988_800_000_000L}) {
                long day = Math.floorDiv(micros, 86_400_000_000L);
                for (String part : List.of("year", "quarter", "month", "day", "weekday", "hour", "minute", "second")) {
                    for (String of : List.of("ts", "d")) {
                        Expr expr = Expr.parse(part + "(" + of + ")").orThrow();
                        Object ours = Expr.bind(expr, schema).orThrow().evaluate(ArrayRow.of(micros, day));
                        Object theirs = db.query("SELECT " + expr.toSql() + " FROM (SELECT make_timestamp(" + micros
                                        + ") ts, DATE '1970-01-01' + " + day + " d)")
                                .getFirst()
                                .getFirst();
                        assertThat(ours).as("%s for %d", expr, micros).isEqualTo(theirs);
                    }
                }
            }
        }
    }

    @Test
    void partsOfTimesAreThoseOfTheColumnsZone() {
        Schema schema =
                new Schema(List.of(Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.SECOND, "America/New_York"))));
        BoundExpr hour = Expr.bind(Expr.parse("day(ts) * 100 + hour(ts)").orThrow(), schema)
                .orThrow();
        assertThat(hour.evaluate(ArrayRow.of(1_710_053_999L))).isEqualTo(1001L);
        assertThat(hour.evaluate(ArrayRow.of(1_710_054_000L))).isEqualTo(1003L);
    }

    private static void fill(DuckDb db, List<ArrayRow> rows) {
        var numbered = new ArrayList<Object[]>();
        for (int n = 0; n < rows.size(); n++) {
            Object[] cells = rows.get(n).cells();
            Object[] row = new Object[cells.length + 1];
            row[0] = n;
            System.arraycopy(cells, 0, row, 1, cells.length);
            numbered.add(row);
        }
        db.run(CREATE);
        db.insert("t", numbered);
    }

    private static void agree(DuckDb db, Expr expr, List<ArrayRow> rows) {
        BoundExpr bound = Expr.bind(expr, ExprGen.TABLE).orThrow();
        List<List<Object>> expected = db.query("SELECT " + expr.toSql() + " FROM t ORDER BY n");
        for (int n = 0; n < rows.size(); n++) {
            Object answer = expected.get(n).getFirst();
            Object ours = bound.evaluate(rows.get(n));
            // -0.0 = 0.0 in both; which of them a sum of zeros is, is not part of the promise.
            assertThat(plain(ours)).as("%s over %s", expr.toSql(), rows.get(n)).isEqualTo(plain(answer));
            assertThat(bound.isNull(rows.get(n))).isEqualTo(answer == null);
        }
    }

    private static Object plain(Object value) {
        return switch (value) {
            case null -> null;
            case Double number -> number == 0 ? 0.0 : number;
            case Float number -> number.doubleValue();
            case Integer whole -> whole.longValue();
            default -> value;
        };
    }
}
