package io.polaroid.timeseries.expr;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.Gen;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserTest {
    private static final String[] PIECES = {
        "price",
        "i",
        "x",
        "\"",
        "'",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "%",
        "=",
        "<>",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        " ",
        "AND",
        "or",
        "NOT",
        "is",
        "NULL",
        "in",
        "between",
        "case",
        "when",
        "then",
        "else",
        "end",
        "true",
        "1",
        "2.5",
        "1e",
        "9223372036854775808",
        "abs",
        "sum",
        "count",
        "round",
        "coalesce",
        "vwap",
        ".",
        ";",
        "--",
        "/*",
        "\\",
        "é",
        "\uD83D",
        "\u0000",
        "\n",
        "x(",
        "count(*)",
        "1e999",
        "'it''s'",
        "\"a\"\"b\""
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "1 + 2 * 3; 7",
                "(1 + 2) * 3; 9",
                "1 - 2 - 3; -4",
                "-2 % 3; -2",
                "- i; -5",
                "2 - -i; 7",
                "1 + 2 = 3 AND NOT 2 > 3; true",
                "true OR true AND false; true",
                "NOT true = false; true",
                "1 < 2 = true; true",
                "i IS NOT NULL; true",
                "i + 1 IN (1, 6); true",
                "i NOT IN (1, 6); true",
                "i between 1 + 1 and 2 * 3 and true; true",
                "i NOT BETWEEN 1 AND 4; true",
                "null is null; true",
                "7 / 2; 3.5",
                "1 / 0; Infinity",
                "i % 0 is null; true",
                "CASE WHEN i > 9 THEN 'big' WHEN i > 4 THEN 'mid' ELSE 'small' END; mid",
                "case when false then 1 end is null; true",
                "Round(2.5); 3.0",
                "round(-12.345, 2); -12.35",
                "round(155, -1); 160",
                "least(i, 2.5, null); 2.5",
                "'it''s'; it's",
                "-9223372036854775808; -9223372036854775808",
                "9223372036854775807 + 1 is null; true",
                "abs(-9223372036854775808) is null; true",
                ".5e1; 5.0",
                "ts >= '2024-01-01' AND ts < '2024-01-01 00:00:01'; true",
                "ts = '2024-01-01T01:00:00.250+01:00'; true",
                "ts > '2024-01-01 00:00:00.249999999'; true",
            })
    void evaluates(String text, String expected) {
        Schema schema = new Schema(List.of(
                Field.nullable("i", ExprGen.WHOLE),
                Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"))));

        Object value = Expr.parse(text)
                .flatMap(expr -> Expr.bind(expr, schema))
                .orThrow()
                .evaluate(ArrayRow.of(5L, 1_704_067_200_250L));

        assertThat(value).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "`` ~ 1 ~ ends where a value was expected",
                "1 + ~ 4 ~ ends where a value was expected",
                "(1 ~ 3 ~ expected ')'",
                "1 2 ~ 3 ~ expected an operator or the end",
                "1 ! 2 ~ 3 ~ unexpected character '!'",
                "'abc ~ 1 ~ is not closed",
                "i IN 1 ~ 6 ~ expected '('",
                "i IN () ~ 7 ~ expected a value",
                "i between 1 or 2 ~ 13 ~ expected AND",
                "case end ~ 6 ~ expected WHEN",
                "case when true then 1 ~ 22 ~ expected END",
                "getenv('HOME') ~ 1 ~ unknown function 'getenv'",
                "summ(i) ~ 1 ~ did you mean 'sum'?",
                "abs(1, 2) ~ 1 ~ abs takes 1 argument, not 2",
                "count() ~ 1 ~ write count(*)",
                "1e+ ~ 1 ~ has no exponent",
                "1e999 ~ 1 ~ beyond the range",
                "12345678901234567890 ~ 1 ~ does not fit in 64 bits",
                "i = and ~ 5 ~ unexpected 'and'",
                "i; DROP TABLE t ~ 2 ~ unexpected character ';'",
                "s + 1 ~ 1 ~ + expected a number, not text",
                "i and b ~ 1 ~ AND expected a boolean",
                "i < s ~ 3 ~ < compares a whole number with text",
                "b in (true, 1) ~ 13 ~ = compares a boolean with a whole number",
                "coalesce(i, s) ~ 13 ~ expected one type",
                "1 + sum(i) ~ 5 ~ sum is over many rows",
                "round(x, i) ~ 10 ~ the digits of round",
                "pirce + 1 ~ 1 ~ did you mean 'price'?",
                "ts < 'soon' ~ 4 ~ is no time",
            })
    void saysWhereAndWhatIsWrong(String text, int position, String detail) {
        var fields = new ArrayList<>(ExprGen.TABLE.getFields());
        fields.add(Field.nullable("price", ExprGen.FLOAT));
        fields.add(Field.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")));
        Schema schema = new Schema(fields);

        Result<BoundExpr> result = Expr.parse(text).flatMap(expr -> Expr.bind(expr, schema));

        Problem problem = ((Result.Err<BoundExpr>) result).problem();
        assertThat(problem.detail()).contains(detail);
        assertThat(problem.context()).containsEntry("position", Integer.toString(position));
        assertThat(problem.code())
                .isEqualTo(detail.contains("price") ? ProblemCode.UNKNOWN_COLUMN : ProblemCode.INVALID_EXPRESSION);
    }

    @Test
    void writesAggregatesForDuckDb() {
        assertThat(Expr.parse("vwap(p, s) + std(p) - count(*)").orThrow().toSql())
                .isEqualTo("(((coalesce(sum(\"p\" * \"s\"), 0) / coalesce(sum(\"s\"), 0)) + stddev_samp(\"p\"))"
                        + " - count(*))");
    }

    @Test
    void boundsTheDepthOfTrees() {
        String deep = "(".repeat(10_000) + "1" + ")".repeat(10_000);
        String wide = "1" + " + 1".repeat(10_000);
        String signs = "- ".repeat(10_000) + "i";
        String listed = "i IN (" + "1, ".repeat(10_000) + "5)";

        for (String text : List.of(deep, wide, signs, "not ".repeat(5_000) + "b", " ".repeat(70_000))) {
            assertThat(Expr.parse(text)).isInstanceOf(Result.Err.class);
        }
        BoundExpr member =
                Expr.bind(Expr.parse(listed).orThrow(), ExprGen.TABLE).orThrow();
        assertThat(member.evaluate(ArrayRow.of(5L))).isEqualTo(true);
    }

    @Test
    void readsBackWhatItMeans() {
        Expr once = Expr.parse("a+b*c > 1 and not \"d e\" is null").orThrow();
        Expr spaced =
                Expr.parse(" ( (a + (b * c)) > 1 ) AND (NOT (\"d e\" IS NULL))").orThrow();

        assertThat(once).isEqualTo(spaced);
        assertThat(once.columns()).containsExactly("a", "b", "c", "d e");
        assertThat(once.toSql())
                .isEqualTo("((TRY(\"a\" + TRY(\"b\" * \"c\")) > CAST(1 AS BIGINT)) AND (NOT (\"d e\" IS NULL)))");
    }

    @Test
    void neverThrowsOnAnyText() {
        Gen.forSeeds(20_000, gen -> {
            var text = new StringBuilder();
            int pieces = gen.below(14);
            for (int i = 0; i < pieces; i++) {
                text.append(gen.oneIn(10) ? Character.toString((char) gen.below(0x300)) : gen.pick(PIECES));
                text.append(gen.oneIn(3) ? " " : "");
            }
            Result<Expr> parsed = Expr.parse(text.toString());
            if (parsed instanceof Result.Ok<Expr>(Expr expr)) {
                Result<BoundExpr> bound = Expr.bind(expr, ExprGen.TABLE);
                if (bound instanceof Result.Ok<BoundExpr>(BoundExpr runs)) {
                    runs.evaluate(new ExprGen(gen).row());
                }
            }
        });
    }
}
