"""Expressions, written with Python's operators and rendered as text in the server's scalar SQL grammar.

What looks at other rows (shift, rolling_mean, ...) is no part of that grammar: it is kept beside the text as a window, under the
name of a column that stands for it in the text, and becomes an operation on the frame when the expression is used.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import time, timedelta
from typing import Any, Literal

from polaroid.aggregates import AggregateMethods
from polaroid.durations import duration
from polaroid.literals import literal, number, quoted
from polaroid.rolling import ClosedInterval, RollingMethods
from polaroid.texts import DateMethods, StringMethods
from polaroid.windows import Column, Ewm, Fill, Over, Window, column_name, new_name

_NO_WINDOWS: Mapping[str, Window] = {}


class Expr(AggregateMethods, RollingMethods):
    """An expression over the columns of a frame. ``str`` gives its text; it has no truth value: use ``&``, ``|`` and ``~``."""

    __slots__ = ("_aggregate", "_column", "_name", "_text", "_windows")

    def __init__(
        self,
        text: str,
        column: str | None = None,
        *,
        name: str | None = None,
        windows: Mapping[str, Window] = _NO_WINDOWS,
        aggregate: bool = False,
    ) -> None:
        self._text = text
        self._column = column
        self._name = name or column
        self._windows = windows
        self._aggregate = aggregate

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

    def __floordiv__(self, other: Any) -> Expr:
        return self._call("floor_div", other)

    def __rfloordiv__(self, other: Any) -> Expr:
        return _expr(other) // self

    def __mod__(self, other: Any) -> Expr:
        # SQL's remainder has the sign of the dividend, Polars' that of the divisor.
        return self._call("floor_mod", other)

    def __rmod__(self, other: Any) -> Expr:
        return _expr(other) % self

    def __neg__(self) -> Expr:
        return self._with(f"(-({self._text}))")

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
        return self._with(f"(NOT {self._text})")

    def alias(self, name: str) -> Expr:
        """The same values under another name."""
        return self._made(Expr(self._text, name=name, windows=self._windows, aggregate=self._aggregate))

    def eq(self, other: Any) -> Expr:
        return self == other

    def ne(self, other: Any) -> Expr:
        return self != other

    def lt(self, other: Any) -> Expr:
        return self < other

    def le(self, other: Any) -> Expr:
        return self <= other

    def gt(self, other: Any) -> Expr:
        return self > other

    def ge(self, other: Any) -> Expr:
        return self >= other

    def add(self, other: Any) -> Expr:
        return self + other

    def sub(self, other: Any) -> Expr:
        return self - other

    def mul(self, other: Any) -> Expr:
        return self * other

    def truediv(self, other: Any) -> Expr:
        return self / other

    def floordiv(self, other: Any) -> Expr:
        return self // other

    def mod(self, other: Any) -> Expr:
        return self % other

    def neg(self) -> Expr:
        return -self

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
        return self._with(f"({self._text} IS NULL)")

    def is_not_null(self) -> Expr:
        return self._with(f"({self._text} IS NOT NULL)")

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
            return self._with(among, *present)
        null_matches = "TRUE" if len(present) < len(values) else "FALSE"
        return self._with(f"(CASE WHEN {self._text} IS NULL THEN {null_matches} ELSE {among} END)", *present)

    def is_between(self, lower_bound: Any, upper_bound: Any, closed: ClosedInterval = "both") -> Expr:
        """Whether the value is between two bounds; ``closed`` says which of them belong to the interval."""
        if closed not in ("both", "left", "right", "none"):
            raise ValueError(f"closed must be one of both, left, right, none; not {closed!r}")
        lower = self >= lower_bound if closed in ("both", "left") else self > lower_bound
        upper = self <= upper_bound if closed in ("both", "right") else self < upper_bound
        return lower & upper

    def abs(self) -> Expr:
        return self._with(f"abs({self._text})")

    def floor(self) -> Expr:
        return self._call("floor")

    def ceil(self) -> Expr:
        return self._call("ceil")

    def is_nan(self) -> Expr:
        return self._call("is_nan")

    def is_not_nan(self) -> Expr:
        return ~self.is_nan()

    @property
    def str(self) -> StringMethods:
        """Functions of text."""
        return StringMethods(self)

    @property
    def dt(self) -> DateMethods:
        """Parts of times, by the clock of the column's zone."""
        return DateMethods(self)

    def sqrt(self) -> Expr:
        return self._with(f"sqrt({self._text})")

    def exp(self) -> Expr:
        return self._with(f"exp({self._text})")

    def log(self, base: float = math.e) -> Expr:
        """The logarithm; without a base the natural one."""
        return self._with(f"ln({self._text})" if base == math.e else f"(ln({self._text}) / {number(math.log(base))})")

    def fill_null(
        self, value: Any = None, strategy: Literal["forward", "backward"] | None = None, limit: int | None = None
    ) -> Expr:
        """Another value, or that of the row before or after, where there is none."""
        if strategy is not None:
            if value is not None or strategy not in ("forward", "backward"):
                raise ValueError("fill_null takes a value, or the strategy forward or backward")
            return self.forward_fill(limit) if strategy == "forward" else self.backward_fill(limit)
        other = _expr(value)
        return self._with(f"coalesce({self._text}, {other})", other)

    def shift(self, n: int = 1, *, fill_value: Any = None) -> Expr:
        """The value ``n`` rows before, or after where ``n`` is negative; ``fill_value`` where there is no such row."""
        return self._window(Column(self, "Lag", n, fill=None if fill_value is None else _fill(fill_value)))

    def lag(self, n: int = 1) -> Expr:
        """The same as ``shift``."""
        return self.shift(n)

    def diff(self, n: int = 1, null_behavior: Literal["ignore", "drop"] = "ignore") -> Expr:
        """The difference to the value ``n`` rows before."""
        if null_behavior != "ignore":
            raise ValueError("diff keeps all rows: null_behavior is ignore")
        return self._window(Column(self, "Diff", n))

    def pct_change(self, n: int = 1) -> Expr:
        """The difference to the value ``n`` rows before, as a part of it; nulls count as the value before them."""
        return self._window(Column(self, "PctChange", n))

    def forward_fill(self, limit: int | None = None) -> Expr:
        """Nulls replaced by the value before them, at most ``limit`` in a row."""
        return self._window(Fill(self, "FillForward", limit))

    def backward_fill(self, limit: int | None = None) -> Expr:
        """Nulls replaced by the value after them, at most ``limit`` in a row."""
        return self._window(Fill(self, "FillBackward", limit))

    def ewm_mean(
        self,
        *,
        com: float | None = None,
        span: float | None = None,
        half_life: float | None = None,
        alpha: float | None = None,
        adjust: bool = True,
        min_samples: int = 1,
        ignore_nulls: bool = False,
    ) -> Expr:
        """The exponentially weighted mean; exactly one of the first four says how fast weights decay."""
        decay = {"com": com, "span": span, "half_life": half_life, "alpha": alpha}
        return self._window(Ewm.of(self, "mean", decay, adjust, False, min_samples, ignore_nulls))

    def ewm_std(
        self,
        *,
        com: float | None = None,
        span: float | None = None,
        half_life: float | None = None,
        alpha: float | None = None,
        adjust: bool = True,
        bias: bool = False,
        min_samples: int = 1,
        ignore_nulls: bool = False,
    ) -> Expr:
        """The exponentially weighted standard deviation."""
        decay = {"com": com, "span": span, "half_life": half_life, "alpha": alpha}
        return self._window(Ewm.of(self, "std", decay, adjust, bias, min_samples, ignore_nulls))

    def ewm_var(
        self,
        *,
        com: float | None = None,
        span: float | None = None,
        half_life: float | None = None,
        alpha: float | None = None,
        adjust: bool = True,
        bias: bool = False,
        min_samples: int = 1,
        ignore_nulls: bool = False,
    ) -> Expr:
        """The exponentially weighted variance."""
        decay = {"com": com, "span": span, "half_life": half_life, "alpha": alpha}
        return self._window(Ewm.of(self, "var", decay, adjust, bias, min_samples, ignore_nulls))

    def ewm_mean_by(self, by: str | Expr, *, half_life: str | timedelta) -> Expr:
        """The mean whose weights halve with time."""
        return self._window(Ewm(self, "mean", (("half_life", duration(half_life)), ("time_column", column_name(by)))))

    def over(self, partition_by: Any = None, *more_exprs: Any) -> Expr:
        """For each group of rows on its own: an aggregate of the group for each of its rows, or windows that end at its edges."""
        by = tuple(column_name(key) for key in _flat((partition_by, *more_exprs)) if key is not None)
        if not by:
            raise TypeError("over needs at least one column")
        if self._aggregate and self._windows:
            raise TypeError("an aggregate over windows cannot be taken per group in one step: use with_columns first")
        if self._aggregate:
            return self._window(Over(self, by=by))
        windows = {key: window.over(by) for key, window in self._windows.items()}
        return self._made(Expr(self._text, self._column, name=self._name, windows=windows))

    def _over(self, by: tuple[str, ...]) -> Expr:
        return self.over(*by) if self._windows else self

    def _aggregate_of(self, text: str) -> Expr:
        return self._made(Expr(text, name=self._name, windows=self._windows, aggregate=True))

    def _window(self, window: Window) -> Expr:
        if self._aggregate and not isinstance(window, Over):
            raise TypeError(f"a window over an aggregate: {self._text}")
        key = new_name()
        return self._made(Expr(quoted(key, '"'), name=self._name, windows={key: window}))

    def _binary(self, operator: str, other: Any) -> Expr:
        operand = _expr(other)
        return self._with(f"({self._text} {operator} {operand})", operand)

    def _call(self, function: str, *others: Any) -> Expr:
        arguments = [_expr(other) for other in others]
        text = ", ".join(each._text for each in (self, *arguments))
        return self._with(f"{function}({text})", *arguments)

    def _with(self, text: str, *others: Expr) -> Expr:
        """An expression made of this one and others."""
        windows = dict(self._windows)
        for other in others:
            windows.update(other._windows)
        aggregate = self._aggregate or any(other._aggregate for other in others)
        return self._made(Expr(text, name=self._name, windows=windows, aggregate=aggregate))

    def _made(self, expr: Expr) -> Expr:
        """What a kind of expression makes of what its methods give."""
        return expr


class Then(Expr):
    """A choice between values; null where no condition is true, until ``otherwise``."""

    __slots__ = ("_branches",)

    def __init__(self, branches: tuple[tuple[Expr, Expr], ...]) -> None:
        made = _case(branches, None)
        super().__init__(made._text, name=made._name, windows=made._windows, aggregate=made._aggregate)
        self._branches = branches

    def when(self, *predicates: Any, **constraints: Any) -> When:
        """A further condition, asked where those before are not true."""
        return When(self._branches, _all(predicates, constraints))

    def otherwise(self, statement: Any) -> Expr:
        """The value where no condition is true."""
        return _case(self._branches, _value(statement))


class When:
    """A condition that waits for its value."""

    def __init__(self, branches: tuple[tuple[Expr, Expr], ...], condition: Expr) -> None:
        self._branches = branches
        self._condition = condition

    def then(self, statement: Any) -> Then:
        """The value where the condition is true."""
        return Then((*self._branches, (self._condition, _value(statement))))


def when(*predicates: Any, **constraints: Any) -> When:
    """Begins a choice: ``when(condition).then(value).otherwise(other)``. A text as a value names a column, as in Polars."""
    return When((), _all(predicates, constraints))


def _case(branches: tuple[tuple[Expr, Expr], ...], otherwise: Expr | None) -> Expr:
    text = " ".join(f"WHEN {condition} THEN {value}" for condition, value in branches)
    parts = [part for branch in branches for part in branch] + ([] if otherwise is None else [otherwise])
    first = branches[0][1]
    end = "" if otherwise is None else f" ELSE {otherwise}"
    return first._with(f"(CASE {text}{end} END)", *parts)


def _all(predicates: Iterable[Any], constraints: Mapping[str, Any]) -> Expr:
    conditions = [condition_of(each) for each in _flat(predicates)]
    conditions += [col(name) == value for name, value in constraints.items()]
    if not conditions:
        raise TypeError("a condition is needed")
    return conditions[0].and_(*conditions[1:])


def condition_of(condition: Expr | bool | str) -> Expr:
    if isinstance(condition, bool):
        return Expr("TRUE" if condition else "FALSE", name="literal")
    if isinstance(condition, str):
        return col(condition)
    return condition


def _value(value: Any) -> Expr:
    return col(value) if isinstance(value, str) else _expr(value)


def _flat(items: Iterable[Any]) -> Iterable[Any]:
    for item in items:
        if item is None or isinstance(item, str | Expr | bool):
            yield item
        else:
            yield from item


def len_() -> Expr:
    """The number of rows of a group or window."""
    return Expr("count(*)", name="len", aggregate=True)


def col(name: str, *more_names: str) -> Expr:
    """The column of a name."""
    if more_names or isinstance(name, list | tuple):
        names = ", ".join(f"col({each!r})" for each in _flat((name, *more_names)))
        raise TypeError(f"an expression is of one column; write each where a list of expressions is taken: {names}")
    if not isinstance(name, str) or not name:
        raise TypeError(f"col takes the name of one column, not {name!r}")
    return Expr(quoted(name, '"'), column=name)


def lit(value: Any) -> Expr:
    """A constant: None, bool, int, float, Decimal, str, date or datetime (without a zone: UTC)."""
    return Expr(literal(value), name="literal")


def _fill(value: Any) -> str:
    # The grammar has no times of day; a column of them takes their text.
    return literal(value.isoformat()) if isinstance(value, time) else str(_expr(value))


def _expr(value: Any) -> Expr:
    return value if isinstance(value, Expr) else lit(value)
