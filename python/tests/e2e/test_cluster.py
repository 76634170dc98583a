"""Two processes of one application on one broker: queries to either are whole, and what is published is as of one process."""

from __future__ import annotations

import datetime
import time

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

import polaroid as pd
from e2e.expected import assert_same, by_window, check_counts
from e2e.stack import Stack, wait_until
from e2e.topics import micros, newest, read_all

BEGIN = datetime.datetime(2024, 8, 8, 9, tzinfo=datetime.timezone.utc)
SYMBOLS = [f"TEST{number}" for number in range(12)]
PARTITIONS = {0, 1, 2, 3}
STEP, MINUTE = 10, 60  # seconds between the rows of a symbol, and of a bar
LENGTH = 240  # seconds of event time of a part of the feed


def only_trades(pipeline: dict) -> None:
    for name in ("sinks", "sources"):
        pipeline.pop(name)
    pipeline["application"] = "shared"
    pipeline["streams"] = {"trades": {"schema": "Trade", "key": ["symbol"], "time": "ts", "id": "trade_id", "retention": "3h"}}
    pipeline["views"] = {
        "bars": {"from": "trades", "resample": {"every": "1m", "ohlcv": {"price": "price", "size": "size"}, "grace": "1h"}},
        "sums": {"from": "trades", "rolling": {"period": "60s", "agg": {"total": "sum(size)"}, "grace": "1h"}, "retention": "3h"},
    }


class Feed:
    """Rows of all symbols in order of time, part by part; after each part comes a row of the middle of it, which corrects."""

    def __init__(self, stack: Stack) -> None:
        registry = SchemaRegistryClient({"url": stack.registry})
        schema = registry.get_latest_version("trades-value").schema
        self._serialize = AvroSerializer(registry, schema.schema_str, conf={"auto.register.schemas": False})
        self._producer = Producer({"bootstrap.servers": stack.bootstrap, "partitioner": "murmur2_random"})
        self.sent: list[dict] = []
        self._parts = 0

    def play(self) -> None:
        begin = self._parts * LENGTH
        self._parts += 1
        for second in range(begin, begin + LENGTH, STEP):
            self._send(second, late=False)
        self._send(begin + LENGTH // 2 + STEP // 2, late=True)
        assert self._producer.flush(30) == 0

    def _send(self, second: int, late: bool) -> None:
        for number, symbol in enumerate(SYMBOLS):
            at = BEGIN + datetime.timedelta(seconds=second)
            price, size = 100.0 + (second * 7 + number) % 23, 1.0 + second % 3
            row = {"symbol": symbol, "ts": at, "price": price, "size": size, "trade_id": len(self.sent)}
            value = self._serialize(row, SerializationContext("trades", MessageField.VALUE))
            self._producer.produce("trades", key=symbol.encode(), value=value)
            self.sent.append({**row, "second": second, "late": late})

    @property
    def end(self) -> int:
        return max(row["second"] for row in self.sent)

    def of(self, symbol: str, begin: int, end: int) -> list[dict]:
        """Its rows in `[begin, end)`, in order of time."""
        inside = [row for row in self.sent if row["symbol"] == symbol and begin <= row["second"] < end]
        return sorted(inside, key=lambda row: row["second"])


def at(second: int) -> int:
    return micros(BEGIN) + second * 1_000_000


def expected_bars(feed: Feed) -> dict:
    """Each late row has revised the bar that it is in, once."""
    bars = {}
    for symbol in SYMBOLS:
        for begin in range(0, feed.end - MINUTE + 1, MINUTE):
            rows = feed.of(symbol, begin, begin + MINUTE)
            prices = [row["price"] for row in rows]
            bars[symbol, at(begin)] = {
                "open": prices[0],
                "high": max(prices),
                "low": min(prices),
                "close": prices[-1],
                "volume": sum(row["size"] for row in rows),
                "count": len(rows),
                "revision": sum(row["late"] for row in rows),
            }
    return bars


def expected_sums(feed: Feed) -> dict:
    """Each late row has a sum of its own, and has revised those of the rows in the minute after it."""
    sums = {}
    for row in feed.sent:
        if row["second"] == feed.end:
            continue
        window = feed.of(row["symbol"], row["second"] - MINUTE + 1, row["second"] + 1)
        sums[row["symbol"], at(row["second"])] = {
            "total": sum(each["size"] for each in window),
            "revision": 0 if row["late"] else sum(each["late"] for each in window),
        }
    return sums


def ask(stack: Stack) -> tuple[int, int] | None:
    """Rows of the stream, and of all bars together; none where the server says which partitions it lacks."""
    try:
        with pd.connect(stack.grpc) as connection:
            (rows,) = connection.sql("select count(*) as n, count(distinct trade_id) as ids from trades").collect().to_pylist()
            (bars,) = connection.sql("select sum(count) as n from bars").collect().to_pylist()
    except pd.PolaroidError as error:
        if error.slug != "restoring":
            raise
        return None
    assert rows["n"] == rows["ids"]
    return rows["n"], int(bars["n"] or 0)


class Answers:
    """What queries say: everything, as of a commit that is no older than the one of the answer before."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._last = (0, 0)

    def await_whole(self, *stacks: Stack) -> None:
        wanted = len(self._feed.sent)
        for stack in stacks:
            wait_until(f"{wanted} rows", lambda stack=stack: self.ask(stack) == (wanted, wanted), 90)

    def ask(self, stack: Stack) -> tuple[int, int] | None:
        answer = ask(stack)
        if answer is not None:
            assert all(now >= before for now, before in zip(answer, self._last, strict=True)), f"{answer} after {self._last}"
            self._last = answer
        return answer


def here(stack: Stack) -> set[int]:
    return {part["partition"] for part in stack.status()["streams"] if part["stream"] == "trades"}


def await_shared(one: Stack, two: Stack) -> None:
    def shared():
        parts = here(one), here(two)
        return all(parts) and not parts[0] & parts[1] and parts[0] | parts[1] == PARTITIONS

    wait_until("the two share the partitions", shared, 90)


def test_two_processes_are_one_application(new_stack):
    begun = time.monotonic()
    one = new_stack("one", change=only_trades)
    one.up()
    feed = Feed(one)
    answers = Answers(feed)
    feed.play()
    answers.await_whole(one)
    assert here(one) == PARTITIONS
    print(f"one has all after {time.monotonic() - begun:.1f} s")

    # When another joins, either answers for what both have
    two = one.beside("two")
    two.stream()
    await_shared(one, two)
    feed.play()
    answers.await_whole(one, two)
    print(f"shared after {time.monotonic() - begun:.1f} s")

    # When it is killed while rows come, the other says what it lacks until it has taken over
    two.kill("stream")
    feed.play()
    answers.await_whole(one)
    assert here(one) == PARTITIONS
    print(f"taken over after {time.monotonic() - begun:.1f} s")

    # When it comes back and then leaves, each while rows come
    two.stream(wait=False)
    feed.play()
    two.await_ready(name="stream")
    await_shared(one, two)
    answers.await_whole(two, one)
    two.stop("stream")
    feed.play()
    answers.await_whole(one)
    assert here(one) == PARTITIONS
    print(f"left after {time.monotonic() - begun:.1f} s")

    # Then what was published is what one process publishes: each revision once, none left out
    bars = newest(read_all(one, "bars"), by_window)
    assert_same("bars", bars, expected_bars(feed), ("open", "high", "low", "close", "volume", "count", "revision"))
    sums = newest(read_all(one, "sums"), by_window)
    assert_same("sums", sums, expected_sums(feed), ("total", "revision"))
    check_counts(one)
    for topic in ("bars.late", "sums.late", "shared.dead-letter"):
        assert read_all(one, topic) == []
    print(f"all after {time.monotonic() - begun:.1f} s")
