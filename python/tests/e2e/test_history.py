"""A table answers from state and, for what has left it, from Parquet: one table, nothing missing, nothing twice."""

from __future__ import annotations

import json

import oracle

import polaroid as pd
from e2e.expected import BAR_COLUMNS, SECOND, assert_same, by_window, session
from e2e.stack import RECORDINGS, STEMS, wait_until

DISORDER = 5 * SECOND
SYMBOL = "BTCUSDT"


def short_memory(pipeline: dict) -> None:
    """State keeps half a minute of event time, files are cut every ten seconds of it. One feed, so nothing comes late."""
    first = next(iter(pipeline["sources"]))
    pipeline["sources"] = {first: pipeline["sources"][first]}
    pipeline["streams"]["trades"]["retention"] = "30s"
    bars = pipeline["views"]["bars_1s"]
    bars["retention"] = "30s"
    bars["resample"] |= {"disorder": "5s", "grace": "0s"}
    pipeline["views"] = {"bars_1s": bars}
    pipeline["sinks"]["history"]["from"] = ["trades", "bars_1s"]
    pipeline["sinks"]["history"]["parquet"]["roll"] = {"rows": 100_000, "every": "10s"}


def test_live_and_history_are_one_table(new_stack):
    stack = new_stack(change=short_memory, recordings=[RECORDINGS / f"{STEMS[0]}.txt.gz"])
    trades = {SYMBOL: session().trades[SYMBOL]}
    count = len(trades[SYMBOL])
    stack.replay()
    stack.up()
    stack.await_rows({"trades": count, "quotes": len(session().quotes[SYMBOL])})
    with pd.connect(stack.grpc) as connection:

        def answer(sql: str):
            try:
                return connection.sql(sql).collect().to_pylist()
            except pd.PolaroidError as failure:
                # The sink is behind what state still has: an error that says so, never a short answer.
                if failure.slug != "history-hole":
                    raise
                return None

        counted = wait_until(
            "history has caught up",
            lambda: answer("select count(*) n, count(distinct (symbol, trade_id)) d from trades"),
            90,
            every=1,
        )
        assert counted == [{"n": count, "d": count}]
        assert in_files(stack, "trades") < count, "nothing is in state: the test shows nothing"
        assert in_files(stack, "trades") > count // 2, "hardly anything is in files: the test shows nothing"

        rows = wait_until("bars answer", lambda: answer("select * from bars_1s where revision is not null"), 90, every=1)
        got = {by_window(row): row for row in rows}
        assert len(got) == len(rows)
        assert connection.sql('select * from "bars_1s.late"').collect().num_rows == 0
        bars = oracle.bars(trades, SECOND)
        expected = {(bar.symbol, bar.ts): bar._asdict() for bar in bars if bar.ts + SECOND + DISORDER <= trades[SYMBOL][-1].ts}
        assert_same("bars_1s", got, expected, BAR_COLUMNS)


def in_files(stack, table: str) -> int:
    manifests = (stack.lake / table / "_manifest").glob("*.json")
    return sum(file["rows"] for path in manifests for file in json.loads(path.read_text())["files"])
