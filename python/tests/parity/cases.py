"""Makes frames and options from seeds: the same seed gives the same case, here and in a failure's message."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

import polars as pl

# Where clocks change at other times or by other amounts, where they are odd, and where they are not.
ZONES = (None, None, "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago")
UNITS = ("us", "us", "ns", "ms")
CLOSED = ("left", "right", "both", "none")
KEYS = ("a", "b", "c")
EPOCH = datetime(1970, 1, 1)

# Instants, in UTC, around which times are made: clock changes, month and year ends, leap days, and times before 1970.
STARTS = (
    datetime(2024, 8, 8, 12, 0),
    datetime(2024, 3, 30, 20, 0),
    datetime(2024, 3, 10, 3, 0),
    datetime(2024, 10, 26, 20, 0),
    datetime(2024, 11, 3, 2, 0),
    datetime(2024, 4, 6, 10, 0),
    datetime(2024, 2, 28, 18, 0),
    datetime(2023, 12, 31, 20, 0),
    datetime(2024, 1, 30, 22, 0),
    datetime(1969, 12, 31, 21, 30),
    datetime(1955, 5, 31, 12, 0),
    datetime(1970, 1, 1),
)


class Gen(random.Random):
    """Random choices of one case."""

    def times(self, rows: int, span: timedelta, *, ordered: bool = True, unit: str | None = None, zone: Any = ...) -> pl.Series:
        """Times within a span after one of the starts; some of them more than once."""
        start = self.choice(STARTS)
        grid = self.choice((1, 1_000, 1_000_000, 60_000_000, 3_600_000_000))
        width = max(1, int(span / timedelta(microseconds=1)))
        offsets = [self.randrange(width) // grid * grid for _ in range(rows)]
        for i in range(1, rows):
            if self.random() < 0.15:
                offsets[i] = offsets[i - 1]
        if ordered:
            offsets.sort()
        base = int((start - EPOCH) / timedelta(microseconds=1))
        picked = self.choice(UNITS) if unit is None else unit
        made = pl.Series("ts", [base + offset for offset in offsets], pl.Int64).cast(pl.Datetime("us")).cast(pl.Datetime(picked))
        where = self.choice(ZONES) if zone is ... else zone
        if where is None:
            return made
        return made.dt.replace_time_zone("UTC").dt.convert_time_zone(where)

    def index(self, rows: int) -> pl.Series:
        """Whole numbers, negative ones too, that do not descend."""
        return pl.Series("ts", sorted(self.randrange(-30, 60) for _ in range(rows)), pl.Int64)

    def floats(self, rows: int, nulls: float = 0.15, nans: float = 0.0) -> list[float | None]:
        return [self._one(nulls, nans) for _ in range(rows)]

    def _one(self, nulls: float, nans: float) -> float | None:
        place = self.random()
        if place < nulls:
            return None
        if place < nulls + nans:
            return float("nan")
        return round(self.uniform(-100, 100), 3)

    def ints(self, rows: int, nulls: float = 0.1) -> list[int | None]:
        return [None if self.random() < nulls else self.randrange(-50, 50) for _ in range(rows)]

    def texts(self, rows: int, nulls: float = 0.1) -> list[str | None]:
        return [None if self.random() < nulls else self.choice(("x", "yy", "", "zé")) for _ in range(rows)]

    def keys(self, rows: int, nulls: float = 0.0) -> list[str | None]:
        return [None if self.random() < nulls else self.choice(KEYS) for _ in range(rows)]

    def rows(self, most: int = 40) -> int:
        """How many rows: sometimes none, sometimes one."""
        return self.choice((0, 1, 2, *range(3, most)))

    def frame(self, time: pl.Series, nans: float = 0.0, key_nulls: float = 0.0) -> pl.DataFrame:
        """A frame with a time column, values of several types, and a key."""
        rows = len(time)
        return pl.DataFrame(
            {
                "ts": time,
                "x": pl.Series(self.floats(rows, nans=nans), dtype=pl.Float64),
                "n": pl.Series(self.ints(rows), dtype=pl.Int64),
                "y": pl.Series(self.floats(rows, nulls=0), dtype=pl.Float64),
                "s": pl.Series(self.texts(rows), dtype=pl.String),
                "k": pl.Series(self.keys(rows, key_nulls), dtype=pl.String),
            }
        )

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.random() < chance else None


def given(**options: Any) -> dict[str, Any]:
    """The options that are not None."""
    return {name: value for name, value in options.items() if value is not None}


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=timezone.utc)
