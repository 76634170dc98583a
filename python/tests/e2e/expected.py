"""Compares what a stack published with the oracle, row by row."""

from __future__ import annotations

import functools
import math

import oracle

from e2e.stack import RECORDINGS, STEMS
from e2e.topics import micros, newest, plain, read_each, stock

TRADES = 23_599
QUOTES = 85_225
SECOND = 1_000_000


@functools.cache
def session():
    """The trades and quotes of the raw recordings, as the oracle reads them."""
    return oracle.read_recordings(*(RECORDINGS / f"{stem}.txt.gz" for stem in STEMS))


def last_time() -> int:
    """The progress that the partition of both symbols ends with."""
    return max(row.ts for rows in session().trades.values() for row in rows)


def quotes_last_time() -> int:
    return max(row.ts for rows in session().quotes.values() for row in rows)


def close_enough(got, expected, relative: float = 0.0) -> bool:
    if got is None or expected is None:
        return got is None and expected is None
    if relative == 0.0 or not isinstance(expected, float):
        return got == expected
    return math.isclose(got, expected, rel_tol=relative, abs_tol=1e-12)


def assert_same(name: str, got: dict, expected: dict, columns, relative=None) -> None:
    relative = relative or {}
    missing = sorted(expected.keys() - got.keys())
    extra = sorted(got.keys() - expected.keys())
    assert not missing, f"{name}: {len(missing)} are missing: {missing[:3]}"
    assert not extra, f"{name}: {len(extra)} are too many: {extra[:3]}"
    assert expected, f"{name}: the oracle has no rows"
    for key, want in expected.items():
        for column in columns:
            assert close_enough(got[key][column], want[column], relative.get(column, 0.0)), (
                f"{name} {key}: {column} is {got[key][column]!r}, the oracle says {want[column]!r}"
            )


BAR_COLUMNS = ("open", "high", "low", "close", "volume", "count", "vwap")


def expected_bars(every: int, disorder: int) -> dict:
    bars = oracle.bars(session().trades, every)
    return {(bar.symbol, bar.ts): bar._asdict() for bar in bars if bar.ts + every + disorder <= last_time()}


def expected_rolling(disorder: int) -> dict:
    rows = oracle.rolling(session().trades, 60 * SECOND)
    return {(row.symbol, row.ts, row.trade_id): row._asdict() for row in rows if row.ts + 1 + disorder <= last_time()}


def expected_enriched(disorder: int) -> dict:
    progress = min(last_time(), quotes_last_time())
    rows = oracle.enriched(session().trades, session().quotes, 2 * SECOND)
    return {(row.symbol, row.ts, row.trade_id): row._asdict() for row in rows if row.ts + 1 + disorder <= progress}


def by_window(row: dict):
    return row["symbol"], micros(row["ts"])


def by_trade(row: dict):
    return row["symbol"], micros(row["ts"]), row["trade_id"]


ENRICHED_COLUMNS = ("price", "size", "bid", "bid_size", "ask", "ask_size", "update_id")
DISORDER = {"bars_1s": 2 * SECOND, "bars_1m": 2 * SECOND, "vwap_60s": 1 * SECOND, "enriched": SECOND // 2}


def check_results(rows_of) -> None:
    """`rows_of(view)` gives the published rows of a view (newest revision of each result), by identity."""
    for view, every in (("bars_1s", SECOND), ("bars_1m", 60 * SECOND)):
        assert_same(view, rows_of(view, by_window), expected_bars(every, DISORDER[view]), BAR_COLUMNS)
    assert_same(
        "vwap_60s",
        rows_of("vwap_60s", by_trade),
        expected_rolling(DISORDER["vwap_60s"]),
        ("vwap", "sd"),
        {"sd": 1e-9},
    )
    assert_same("enriched", rows_of("enriched", by_trade), expected_enriched(DISORDER["enriched"]), ENRICHED_COLUMNS)


def check_topics(stack) -> None:
    """Bars are read as a stock client reads them; the views with a result for each row have too many revisions for that."""

    def rows_of(view, identity):
        return newest(read_each(stack, view, decoder=stock if view.startswith("bars") else plain), identity)

    check_results(rows_of)


def check_state(connection) -> None:
    """The same from state through Flight: only published rows are compared, what still waits is provisional."""

    def rows_of(view, identity):
        rows = connection.sql(f"select * from {view} where revision is not null").collect().to_pylist()
        found = {identity(row): row for row in rows}
        assert len(found) == len(rows), f"{view}: a result stands twice in the answer"
        return found

    check_results(rows_of)


def check_counts(stack) -> None:
    """Rule 4: for each view and input, the counts add up to the records of the topic."""
    status = stack.status()
    assert status["views"]
    for view in status["views"]:
        records = _records(stack, view["input"])
        assert sum(view["counts"].values()) == records, f"{view}: {records} records in the topic"


def _records(stack, topic: str) -> int:
    """Records of a topic as a read_committed consumer sees them, control records and tombstones included."""
    import uuid

    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer(
        {
            "bootstrap.servers": stack.bootstrap,
            "group.id": f"count-{uuid.uuid4()}",
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
        }
    )
    try:
        parts = set(consumer.list_topics(topic, timeout=20).topics[topic].partitions)
        consumer.assign([TopicPartition(topic, part, 0) for part in parts])
        count = 0
        while parts:
            message = consumer.poll(30)
            assert message is not None, f"{topic} does not answer"
            if message.error():
                parts.discard(message.partition())
            else:
                count += 1
        return count
    finally:
        consumer.close()
