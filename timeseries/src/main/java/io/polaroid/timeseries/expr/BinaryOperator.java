package io.polaroid.timeseries.expr;

/** Operators with two operands. */
public enum BinaryOperator {
    OR("OR", Family.LOGIC),
    AND("AND", Family.LOGIC),
    EQUAL("=", Family.COMPARISON),
    NOT_EQUAL("<>", Family.COMPARISON),
    LESS("<", Family.COMPARISON),
    LESS_OR_EQUAL("<=", Family.COMPARISON),
    GREATER(">", Family.COMPARISON),
    GREATER_OR_EQUAL(">=", Family.COMPARISON),
    ADD("+", Family.ARITHMETIC),
    SUBTRACT("-", Family.ARITHMETIC),
    MULTIPLY("*", Family.ARITHMETIC),
    DIVIDE("/", Family.ARITHMETIC),
    REMAINDER("%", Family.ARITHMETIC);

    /** What kind of values an operator takes and gives. */
    public enum Family {
        LOGIC,
        COMPARISON,
        ARITHMETIC
    }

    private final String sql;
    private final Family family;

    BinaryOperator(String sql, Family family) {
        this.sql = sql;
        this.family = family;
    }

    /** How it is written. */
    public String sql() {
        return sql;
    }

    /** What kind of values it takes and gives. */
    public Family family() {
        return family;
    }
}
