"""Durations as the server writes them."""

from __future__ import annotations

from datetime import timedelta


def duration(value: str | timedelta | int) -> str:
    """A text such as ``1h30m``; of a timedelta the one that Polars makes: whole days are calendar days."""
    if value == "":  # the server takes it as not given
        raise ValueError("a duration is a text such as '5m', not an empty one")
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | timedelta):
        raise TypeError(f"a duration is a text such as '5m' or a timedelta, not {value!r}")
    if isinstance(value, int):
        return f"{value}i"
    sign, span = ("-", -value) if value < timedelta(0) else ("", value)
    parts = ((span.days, "d"), (span.seconds, "s"), (span.microseconds, "us"))
    return sign + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0us")
