"""``polaroid backfill``: history from Parquet, then live rows, of a stream in Avro and one of Arrow batches; then the proofs."""

from __future__ import annotations

import datetime
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from e2e.stack import Stack, cli, variant, wait_until
from e2e.test_clients import documented
from e2e.topics import CONTROL, micros, newest, read_all

BEGIN = datetime.datetime(2024, 8, 8, 9, tzinfo=datetime.timezone.utc)
SYMBOLS = [f"TEST{number}" for number in range(12)]
MINUTES, LIVE_FROM, HISTORY_TO, BACKFILL_TO = 60, 40, 45, 50
STEP = 10  # seconds between the rows of a symbol
SCHEMA = pa.schema(
    [
        ("symbol", pa.string()),
        ("ts", pa.timestamp("us", tz="UTC")),
        ("price", pa.float64()),
        ("size", pa.float64()),
        ("trade_id", pa.int64()),
    ]
)
VIEWS = {"trades": "bars", "ticks": "tick_bars"}


def only_bars(pipeline: dict) -> None:
    stream = {"schema": "Trade", "key": ["symbol"], "time": "ts", "id": "trade_id", "retention": "3h"}
    bars = {"resample": {"every": "1m", "ohlcv": {"price": "price", "size": "size"}}}
    for name in ("sinks", "sources"):
        pipeline.pop(name)
    pipeline["application"] = "backfilled"
    pipeline["streams"] = {"trades": stream, "ticks": {**stream, "format": "arrow"}}
    pipeline["views"] = {view: {"from": source, **bars} for source, view in VIEWS.items()}


def trade(symbol: str, number: int, offset: float = 0) -> dict:
    at = BEGIN + datetime.timedelta(seconds=number * STEP + offset)
    shift = SYMBOLS.index(symbol)
    return {"symbol": symbol, "ts": at, "price": 100.0 + (number * 7 + shift) % 23, "size": 1.0 + number % 3, "trade_id": number}


def rows(first: int, end: int) -> list[dict]:
    """The rows of all symbols in some minutes, in order of time."""
    return [trade(symbol, number) for number in range(first * 60 // STEP, end * 60 // STEP) for symbol in SYMBOLS]


LATE = [{**trade(symbol, HISTORY_TO * 60 // STEP + 6, 5), "trade_id": 1_000_000} for symbol in SYMBOLS]


def bars_of(union: list[dict]) -> dict:
    bars: dict = {}
    for row in sorted(union, key=lambda each: each["ts"]):
        key = (row["symbol"], micros(row["ts"].replace(second=0, microsecond=0)))
        bars.setdefault(key, []).append(row)
    return {
        key: {
            "open": inside[0]["price"],
            "high": max(row["price"] for row in inside),
            "low": min(row["price"] for row in inside),
            "close": inside[-1]["price"],
            "volume": sum(row["size"] for row in inside),
            "count": len(inside),
        }
        for key, inside in bars.items()
    }


def send_avro(stack: Stack, sent: list[dict]) -> None:
    registry = SchemaRegistryClient({"url": stack.registry})
    schema = registry.get_latest_version("trades-value").schema
    serialize = AvroSerializer(registry, schema.schema_str, conf={"auto.register.schemas": False})
    producer = Producer({"bootstrap.servers": stack.bootstrap, "partitioner": "murmur2_random"})
    for row in sent:
        value = serialize(row, SerializationContext("trades", MessageField.VALUE))
        producer.produce("trades", key=row["symbol"].encode(), value=value)
    assert producer.flush(30) == 0


def send_arrow(stack: Stack, sent: list[dict]) -> None:
    producer = Producer({"bootstrap.servers": stack.bootstrap})
    documented()["send"](producer, "ticks", pa.Table.from_pylist(sent, SCHEMA), "symbol", 4, 500)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """A stack that had live rows from a minute on, and late ones; and a file with what was before, and somewhat more."""
    folder = tmp_path_factory.mktemp("backfill")
    history = folder / "history"
    history.mkdir()
    old = rows(0, HISTORY_TO)
    half = len(old) // 2
    for number, part in enumerate((old[:half], old[half:])):
        pq.write_table(pa.Table.from_pylist(part, SCHEMA), history / f"part-{number}.parquet")
    with Stack(folder, pipeline=variant(folder, only_bars)) as made:
        made.up()
        for part in (rows(LIVE_FROM, MINUTES), LATE):
            send_avro(made, part)
            send_arrow(made, part)
        wanted = len(rows(LIVE_FROM, MINUTES)) + len(LATE)
        made.await_rows(dict.fromkeys(VIEWS, wanted), 90)
        yield made


def published(stack: Stack, view: str) -> dict:
    found = newest(read_all(stack, view), lambda row: (row["symbol"], micros(row["ts"])))
    columns = ("open", "high", "low", "close", "volume", "count")
    return {key: {column: row[column] for column in columns} for key, row in found.items()}


def cuts(stack: Stack, view: str) -> tuple[set[int], int]:
    """The partitions that a backfill cut is recorded in, and how many records a backfill has published."""
    consumer = Consumer({"bootstrap.servers": stack.bootstrap, "group.id": "cuts", "enable.partition.eof": True})
    consumer.assign([TopicPartition(view, number, 0) for number in range(4)])
    found, records, ended = set(), 0, set()
    try:
        while len(ended) < 4:
            for message in consumer.consume(1_000, 1.0):
                if message.error():
                    ended.add(message.partition())
                elif (message.key() or b"").startswith(CONTROL):
                    if b"backfill_cut" in message.key().lower().replace(b"-", b"_"):
                        found.add(message.partition())
                else:
                    records += ("origin", b"backfill") in (message.headers() or [])
    finally:
        consumer.close()
    return found, records


@pytest.mark.parametrize("stream", VIEWS)
def test_history_then_live_without_a_seam(stack, stream):
    view = VIEWS[stream]
    live = rows(LIVE_FROM, MINUTES)
    closed = {key: bar for key, bar in bars_of(live).items() if key[1] < micros(BEGIN) + (MINUTES - 1) * 60_000_000}
    wait_until("live bars are there", lambda: len(published(stack, view)) == len(closed), 60, every=1)
    assert published(stack, view) == closed, "late rows are in no bar yet"

    to = BEGIN + datetime.timedelta(minutes=BACKFILL_TO)
    files = ("--parquet", str(stack.folder / "history" / "*.parquet"))
    command = ("backfill", view, str(stack.pipeline), "--from", BEGIN.isoformat().replace("+00:00", "Z"))
    done = cli(stack, *command, "--to", to.isoformat().replace("+00:00", "Z"), *files)
    assert done.returncode == 0, done.stdout + done.stderr
    added, revised = LIVE_FROM * len(SYMBOLS), len(SYMBOLS)
    right = (BACKFILL_TO - LIVE_FROM) * len(SYMBOLS) - revised
    assert f"{added} results added, {revised} revised, {right} right already" in done.stdout
    assert f"{stream}: {len(rows(0, HISTORY_TO))} rows given" in done.stdout
    overlap = [int(text) for text in re.findall(r"(\d+) of them were there already", done.stdout)]
    assert sum(overlap) == len(rows(LIVE_FROM, HISTORY_TO)), done.stdout

    # Then the topic has the bars of all rows, each counted once, from the first of history to the last live one
    expected = bars_of(rows(0, MINUTES) + LATE)
    last = micros(BEGIN) + (MINUTES - 1) * 60_000_000
    assert published(stack, view) == {key: bar for key, bar in expected.items() if key[1] < last}
    assert cuts(stack, view) == ({0, 1, 2, 3}, added + revised)

    # The proof holds with the files, and without them; and a second run finds nothing to do
    for given in (files, ()) if stream == "trades" else (files,):
        proof = cli(stack, "prove", view, str(stack.pipeline), *given)
        assert proof.returncode == 0, proof.stdout + proof.stderr
    if stream == "ticks":
        again = cli(stack, *command, "--to", to.isoformat().replace("+00:00", "Z"), *files)
        assert f"0 results added, 0 revised, {added + revised + right} right already" in again.stdout, again.stdout + again.stderr


def test_a_time_that_is_open_is_refused(stack):
    to = (BEGIN + datetime.timedelta(minutes=MINUTES + 5)).isoformat().replace("+00:00", "Z")
    begin = BEGIN.isoformat().replace("+00:00", "Z")
    refused = cli(stack, "backfill", "tick_bars", str(stack.pipeline), "--from", begin, "--to", to)
    assert refused.returncode == 2, refused.stdout + refused.stderr
