"""What frames, expressions and windows ask the server for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pandas
import polars as pl
import pyarrow as pa
import pytest
from fake_server import FakeServer

import polaroid as pd
from polaroid.durations import duration
from polaroid.v1 import dataframe_pb2 as messages

a, b = pd.col("a"), pd.col("b")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    made = FakeServer()
    yield made
    made.close()


@pytest.fixture
def frame(server: FakeServer) -> Iterator[pd.DataFrame]:
    with pd.connect(server.address, flight_address=server.flight_address) as connection:
        yield connection.table("t")


def asked(server: FakeServer) -> list[object]:
    """What was asked after the table."""
    return server.asked[1:]


def test_a_dict_becomes_a_table_on_the_server(server: FakeServer, frame: pd.DataFrame) -> None:  # noqa: ARG001
    pd.DataFrame({"n": [1, None], "s": ["x", "y"], "k": 7}, schema_overrides={"n": pd.Int32})
    assert server.last() == pa.table({"n": pa.array([1, None], pa.int32()), "s": ["x", "y"], "k": [7, 7]})
    pd.DataFrame({"ts": []}, schema={"ts": pd.Datetime("ns", "UTC")})
    assert server.last().schema.field("ts").type == pa.timestamp("ns", "UTC")
    pd.DataFrame([{"a": 1}, {"b": "x"}])
    assert server.last() == pa.table({"a": [1, None], "b": [None, "x"]})


@pytest.mark.parametrize("make", [pa.table, pl.DataFrame, pandas.DataFrame, lambda data: pl.DataFrame(data).lazy()])
def test_frames_of_others_are_sent_with_plain_types(server: FakeServer, frame: pd.DataFrame, make) -> None:  # noqa: ARG001
    pd.from_arrow(make({"s": ["x", None], "n": [1, 2]}))
    assert server.last() == pa.table({"s": pa.array(["x", None], pa.string()), "n": [1, 2]})


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["x", "yy"])])
def test_categories_are_sent_as_their_words(server: FakeServer, frame: pd.DataFrame, kind) -> None:  # noqa: ARG001
    words = pl.DataFrame({"s": pl.Series(["x", None, "yy", "x"], dtype=kind)})
    pd.from_arrow(pl.concat([words, words.head(1)], rechunk=False))
    assert server.last() == pa.table({"s": ["x", None, "yy", "x", "x"]})
    pd.from_arrow(words.head(0))
    assert server.last().schema.field("s").type == pa.string()


def test_large_tables_are_sent_in_pieces(server: FakeServer, frame: pd.DataFrame) -> None:  # noqa: ARG001
    table = pa.table({"n": range(400_000), "s": pa.array(["x"] * 400_000).dictionary_encode()})
    pd.from_arrow(table)
    assert server.last().column("n").num_chunks > 3
    assert server.last().equals(pa.table({"n": range(400_000), "s": ["x"] * 400_000}))


def test_windows_on_a_grid(server: FakeServer, frame: pd.DataFrame) -> None:
    grouped = frame.group_by_dynamic("ts", every=timedelta(hours=1), closed="right", label="right", group_by=["k"])
    grouped.agg(a.mean(), (a * b).sum().alias("ab"), n=pd.len(), std=a.std(ddof=0))
    request = server.last()
    assert (request.time_column, request.frequency, request.closed, request.by) == ("ts", "3600s", "right", ["k"])
    assert [(made.name, made.expression) for made in request.aggregations[:3]] == [
        ("a", 'mean("a")'),
        ("ab", 'sum(("a" * "b"))'),
        ("n", "count(*)"),
    ]
    assert "var" in request.aggregations[3].expression
    frame.resample("ts", "5m", fill={"close": "previous", "volume": 0}, time_zone="Europe/Berlin").agg(a.last().alias("close"))
    assert list(server.last().fill) == [
        messages.Fill(column="close", mode="previous"),
        messages.Fill(column="volume", mode="constant", value="0"),
    ]
    assert server.last().timezone == "Europe/Berlin"


def test_windows_before_each_row(server: FakeServer, frame: pd.DataFrame) -> None:
    frame.rolling("ts", period="1m", offset="-2m", group_by="k").agg(a.sum())
    request = server.last()
    assert (request.window, request.offset, request.closed, request.by) == ("1m", "-2m", "right", ["k"])
    assert not request.as_columns
    frame.with_columns(a.rolling_std(20, min_samples=5, ddof=0).over("k").alias("sd"))
    rolled, named, selected = asked(server)[-3:]
    assert (rolled.window, rolled.min_samples, rolled.by, rolled.as_columns) == ("20", 5, ["k"], True)
    made = rolled.aggregations[0]
    assert (made.column, made.function, made.ddof) == ("a", "std", 0)
    assert [(column.name, column.expression) for column in named.columns] == [("sd", f'"{made.name}"')]
    assert selected.columns == ["symbol", "price", "sd"]


def test_windows_of_expressions_are_computed_first(server: FakeServer, frame: pd.DataFrame) -> None:
    frame.with_columns(r=(a * 2).shift(3) - a.diff(), s=b)
    computed, lagged, differed, named, _ = asked(server)[-5:]
    assert computed.expression == '("a" * 2)'
    assert (lagged.column, lagged.periods) == (computed.name, 3)
    assert (differed.column, differed.periods) == ("a", 1)
    assert [(column.name, column.expression) for column in named.columns] == [
        ("r", f'("{lagged.name}" - "{differed.name}")'),
        ("s", '"b"'),
    ]


def test_rows_by_window(server: FakeServer, frame: pd.DataFrame) -> None:
    frame.filter(a > a.shift(1))
    lagged, filtered, selected = asked(server)[-3:]
    assert filtered.predicate == f'("a" > "{lagged.name}")'
    assert selected.columns == ["symbol", "price"]


def test_fills_and_weights(server: FakeServer, frame: pd.DataFrame) -> None:
    frame.with_columns(a.forward_fill(2).over("k"))
    copied, filled = asked(server)[-4:-2]
    assert (copied.expression, list(filled.columns), filled.limit, filled.by) == ('"a"', [copied.name], 2, ["k"])
    frame.with_columns(a.ewm_mean(span=9, adjust=False))
    weighed = asked(server)[-3]
    assert (weighed.column, weighed.span, weighed.adjust, weighed.min_samples) == ("a", 9.0, False, 1)
    with pytest.raises(ValueError, match="exactly one of com, span"):
        a.ewm_mean(span=9, com=1)


def test_groups_over_rows_are_joined_back(server: FakeServer, frame: pd.DataFrame) -> None:
    frame.with_columns(share=a / a.sum().over("k"))
    grouped, joined, named, _ = asked(server)[-4:]
    assert (list(grouped.by), grouped.aggregations[0].expression) == (["k"], 'sum("a")')
    assert (joined.on, joined.how, joined.nulls_equal) == (["k"], "left", True)
    assert named.columns[0].expression == f'("a" / "{grouped.aggregations[0].name}")'


def test_select_takes_columns_computed_ones_or_aggregates(server: FakeServer, frame: pd.DataFrame) -> None:
    frame.select((a + 1).alias("c"), "b")
    computed, selected = asked(server)[-2:]
    assert [column.name for column in computed.columns] == ["c", "b"]
    assert selected.columns == ["c", "b"]
    frame.select(a.max(), n=pd.len())
    assert server.last().by == []
    with pytest.raises(ValueError, match="two columns have the name a"):
        frame.select(a, a + 1)


def test_choices(frame: pd.DataFrame) -> None:  # noqa: ARG001
    expr = pd.when(a > 0).then(b).when(a < 0, b.is_null()).then(pd.lit("x")).otherwise(0)
    assert str(expr) == '(CASE WHEN ("a" > 0) THEN "b" WHEN (("a" < 0) AND ("b" IS NULL)) THEN \'x\' ELSE 0 END)'
    assert str(pd.when(a > 0).then("b")) == '(CASE WHEN ("a" > 0) THEN "b" END)'


def test_joins(server: FakeServer, frame: pd.DataFrame) -> None:
    other = frame.filter(a > 0)
    frame.join(other, on="k", how="left")
    request = server.last()
    assert (request.on, request.how, request.suffix, request.HasField("coalesce")) == (["k"], "left", "_right", False)
    frame.join_asof(other, on="ts", by="k", strategy="nearest", tolerance=timedelta(seconds=2))
    request = server.last()
    assert (request.on, request.by, request.direction, request.tolerance) == ("ts", ["k"], "nearest", "2s")
    frame.join_asof(other, left_on="ts", right_on="t", tolerance=5)
    assert (server.last().left_on, server.last().right_on, server.last().tolerance) == ("ts", "t", "5")


def test_windows_of_our_own(server: FakeServer, frame: pd.DataFrame) -> None:
    frame.join_window(frame.filter(a > 0), a.sum(), on="ts", period="5s", offset="-1s", by="k", include_prevailing=True)
    request = server.last()
    assert (request.on, request.by, request.period, request.offset, request.closed) == ("ts", ["k"], "5s", "-1s", "both")
    assert request.include_prevailing
    frame.sessions("ts", gap=timedelta(minutes=30), group_by="k").agg(pd.len())
    assert (server.last().time_column, server.last().gap, server.last().by) == ("ts", "1800s", ["k"])
    frame.align("ts", every="1s", group_by="k", tolerance="1m")
    assert (server.last().every, server.last().by, server.last().tolerance) == ("1s", ["k"], "1m")
    frame.align("ts", every="1s", others=[frame, frame.filter(a > 0)], suffixes=["_b", "_c"])
    assert (len(server.last().others), server.last().suffixes) == (2, ["_b", "_c"])
    frame.align("ts", every="1s", others=frame)
    assert (len(server.last().others), server.last().suffixes) == (1, ["_right"])


def test_rows_are_written_to_a_file(frame: pd.DataFrame, tmp_path) -> None:
    frame.write_parquet(tmp_path / "t.parquet")
    assert pl.read_parquet(tmp_path / "t.parquet").equals(pl.from_arrow(frame.collect()))


def test_a_column_of_a_frame_is_a_series(server: FakeServer, frame: pd.DataFrame) -> None:
    series = frame["price"].rolling(20).mean()
    assert isinstance(series, pd.Series)
    assert series.to_list() == ["A", "B", "A"]  # the stand-in's only rows
    rolled = asked(server)[0]
    assert (rolled.window, rolled.aggregations[0].column, rolled.HasField("min_samples")) == ("20", "price", False)
    assert isinstance(frame["price"] - frame["symbol"], pd.Series)


def test_a_time_series_knows_its_time(server: FakeServer, frame: pd.DataFrame) -> None:
    series = frame.as_timeseries(timestamp_col="ts", frequency="1s")
    assert server.last().by[0].column == "ts"
    series.resample_ohlcv("5m")
    request = server.last()
    assert (request.time_column, request.frequency) == ("ts", "5m")
    assert [made.name for made in request.aggregations] == ["open", "high", "low", "close", "count"]
    assert isinstance(series.filter(a > 1), pd.TimeSeries)
    assert (series.timestamp_col, series.frequency) == ("ts", "1s")
    with pytest.raises(ValueError, match="name the time column"):
        frame.as_timeseries()


def test_what_cannot_be_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="no aggregate"):
        frame.group_by("k").agg(a)
    with pytest.raises(TypeError, match="looks at other rows"):
        frame.group_by("k").agg(a.diff().sum())
    with pytest.raises(TypeError, match="aggregate of all rows"):
        frame.with_columns(a.sum())
    with pytest.raises(TypeError, match="of an aggregate"):
        a.sum().max()
    with pytest.raises(TypeError, match="number of rows"):
        a.rolling_mean("5m")
    with pytest.raises(pd.PolaroidError, match="there is no column q"):
        frame.drop("q")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1h30m", "1h30m"),
        (timedelta(days=1, hours=2), "1d7200s"),
        (timedelta(microseconds=-5), "-5us"),
        (timedelta(0), "0us"),
        (7, "7i"),
    ],
)
def test_durations(value: object, text: str) -> None:
    assert duration(value) == text


def test_duration_is_no_number_of_seconds() -> None:
    with pytest.raises(TypeError, match="duration"):
        duration(1.5)
    with pytest.raises(TypeError, match="duration"):
        duration(datetime(2024, 1, 1))


def test_what_the_server_would_take_as_not_given(frame: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="not an empty one"):
        frame.group_by_dynamic("ts", every="1h", period="")
    with pytest.raises(TypeError, match="not True"):
        frame.join_asof(frame, on="ts", tolerance=True)
