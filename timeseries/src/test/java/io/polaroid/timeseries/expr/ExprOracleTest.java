package io.polaroid.timeseries.expr;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.DuckDb;
import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.ArrayList;
import java.util.List;
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
