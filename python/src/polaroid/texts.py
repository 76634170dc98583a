"""Functions of text and parts of times: ``col("s").str.to_lowercase()``, ``col("ts").dt.hour()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polaroid.expr import Expr


class StringMethods:
    """What ``Expr.str`` has; lengths and places are counted in characters. Patterns are taken as they are written."""

    def __init__(self, expr: Expr) -> None:
        self._expr = expr

    def to_lowercase(self) -> Expr:
        return self._expr._call("lower")

    def to_uppercase(self) -> Expr:
        return self._expr._call("upper")

    def len_chars(self) -> Expr:
        return self._expr._call("length")

    def strip_chars(self, characters: None = None) -> Expr:
        """The text without spaces, tabs and ends of lines around it."""
        if characters is not None:
            raise TypeError("strip_chars of other characters than blanks is not built: use replace_all")
        return self._expr._call("trim")

    def starts_with(self, prefix: Any) -> Expr:
        return self._expr._call("starts_with", prefix)

    def ends_with(self, suffix: Any) -> Expr:
        return self._expr._call("ends_with", suffix)

    def contains(self, pattern: Any, *, literal: bool = False) -> Expr:
        """Whether another text is in it."""
        self._literal("contains", pattern, literal)
        return self._expr._call("contains", pattern)

    def replace_all(self, pattern: Any, value: Any, *, literal: bool = False) -> Expr:
        """The text with another in the place of each ``pattern``."""
        self._literal("replace_all", pattern, literal)
        return self._expr._call("replace", pattern, value)

    def slice(self, offset: int, length: int | None = None) -> Expr:
        """A part, from ``offset`` on; from the end where it is negative."""
        start = offset + 1 if offset >= 0 else offset
        return self._expr._call("substr", start, *(() if length is None else (length,)))

    def _literal(self, method: str, pattern: Any, literal: bool) -> None:
        plain = isinstance(pattern, str) and not set(pattern) & set(r"\\^$.|?*+()[]{}")
        if not literal and not plain:
            raise TypeError(f"{method} with a regular expression is not built: give literal=True to take the pattern as it is")


class DateMethods:
    """What ``Expr.dt`` has."""

    def __init__(self, expr: Expr) -> None:
        self._expr = expr

    def year(self) -> Expr:
        return self._expr._call("year")

    def quarter(self) -> Expr:
        """From 1 to 4."""
        return self._expr._call("quarter")

    def month(self) -> Expr:
        """From 1 to 12."""
        return self._expr._call("month")

    def day(self) -> Expr:
        """Day of the month, from 1."""
        return self._expr._call("day")

    def weekday(self) -> Expr:
        """From 1, Monday, to 7."""
        return self._expr._call("weekday")

    def hour(self) -> Expr:
        return self._expr._call("hour")

    def minute(self) -> Expr:
        return self._expr._call("minute")

    def second(self) -> Expr:
        return self._expr._call("second")


def concat_str(*exprs: Any, separator: str = "") -> Expr:
    """Texts one after another, with ``separator`` between them; null if one of them is. Texts name columns."""
    from polaroid.expr import _flat, _value, lit

    parts = [_value(each) for each in _flat(exprs)]
    if not parts:
        raise TypeError("concat_str needs at least one column")
    joined = [parts[0]]
    for part in parts[1:]:
        joined += [lit(separator), part] if separator else [part]
    return joined[0]._call("concat", *joined[1:])
