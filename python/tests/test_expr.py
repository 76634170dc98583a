from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest

import polaroid as pd

a, b = pd.col("a"), pd.col("b")


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (a == 1, '("a" = 1)'),
        (a != "x", "(\"a\" <> 'x')"),
        (a < 1.5, '("a" < 1.5)'),
        (a <= b, '("a" <= "b")'),
        (a > -2, '("a" > -2)'),
        (a >= True, '("a" >= TRUE)'),
        (a > 1, '("a" > 1)'),
        (a.eq(b), '("a" = "b")'),
        (a.ne(b), '("a" <> "b")'),
        (a + 1, '("a" + 1)'),
        (1 + a, '(1 + "a")'),
        (1 - a * 2, '(1 - ("a" * 2))'),
        (2 * a, '(2 * "a")'),
        (a / b - 1, '(("a" / "b") - 1)'),
        (1 / a, '(1 / "a")'),
        (-a, '(-("a"))'),
        (+a, '"a"'),
        (a % 3, 'floor_mod("a", 3)'),
        (7 % a, 'floor_mod(7, "a")'),
        ((a > 1) & (b < 2) | ~(a == b), '((("a" > 1) AND ("b" < 2)) OR (NOT ("a" = "b")))'),
        (True & (a > 1), '(TRUE AND ("a" > 1))'),
        (False | (a > 1), '(FALSE OR ("a" > 1))'),
        ((a > 1).and_(b > 2, b < 3), '((("a" > 1) AND ("b" > 2)) AND ("b" < 3))'),
        ((a > 1).or_(b > 2).not_(), '(NOT (("a" > 1) OR ("b" > 2)))'),
        (a.is_null(), '("a" IS NULL)'),
        ((a + b).is_not_null(), '(("a" + "b") IS NOT NULL)'),
        (a.is_in([1, 2]), '("a" IN (1, 2))'),
        (a.is_in(("x", None)), "(\"a\" IN ('x'))"),
        (a.is_in([]), '("a" <> "a")'),
        (a.is_in([1, None], nulls_equal=True), '(CASE WHEN "a" IS NULL THEN TRUE ELSE ("a" IN (1)) END)'),
        (a.is_in([1], nulls_equal=True), '(CASE WHEN "a" IS NULL THEN FALSE ELSE ("a" IN (1)) END)'),
        (a.is_between(1, 2), '(("a" >= 1) AND ("a" <= 2))'),
        (a.is_between(1, b, "left"), '(("a" >= 1) AND ("a" < "b"))'),
        (a.is_between(1, 2, closed="right"), '(("a" > 1) AND ("a" <= 2))'),
        (a.is_between(1, 2, closed="none"), '(("a" > 1) AND ("a" < 2))'),
        ((a - b).abs() > 1, '(abs(("a" - "b")) > 1)'),
        (a.sqrt() + b.exp(), '(sqrt("a") + exp("b"))'),
    ],
)
def test_operators_are_rendered_with_all_parentheses(expr: pd.Expr, text: str) -> None:
    assert str(expr) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (-(2**63), "-9223372036854775808"),
        (2.0, "2.0"),
        (1e300, "1e+300"),
        (0.1, "0.1"),
        (Decimal("1.25"), "1.25"),
        ("it's", "'it''s'"),
        (date(2024, 8, 8), "'2024-08-08'"),
        (datetime(2024, 8, 8, 23, 54, 16, 313), "'2024-08-08T23:54:16.000313Z'"),
        (datetime(2024, 8, 9, 1, tzinfo=timezone(timedelta(hours=2))), "'2024-08-08T23:00:00.000000Z'"),
        (np.int32(5), "5"),
        (np.float64(0.5), "0.5"),
        (np.bool_(True), "TRUE"),
    ],
)
def test_literals(value: object, text: str) -> None:
    assert str(pd.lit(value)) == text


def test_names_and_texts_cannot_break_out() -> None:
    assert str(pd.col('x" OR 1=1 --') == "' OR 1=1 --") == "(\"x\"\" OR 1=1 --\" = ''' OR 1=1 --')"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**63])
def test_values_that_the_grammar_cannot_write_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"cannot be written|64 bits"):
        pd.lit(value)


@pytest.mark.parametrize("value", [object(), [1], b"x"])
def test_other_kinds_of_values_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no literal"):
        pd.lit(value)


def test_an_expression_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="combine expressions with"):
        bool((a > 1) and (b > 2))


def test_is_in_refuses_a_text_and_is_between_an_unknown_side() -> None:
    with pytest.raises(TypeError, match="collection"):
        a.is_in("abc")
    with pytest.raises(ValueError, match="closed"):
        a.is_between(1, 2, closed="open")


def test_only_a_bare_column_has_a_name() -> None:
    assert a.column == "a"
    assert (a + 1).column is None
    with pytest.raises(TypeError, match="name of one column"):
        pd.col("")


@pytest.mark.parametrize("names", [("x", "n"), (["x", "n"],)])
def test_an_expression_is_of_one_column(names: tuple) -> None:
    with pytest.raises(TypeError, match=r"of one column.*: col\('x'\), col\('n'\)"):
        pd.col(*names)
