"""Constants and names, as the server's grammar writes them."""

from __future__ import annotations

import math
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

_SMALLEST_INT, _LARGEST_INT = -(2**63), 2**63 - 1


def literal(value: Any) -> str:
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
        return number(float(value))
    if isinstance(value, str):
        return quoted(value, "'")
    if isinstance(value, datetime):
        utc = value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)
        return f"'{utc.strftime('%Y-%m-%dT%H:%M:%S.%f')}Z'"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    raise TypeError(f"no literal is made from a {type(value).__name__}: {value!r}")


def number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written in an expression")
    text = repr(value)
    return text if "." in text or "e" in text else f"{text}.0"


def quoted(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote
