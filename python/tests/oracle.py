"""The numbers that the views of a recording must have, worked out a second way.

Reads the raw recordings and shares nothing with the server: no Java, no Polars, no DuckDB, and none of their ways of adding up.
Sums are exact (every double is a whole multiple of 2**-1074, so sums of them are whole numbers) and are rounded once, at the end;
so a sum here is what ``math.fsum`` gives, and a standard deviation is the true one of the doubles. Whoever compares needs a
tolerance for the server's rounding (some 1e-12 relative for sums and prices; more for a deviation that is small beside the mean).

A series is the rows of one symbol. Its rows are ordered by time, and rows of equal time by arrival.
"""

from __future__ import annotations

import gzip
import heapq
import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from os import PathLike
from typing import NamedTuple

SECOND = 1_000_000
MINUTE = 60 * SECOND

_SHIFT = 1074  # the smallest positive double is 2**-1074


class Trade(NamedTuple):
    symbol: str
    ts: int  # microseconds since 1970 UTC, as all times here
    price: float
    size: float
    trade_id: int | None


class Quote(NamedTuple):
    symbol: str
    ts: int
    bid: float
    bid_size: float
    ask: float
    ask_size: float
    update_id: int | None


class Bar(NamedTuple):
    symbol: str
    ts: int  # the start of the window
    open: float
    high: float
    low: float
    close: float
    volume: float
    count: int
    vwap: float


class Rolled(NamedTuple):
    symbol: str
    ts: int
    trade_id: int | None
    vwap: float
    sd: float | None  # None where the window has one trade
    count: int  # trades in the window


class Enriched(NamedTuple):
    symbol: str
    ts: int
    price: float
    size: float
    trade_id: int | None
    ts_right: int | None  # the quote's time; None, as all that follow, where no quote is near enough
    bid: float | None
    bid_size: float | None
    ask: float | None
    ask_size: float | None
    update_id: int | None


class Recording(NamedTuple):
    """Rows by symbol, in order of arrival, without duplicates."""

    trades: dict[str, list[Trade]]
    quotes: dict[str, list[Quote]]
    duplicates: int


def read_recordings(*paths: str | PathLike[str]) -> Recording:
    """The rows of recordings, whose connections are merged by time of receipt."""
    return recording_of(row for _, row in heapq.merge(*map(_received, paths), key=lambda received: received[0]))


def recording_of(rows: Iterable[Trade | Quote]) -> Recording:
    """Sorts rows into series and leaves out every row whose id the series has had; a row without an id is never a duplicate."""
    made = Recording({}, {}, 0)
    seen: set[tuple[type, str, int]] = set()
    duplicates = 0
    for row in rows:
        row_id = row[-1]
        if row_id is not None and (type(row), row.symbol, row_id) in seen:
            duplicates += 1
            continue
        seen.add((type(row), row.symbol, row_id))
        (made.trades if isinstance(row, Trade) else made.quotes).setdefault(row.symbol, []).append(row)
    return made._replace(duplicates=duplicates)


def bars(trades: Mapping[str, Sequence[Trade]], every: int) -> list[Bar]:
    """One bar for each window [start, start + every) that has trades, by symbol and start."""
    found = []
    for symbol in sorted(trades):
        windows: dict[int, list[Trade]] = {}
        for trade in _ordered(trades[symbol]):
            windows.setdefault(trade.ts // every * every, []).append(trade)
        found += [_bar(symbol, start, rows) for start, rows in windows.items()]
    return found


def bars_1s(trades: Mapping[str, Sequence[Trade]]) -> list[Bar]:
    return bars(trades, SECOND)


def bars_1m(trades: Mapping[str, Sequence[Trade]]) -> list[Bar]:
    return bars(trades, MINUTE)


def rolling(trades: Mapping[str, Sequence[Trade]], period: int) -> list[Rolled]:
    """For each trade the window (t - period, t], so that trades of equal time see each other; by symbol and order."""
    return [rolled for symbol in sorted(trades) for rolled in _rolled(_ordered(trades[symbol]), period)]


def vwap_60s(trades: Mapping[str, Sequence[Trade]]) -> list[Rolled]:
    return rolling(trades, MINUTE)


def enriched(
    trades: Mapping[str, Sequence[Trade]], quotes: Mapping[str, Sequence[Quote]], tolerance: int = 2 * SECOND
) -> list[Enriched]:
    """Each trade with the last quote of its symbol at or before it and within ``tolerance``; of equal times the last to come."""
    found = []
    for symbol in sorted(trades):
        right = _ordered(quotes.get(symbol, ()))
        times = [quote.ts for quote in right]
        for trade in _ordered(trades[symbol]):
            at = bisect_right(times, trade.ts) - 1
            near = at >= 0 and times[at] >= trade.ts - tolerance
            found.append(Enriched(*trade, *(right[at][1:] if near else (None,) * 6)))
    return found


def _received(path: str | PathLike[str]) -> Iterator[tuple[int, Trade | Quote]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            received, _, message = line.partition(" ")
            row = row_of(json.loads(message)["data"])
            if row is not None:
                yield int(received), row


def row_of(message: Mapping[str, object]) -> Trade | Quote | None:
    """The row that a message of the exchange stands for; None for kinds that make no row."""
    ts = int(message["T"]) * 1_000 if "T" in message else 0
    if message["e"] == "trade":
        return Trade(message["s"], ts, float(message["p"]), float(message["q"]), message["t"])
    if message["e"] == "bookTicker":
        sides = (float(message[name]) for name in ("b", "B", "a", "A"))
        return Quote(message["s"], ts, *sides, message["u"])
    return None


def _ordered(rows: Sequence) -> list:
    return sorted(rows, key=lambda row: row.ts)  # a stable sort: equal times keep the order of arrival


def _bar(symbol: str, start: int, rows: Sequence[Trade]) -> Bar:
    prices = [row.price for row in rows]
    volume = math.fsum(row.size for row in rows)
    value = math.fsum(row.price * row.size for row in rows)
    return Bar(symbol, start, prices[0], max(prices), min(prices), prices[-1], volume, len(rows), _quotient(value, volume))


def _quotient(value: float, volume: float) -> float:
    return value / volume if volume else math.nan


def _rolled(rows: Sequence[Trade], period: int) -> Iterator[Rolled]:
    times = [row.ts for row in rows]
    prices = [_exact(row.price) for row in rows]
    sums = _prefix(prices)
    squares = _prefix([price * price for price in prices])
    sizes = _prefix([_exact(row.size) for row in rows])
    values = _prefix([_exact(row.price * row.size) for row in rows])
    for row in rows:
        low, high = bisect_right(times, row.ts - period), bisect_right(times, row.ts)
        count = high - low
        volume, value = (_rounded(prefix[high] - prefix[low]) for prefix in (sizes, values))
        deviation = _deviation(count, sums[high] - sums[low], squares[high] - squares[low])
        yield Rolled(row.symbol, row.ts, row.trade_id, _quotient(value, volume), deviation, count)


def _deviation(count: int, total: int, squares: int) -> float | None:
    """The sample standard deviation from exact sums: sqrt((n * sum(x^2) - sum(x)^2) / (n * (n - 1)))."""
    if count < 2:
        return None
    return math.sqrt((count * squares - total * total) / (count * (count - 1) << 2 * _SHIFT))


def _exact(value: float) -> int:
    numerator, denominator = value.as_integer_ratio()
    return numerator << _SHIFT - denominator.bit_length() + 1


def _rounded(exact: int) -> float:
    return exact / (1 << _SHIFT)


def _prefix(values: Iterable[int]) -> list[int]:
    return list(accumulate(values, initial=0))
