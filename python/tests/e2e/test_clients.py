"""Stock clients: confluent-kafka both ways, the command line, Flight, gRPC health."""

from __future__ import annotations

import csv
import io
import json
import time

import grpc
import pyarrow as pa
import pyarrow.flight as flight
import pytest
from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

import polaroid as pd
from e2e.stack import REPO, Stack, cli, variant, wait_until
from e2e.topics import micros, newest, read_all

MINUTE = 60_000_000
BASE = 1_723_200_000_000_000  # long after the session: a series of its own, in its own minutes
SYMBOLS = [f"TEST{number}" for number in range(12)]


def without_sources(pipeline: dict) -> None:
    pipeline.pop("sinks")
    pipeline.pop("sources")
    pipeline["streams"]["ticks"] = {
        "schema": "Trade",
        "key": ["symbol"],
        "time": "ts",
        "id": "trade_id",
        "check": ["price > 0"],
        "format": "arrow",
    }
    pipeline["views"]["tick_bars"] = {
        "from": "ticks",
        "resample": {"every": "1m", "ohlcv": {"price": "price", "size": "size"}},
    }
    bars = {"every": "1s", "agg": {"n": "count(price)", "total": "sum(size)"}}
    pipeline["views"]["strict_bars"] = {"from": "trades", "resample": bars}
    pipeline["views"]["own_bars"] = {"from": "trades", "resample": bars | {"lateness": "series"}}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """A stack without feeds: only what a test pushes in flows through it."""
    folder = tmp_path_factory.mktemp("quiet")
    with Stack(folder, pipeline=variant(folder, without_sources)) as stack:
        stack.up()
        yield stack


def produce(stack: Stack, rows: list[dict]) -> None:
    registry = SchemaRegistryClient({"url": stack.registry})
    schema = registry.get_latest_version("trades-value").schema
    serialize = AvroSerializer(registry, schema.schema_str, conf={"auto.register.schemas": False})
    producer = Producer({"bootstrap.servers": stack.bootstrap})
    failures = []
    for row in rows:
        producer.produce(
            "trades",
            key=row["symbol"].encode(),
            value=serialize(row, SerializationContext("trades", MessageField.VALUE)),
            on_delivery=lambda error, _: error and failures.append(error),
        )
    producer.flush(30)
    assert not failures


def trade(symbol: str, number: int) -> dict:
    import datetime

    at = datetime.datetime.fromtimestamp((BASE + number * 250_000) / 1e6, datetime.timezone.utc)
    return {"symbol": symbol, "ts": at, "price": 100.0 + number % 7, "size": 1.0 + number % 3, "trade_id": number}


def test_stock_producer_with_its_default_partitioner(quiet):
    """librdkafka partitions by CRC32: rows in a wrong partition come out once, in the right bars."""
    rows = [trade(symbol, number) for number in range(1_000) for symbol in SYMBOLS]
    produce(quiet, rows)
    wait_until("all rows are in", lambda: quiet.rows("trades") >= len(rows), 60)
    streams = [part for part in quiet.status()["streams"] if part["stream"] == "trades"]
    assert sum(part["rows"] for part in streams) == len(rows)
    assert sum(part["rerouted"] for part in streams) > 0, "no row was in a wrong partition: the test shows nothing"

    with pd.connect(quiet.grpc) as connection:
        counted = connection.sql("select symbol, count(*) n, count(distinct trade_id) d from trades group by 1")
        got = {row["symbol"]: (row["n"], row["d"]) for row in counted.collect().to_pylist()}
        assert got == dict.fromkeys(SYMBOLS, (1000, 1000))

    def closed():
        bars = newest(read_all(quiet, "bars_1m"), lambda row: (row["symbol"], micros(row["ts"])))
        return bars if len(bars) >= 4 * len(SYMBOLS) else None

    bars = wait_until("four minutes have closed", closed, 30, every=1)
    for symbol in SYMBOLS:
        for minute in range(4):
            inside = [row for row in rows if row["symbol"] == symbol][minute * 240 : (minute + 1) * 240]
            bar = bars[symbol, BASE + minute * MINUTE]
            assert bar["count"] == 240
            assert bar["open"] == inside[0]["price"]
            assert bar["close"] == inside[-1]["price"]
            assert bar["high"] == 106.0
            assert bar["low"] == 100.0
            assert bar["volume"] == sum(row["size"] for row in inside)


def test_a_series_that_is_behind_is_late_by_its_own_progress(quiet):
    """After the rows of the test before, which moved all partitions on by minutes."""
    rows = [trade("BEHIND", number) for number in range(40)]
    produce(quiet, rows)
    straggler = trade("BEHIND", 2) | {"trade_id": 5_000}
    with pd.connect(quiet.grpc) as connection:

        def of(view: str) -> list[dict]:
            return connection.sql(f"select * from {view} where symbol = 'BEHIND' order by ts").collect().to_pylist()

        def late(view: str) -> list[dict]:
            return connection.sql(f"select * from {view}.late where series = 'BEHIND'").collect().to_pylist()

        wait_until("all rows are in bars", lambda: sum(bar["n"] for bar in of("own_bars")) >= 40, 30)
        produce(quiet, [straggler])
        wait_until("the straggler is late", lambda: late("own_bars"), 30)
        wait_until("all are late by their partition", lambda: len(late("strict_bars")) >= 41, 30)
        bars = of("own_bars")
        assert [bar["n"] for bar in bars] == [4] * 10
        assert [bar["total"] for bar in bars] == [sum(row["size"] for row in rows[i : i + 4]) for i in range(0, 40, 4)]
        assert [bar["revision"] for bar in bars] == [3] * 10, "each row of a closed window is a revision"
        (one,) = late("own_bars")
        assert one["lateness_us"] == 39 * 250_000 - 1_000_000, "its series was so far past the end of its window"
        assert len(late("strict_bars")) == 41
        assert of("strict_bars") == []


def test_duplicates_are_removed_and_counted(quiet):
    before = sum(part["duplicates"] for part in quiet.status()["streams"])
    dead = len(read_all(quiet, "market.dead-letter"))
    rows = [trade("TWICE", number) for number in range(50)]
    produce(quiet, rows + rows)

    def counted():
        return sum(part["duplicates"] for part in quiet.status()["streams"]) - before >= 50

    wait_until("duplicates are counted", counted, 30)
    time.sleep(0.5)
    assert sum(part["duplicates"] for part in quiet.status()["streams"]) - before == 50
    with pd.connect(quiet.grpc) as connection:
        rows = connection.sql("select count(*) n from trades where symbol = 'TWICE'").collect().to_pylist()
    assert rows == [{"n": 50}]
    assert len(read_all(quiet, "market.dead-letter")) == dead


def documented() -> dict:
    """What the producer in docs/pipeline.md defines."""
    text = (REPO / "docs" / "pipeline.md").read_text()
    start = text.index("```python", text.index("A producer in Python")) + len("```python")
    names: dict = {}
    exec(text[start : text.index("```", start)], names)
    return names


def test_documented_producer_of_arrow_batches(quiet):
    """Batches as the docs send them; then rows that belong elsewhere, a bad one, and what is no batch."""
    docs = documented()
    producer = Producer({"bootstrap.servers": quiet.bootstrap})
    rows = [trade(symbol, number) for number in range(1_000) for symbol in SYMBOLS]
    schema = pa.schema(
        [
            ("symbol", pa.dictionary(pa.int32(), pa.string())),
            ("ts", pa.timestamp("ms", tz="UTC")),
            ("price", pa.float64()),
            ("size", pa.float32()),
            ("trade_id", pa.int64()),
        ]
    )
    docs["send"](producer, "ticks", pa.Table.from_pylist(rows, schema), "symbol", 4)

    def ticks(field: str) -> int:
        return sum(part[field] for part in quiet.status()["streams"] if part["stream"] == "ticks")

    wait_until("all rows are in", lambda: ticks("rows") >= len(rows), 60)
    assert ticks("rows") == len(rows)
    assert (ticks("rerouted"), ticks("deadLetters")) == (0, 0), "the documented partition is the right one"
    with pd.connect(quiet.grpc) as connection:
        counted = connection.sql("select symbol, count(*) n, count(distinct _offset) d from ticks group by 1")
        assert {row["symbol"]: (row["n"], row["d"]) for row in counted.collect().to_pylist()} == dict.fromkeys(
            SYMBOLS, (1000, 1000)
        )
        volumes = connection.sql("select symbol, sum(volume) v from tick_bars group by 1").collect().to_pylist()
    expected = {symbol: sum(row["size"] for row in rows if row["symbol"] == symbol) for symbol in SYMBOLS}
    assert {row["symbol"]: row["v"] for row in volumes} == expected
    tail = cli(quiet, "tail", "ticks", "--from-start", "-n", "3")
    assert tail.returncode == 0, tail.stderr
    assert all(json.loads(line)["symbol"] in SYMBOLS for line in tail.stdout.splitlines()[:3])
    # When rows of all partitions stand in one record, one of them is bad, and a record is no batch
    dead = len(read_all(quiet, "market.dead-letter"))
    mixed = [trade(symbol, 2_000 + number) for number in range(5) for symbol in SYMBOLS]
    mixed[17]["price"] = -1.0
    value = pa.BufferOutputStream()
    batch = pa.RecordBatch.from_pylist(mixed, schema)
    with pa.ipc.new_stream(value, batch.schema) as stream:
        stream.write_batch(batch)
    producer.produce("ticks", key=b"any", value=value.getvalue().to_pybytes(), partition=0)
    producer.produce("ticks", key=b"any", value=b"no batch", partition=1)
    producer.flush(30)
    # Then all good rows are there once, and the others are dead letters
    wait_until("the good rows are in", lambda: ticks("rows") >= len(rows) + len(mixed) - 1, 30)
    assert ticks("rows") == len(rows) + len(mixed) - 1
    assert ticks("rerouted") == sum(docs["partition"](row["symbol"], 4) != 0 for row in mixed if row["price"] > 0)

    def letters():
        found = read_all(quiet, "market.dead-letter")[dead:]
        return found if len(found) == 2 else None

    buried = {row["reason"]: row for row in wait_until("two dead letters", letters, 30)}
    bad = buried["check-failed"]
    assert bad["detail"] == "row 17 of the batch: check price > 0 does not hold"
    assert pa.ipc.open_stream(bad["payload"]).read_all().to_pylist()[0]["price"] == -1.0
    assert buried["malformed-record"]["payload"] == b"no batch"


def test_command_line_answers(quiet):
    done = cli(quiet, "sql", "select symbol, count(*) as n from bars_1s group by 1 order by 1", "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["symbol"] for row in rows} >= set(SYMBOLS)
    wrong = cli(quiet, "sql", "select * from bars_1x")
    assert wrong.returncode != 0
    assert "did you mean bars_1" in wrong.stderr, "the error suggests the nearest name"
    tables = cli(quiet, "tables")
    assert tables.returncode == 0
    assert "enriched" in tables.stdout
    restored = cli(quiet, "restore-status")
    assert restored.returncode == 0, restored.stderr
    serve = cli(quiet, "serve")
    assert serve.returncode != 0
    assert "not built yet" in serve.stderr.lower()


@pytest.mark.parametrize("view", ["bars_1s", "bars_1m", "vwap_60s", "enriched", "tick_bars", "own_bars"])
def test_every_view_is_proved(quiet, view):
    proof = cli(quiet, "prove", view, str(quiet.pipeline))
    assert proof.returncode == 0, proof.stdout + proof.stderr
    late = cli(quiet, "late", view)
    assert late.returncode == 0, late.stdout + late.stderr


def test_plain_flight_client(quiet):
    client = flight.connect(f"grpc://{quiet.grpc}")
    try:
        table = client.do_get(flight.Ticket(b"bars_1m")).read_all()
        assert {"symbol", "ts", "open", "vwap", "revision"} <= set(table.column_names)
        counted = client.do_get(flight.Ticket(b"select count(*) as n from bars_1m")).read_all()
        assert counted.to_pylist() == [{"n": table.num_rows}]
        # pyarrow raises Flight's not-found as a KeyError.
        with pytest.raises(KeyError, match="unknown-table: there is no table nothing_here"):
            client.do_get(flight.Ticket(b"select * from nothing_here")).read_all()
    finally:
        client.close()


def test_dataframe_client(quiet):
    with pd.connect(quiet.grpc) as connection:
        bars = (
            connection.table("bars_1m")
            .filter((pd.col("symbol") == "TEST1") & (pd.col("count") > 0))
            .select("ts", "close")
            .sort("ts")
        )
        table = bars.collect()
        assert table.column_names == ["ts", "close"]
        assert table.num_rows >= 4
        assert table["ts"].to_pylist() == sorted(table["ts"].to_pylist())
        assert bars.to_polars().height == table.num_rows
        assert "bars_1m" in bars.explain()
        with pytest.raises(pd.PolaroidError) as failure:
            connection.table("bars_1m").select("clse").collect()
        assert failure.value.slug == "unknown-column"
        assert "close" in str(failure.value)


def test_health_and_reflection(quiet):
    from grpc_health.v1 import health_pb2, health_pb2_grpc
    from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

    with grpc.insecure_channel(quiet.grpc) as channel:
        reply = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=10)
        assert reply.status == health_pb2.HealthCheckResponse.SERVING
        services = ProtoReflectionDescriptorDatabase(channel).get_services()
        assert "polaroid.v1.DataFrameService" in services


def test_ports_in_use_are_named(quiet, tmp_path):
    other = Stack(tmp_path, pipeline=quiet.pipeline)
    other.ports = {**other.ports, "KAFKA": quiet.ports["KAFKA"]}
    with other:
        other.up(wait=False)
        code = other.processes["up"].wait(60)
        assert code != 0
        assert str(quiet.ports["KAFKA"]) in other.tail("up")
        assert "POLAROID_KAFKA_PORT" in other.tail("up")
