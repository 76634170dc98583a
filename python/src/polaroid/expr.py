"""Expressions, written with Python's operators and rendered as text in the server's scalar SQL grammar."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any, Literal

ClosedInterval = Literal["both", "left", "right", "none"]

_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1


class Expr:
    """An expression over the columns of a frame. ``str`` gives its text; it has no truth value: use ``&``, ``|`` and ``~``."""

    __slots__ = ("_column", "_text")

    def __init__(self, text: str, column: str | None = None) -> None:
        self._text = text
        self._column = column

    @property
    def column(self) -> str | None:
        """The name of the column if the expression is no more than that."""
        return self._column

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Expr {self._text}>"

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value: combine expressions with & | ~ instead of and, or, not")

    __hash__ = None

    def __eq__(self, other: Any) -> Expr:  # type: ignore[override]
        return self._binary("=", other)

    def __ne__(self, other: Any) -> Expr:  # type: ignore[override]
        return self._binary("<>", other)

    def __lt__(self, other: Any) -> Expr:
        return self._binary("<", other)

    def __le__(self, other: Any) -> Expr:
        return self._binary("<=", other)

    def __gt__(self, other: Any) -> Expr:
        return self._binary(">", other)

    def __ge__(self, other: Any) -> Expr:
        return self._binary(">=", other)

    def __add__(self, other: Any) -> Expr:
        return self._binary("+", other)

    def __radd__(self, other: Any) -> Expr:
        return _expr(other)._binary("+", self)

    def __sub__(self, other: Any) -> Expr:
        return self._binary("-", other)

    def __rsub__(self, other: Any) -> Expr:
        return _expr(other)._binary("-", self)

    def __mul__(self, other: Any) -> Expr:
        return self._binary("*", other)

    def __rmul__(self, other: Any) -> Expr:
        return _expr(other)._binary("*", self)

    def __truediv__(self, other: Any) -> Expr:
        return self._binary("/", other)

    def __rtruediv__(self, other: Any) -> Expr:
        return _expr(other)._binary("/", self)

    def __mod__(self, other: Any) -> Expr:
        # SQL's remainder has the sign of the dividend, Polars' that of the divisor.
        divisor = _expr(other)
        return self._binary("%", divisor)._binary("+", divisor)._binary("%", divisor)

    def __rmod__(self, other: Any) -> Expr:
        return _expr(other) % self

    def __neg__(self) -> Expr:
        return Expr(f"(-({self._text}))")

    def __pos__(self) -> Expr:
        return self

    def __and__(self, other: Any) -> Expr:
        return self._binary("AND", other)

    def __rand__(self, other: Any) -> Expr:
        return _expr(other)._binary("AND", self)

    def __or__(self, other: Any) -> Expr:
        return self._binary("OR", other)

    def __ror__(self, other: Any) -> Expr:
        return _expr(other)._binary("OR", self)

    def __invert__(self) -> Expr:
        return Expr(f"(NOT {self._text})")

    def eq(self, other: Any) -> Expr:
        return self == other

    def ne(self, other: Any) -> Expr:
        return self != other

    def and_(self, *others: Any) -> Expr:
        result = self
        for other in others:
            result = result & other
        return result

    def or_(self, *others: Any) -> Expr:
        result = self
        for other in others:
            result = result | other
        return result

    def not_(self) -> Expr:
        return ~self

    def is_null(self) -> Expr:
        return Expr(f"({self._text} IS NULL)")

    def is_not_null(self) -> Expr:
        return Expr(f"({self._text} IS NOT NULL)")

    def is_in(self, other: Collection[Any], *, nulls_equal: bool = False) -> Expr:
        """Whether the value is among others. Null gives null, unless ``nulls_equal`` lets a null match a null."""
        if isinstance(other, str | bytes | Expr):
            raise TypeError("is_in takes a collection of values, such as a list")
        values = list(other)
        present = [_expr(value) for value in values if value is not None]
        options = ", ".join(str(value) for value in present)
        # A list that is empty, or of nulls alone, matches nothing; null stays null.
        among = f"({self._text} IN ({options}))" if present else f"({self._text} <> {self._text})"
        if not nulls_equal:
            return Expr(among)
        null_matches = "TRUE" if len(present) < len(values) else "FALSE"
        return Expr(f"(CASE WHEN {self._text} IS NULL THEN {null_matches} ELSE {among} END)")

    def is_between(self, lower_bound: Any, upper_bound: Any, closed: ClosedInterval = "both") -> Expr:
        """Whether the value is between two bounds; ``closed`` says which of them belong to the interval."""
        if closed not in ("both", "left", "right", "none"):
            raise ValueError(f"closed must be one of both, left, right, none; not {closed!r}")
        lower = self >= lower_bound if closed in ("both", "left") else self > lower_bound
        upper = self <= upper_bound if closed in ("both", "right") else self < upper_bound
        return lower & upper

    def abs(self) -> Expr:
        return Expr(f"abs({self._text})")

    def sqrt(self) -> Expr:
        return Expr(f"sqrt({self._text})")

    def exp(self) -> Expr:
        return Expr(f"exp({self._text})")

    def _binary(self, operator: str, other: Any) -> Expr:
        return Expr(f"({self._text} {operator} {_expr(other)})")


def col(name: str) -> Expr:
    """The column of a name."""
    if not isinstance(name, str) or not name:
        raise TypeError(f"col takes the name of one column, not {name!r}")
    return Expr(_quoted(name, '"'), column=name)


def lit(value: Any) -> Expr:
    """A constant: None, bool, int, float, Decimal, str, date or datetime (without a zone: UTC)."""
    return Expr(_literal(value))


def _expr(value: Any) -> Expr:
    return value if isinstance(value, Expr) else lit(value)


def _literal(value: Any) -> str:
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()  # a numpy scalar
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        if not _SMALLEST_INT <= value <= _LARGEST_INT:
            raise ValueError(f"whole number {value} does not fit in 64 bits")
        return str(value)
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if isinstance(value, str):
        return _quoted(value, "'")
    if isinstance(value, datetime):
        utc = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)
        return f"'{utc.strftime('%Y-%m-%dT%H:%M:%S.%f')}Z'"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    raise TypeError(f"no literal is made from a {type(value).__name__}: {value!r}")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written in an expression")
    text = repr(value)
    return text if "." in text or "e" in text else f"{text}.0"


def _quoted(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote
