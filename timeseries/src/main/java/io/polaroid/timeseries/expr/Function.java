package io.polaroid.timeseries.expr;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every function that an expression may call; there are no others, so text of ours never names a function of the engine's. */
public enum Function {
    /** Absolute value. */
    ABS(Role.SCALAR, 1, 1, "abs"),
    /** Nearest whole number, halves away from zero; the second argument is a number of digits. */
    ROUND(Role.SCALAR, 1, 2, "round"),
    /** Square root; NaN below zero. */
    SQRT(Role.SCALAR, 1, 1, "sqrt"),
    /** Natural logarithm; -Infinity at zero, NaN below. */
    LN(Role.SCALAR, 1, 1, "ln"),
    /** Power of e. */
    EXP(Role.SCALAR, 1, 1, "exp"),
    /** The next whole number at or below. */
    FLOOR(Role.SCALAR, 1, 1, "floor"),
    /** The next whole number at or above. */
    CEIL(Role.SCALAR, 1, 1, "ceil"),
    /** Whether a number is NaN. */
    IS_NAN(Role.SCALAR, 1, 1, "isnan"),
    /** The quotient, rounded down; null where whole numbers are divided by 0. */
    FLOOR_DIV(Role.SCALAR, 2, 2, "floor_div"),
    /** What {@link #FLOOR_DIV} leaves, with the sign of the divisor; null where whole numbers are divided by 0. */
    FLOOR_MOD(Role.SCALAR, 2, 2, "floor_mod"),
    /** Text in lower case. */
    LOWER(Role.SCALAR, 1, 1, "lower"),
    /** Text in upper case. */
    UPPER(Role.SCALAR, 1, 1, "upper"),
    /** Text without spaces, tabs and ends of lines before and after it. */
    TRIM(Role.SCALAR, 1, 1, "trim"),
    /** Number of code points. */
    LENGTH(Role.SCALAR, 1, 1, "length"),
    /** {@code substr(text, start, length)}: from 1 on, or from the end where start is negative; without a length all that follows. */
    SUBSTR(Role.SCALAR, 2, 3, "substr"),
    /** Whether a text begins with another. */
    STARTS_WITH(Role.SCALAR, 2, 2, "starts_with"),
    /** Whether a text ends with another. */
    ENDS_WITH(Role.SCALAR, 2, 2, "ends_with"),
    /** Whether a text has another in it. */
    CONTAINS(Role.SCALAR, 2, 2, "contains"),
    /** {@code replace(text, old, new)}: all of old. */
    REPLACE(Role.SCALAR, 3, 3, "replace"),
    /** Texts one after another; null if one of them is. */
    CONCAT(Role.SCALAR, 1, Integer.MAX_VALUE, "concat"),
    /** The year of a time, by the clock of its column's zone, as all parts of times. */
    YEAR(Role.SCALAR, 1, 1, "year"),
    /** From 1 to 4. */
    QUARTER(Role.SCALAR, 1, 1, "quarter"),
    /** From 1 to 12. */
    MONTH(Role.SCALAR, 1, 1, "month"),
    /** Day of the month, from 1. */
    DAY(Role.SCALAR, 1, 1, "day"),
    /** From 1, Monday, to 7. */
    WEEKDAY(Role.SCALAR, 1, 1, "isodow"),
    /** From 0 to 23. */
    HOUR(Role.SCALAR, 1, 1, "hour"),
    /** From 0 to 59. */
    MINUTE(Role.SCALAR, 1, 1, "minute"),
    /** From 0 to 59. */
    SECOND(Role.SCALAR, 1, 1, "second"),
    /** The first argument that is not null. */
    COALESCE(Role.SCALAR, 1, Integer.MAX_VALUE, "coalesce"),
    /** The least argument; nulls are left out. */
    LEAST(Role.SCALAR, 1, Integer.MAX_VALUE, "least"),
    /** The greatest argument; nulls are left out. */
    GREATEST(Role.SCALAR, 1, Integer.MAX_VALUE, "greatest"),
    /** Number of rows, or of values that are not null. */
    COUNT(Role.AGGREGATE, 0, 1, "count"),
    /** Sum; 0 of nothing. */
    SUM(Role.AGGREGATE, 1, 1, "sum"),
    /** Arithmetic mean, also written {@code avg}. */
    MEAN(Role.AGGREGATE, 1, 1, "avg"),
    /** Least value. */
    MIN(Role.AGGREGATE, 1, 1, "min"),
    /** Greatest value. */
    MAX(Role.AGGREGATE, 1, 1, "max"),
    /** Value of the first row by (time, offset) that has one. */
    FIRST(Role.AGGREGATE, 1, 1, "first"),
    /** Value of the last row by (time, offset) that has one. */
    LAST(Role.AGGREGATE, 1, 1, "last"),
    /** Sample standard deviation. */
    STD(Role.AGGREGATE, 1, 1, "stddev_samp"),
    /** Sample variance. */
    VAR(Role.AGGREGATE, 1, 1, "var_samp"),
    /** {@code vwap(price, size)} is {@code sum(price * size) / sum(size)}. */
    VWAP(Role.AGGREGATE, 2, 2, "vwap"),
    /** Cell of the first row, null or not. */
    FIRST_VALUE(Role.AGGREGATE, 1, 1, "first"),
    /** Cell of the last row, null or not. */
    LAST_VALUE(Role.AGGREGATE, 1, 1, "last"),
    /** Middle value, or the mean of the two in the middle. */
    MEDIAN(Role.AGGREGATE, 1, 1, "median"),
    /**
     * {@code quantile(x, 0.9)}; a third argument says what lies between two values: {@code 'nearest'} (default), {@code 'lower'}, {@code
     * 'higher'}, {@code 'midpoint'}, {@code 'linear'} or {@code 'equiprobable'}.
     */
    QUANTILE(Role.AGGREGATE, 2, 3, "quantile_cont"),
    /** Number of distinct cells, of which null is one. */
    N_UNIQUE(Role.AGGREGATE, 1, 1, "count"),
    /** Correlation of the pairs of which neither is null. */
    CORR(Role.AGGREGATE, 2, 2, "corr"),
    /** Sample covariance of the pairs of which neither is null. */
    COV(Role.AGGREGATE, 2, 2, "covar_samp");

    /** Whether a function takes the cells of one row or of many. */
    public enum Role {
        SCALAR,
        AGGREGATE
    }

    private static final Map<String, Function> BY_NAME = Stream.concat(
                    Stream.of(values()).map(f -> Map.entry(f.text(), f)),
                    Stream.of(
                            Map.entry("avg", MEAN),
                            Map.entry("stddev", STD),
                            Map.entry("stddev_samp", STD),
                            Map.entry("variance", VAR),
                            Map.entry("var_samp", VAR)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private final Role role;
    private final int fewest;
    private final int most;
    private final String sql;

    /** Whether it needs the rows themselves, so that a running state cannot have it. */
    public boolean needsRows() {
        return switch (this) {
            case FIRST_VALUE, LAST_VALUE, MEDIAN, QUANTILE, N_UNIQUE, CORR, COV -> true;
            default -> false;
        };
    }

    Function(Role role, int fewest, int most, String sql) {
        this.role = role;
        this.fewest = fewest;
        this.most = most;
        this.sql = sql;
    }

    /** Whether it takes the cells of one row or of many. */
    public Role role() {
        return role;
    }

    /** Its name in our grammar, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The function of a name, in any case. */
    public static Optional<Function> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    static Iterable<String> names() {
        return BY_NAME.keySet();
    }

    boolean takes(int arguments) {
        return arguments >= fewest && arguments <= most;
    }

    String arity() {
        if (most == Integer.MAX_VALUE) {
            return "at least " + fewest + " argument" + (fewest == 1 ? "" : "s");
        }
        return fewest == most ? fewest + " argument" + (fewest == 1 ? "" : "s") : fewest + " to " + most + " arguments";
    }

    String sql() {
        return sql;
    }
}
