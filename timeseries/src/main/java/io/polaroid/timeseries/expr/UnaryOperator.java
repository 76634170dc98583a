package io.polaroid.timeseries.expr;

/** Operators with one operand. */
public enum UnaryOperator {
    NEGATE,
    NOT,
    IS_NULL,
    IS_NOT_NULL
}
