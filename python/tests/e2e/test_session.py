"""The whole recording at full speed: topics, state and Parquet equal the oracle, row by row."""

from __future__ import annotations

import duckdb

import polaroid as pd
from e2e.expected import QUOTES, TRADES, by_window, check_counts, check_state, check_topics
from e2e.stack import wait_until
from e2e.topics import micros, read_all


def without_sinks(pipeline: dict) -> None:
    pipeline.pop("sinks")


def await_published(stack) -> None:
    """Waits until nothing moves any more: every row is in and the counts of all views have caught up."""
    stack.await_rows({"trades": TRADES, "quotes": QUOTES})

    def settled():
        seen = {(view["view"], view["input"]): sum(view["counts"].values()) for view in stack.status()["views"]}
        wanted = {"trades": TRADES, "quotes": QUOTES}
        return all(count >= wanted[key[1]] for key, count in seen.items()) and seen

    wait_until("every view has seen every row", settled, 120)


def check_revisions(stack, connection, view: str) -> None:
    """What was published first, and what stood at a time, can be asked as well as what holds now."""
    columns = ("revision", "open", "high", "low", "close", "volume", "count", "published_offset")

    def facts(rows: list[dict]) -> dict:
        found = {
            (by_window(row), row["revision"]): (*(row[column] for column in columns), micros(row["published_at"])) for row in rows
        }
        assert len(found) == len(rows), "a revision was published twice"
        return found

    published = facts([row for row in read_all(stack, view) if row["revision"] is not None])
    asked = facts(connection.sql(f"select * from {view}.revisions where revision is not null").collect().to_pylist())
    assert asked == published
    first = connection.sql(f"select * from {view}.revisions where revision = 0").collect().to_pylist()
    assert facts(first) == {key: of for key, of in published.items() if key[1] == 0}
    assert len(published) > len(first), "nothing was corrected: the test shows nothing"
    middle = sorted(row["published_at"] for row in first)[len(first) // 2]
    then = connection.sql(
        f"select * from {view}.revisions where published_at <= '{middle:%Y-%m-%d %H:%M:%S.%f}' "
        "qualify row_number() over (partition by symbol, ts order by revision desc nulls last) = 1"
    )
    until = [(key, of) for key, of in published.items() if of[-1] <= micros(middle)]
    assert 0 < len(until) < len(published)
    stood = {window: max(of for (other, _), of in until if other == window) for (window, _), _ in until}
    assert {
        window: of
        for (window, _), of in facts([row for row in then.collect().to_pylist() if row["revision"] is not None]).items()
    } == stood
    newest = {}
    for (window, _), of in published.items():
        newest[window] = max(newest.get(window, (-1,)), of, key=lambda of: of[0])
    now = facts(connection.sql(f"select * from {view} where revision is not null").collect().to_pylist())
    assert {window: of for (window, _), of in now.items()} == newest


def test_topics_and_state_equal_the_oracle(new_stack):
    stack = new_stack(change=without_sinks)
    stack.replay()
    stack.up()
    await_published(stack)
    check_topics(stack)
    with pd.connect(stack.grpc) as connection:
        check_state(connection)
        check_revisions(stack, connection, "bars_1s")
    check_counts(stack)
    trades = read_all(stack, "trades")
    assert len(trades) == TRADES
    assert len({(row["symbol"], row["trade_id"]) for row in trades}) == TRADES
    assert read_all(stack, "market.dead-letter") == []


def test_restart_goes_on_without_losing_or_repeating_a_row(new_stack):
    stack = new_stack(speed=20)
    stack.replay()
    stack.up()
    stack.await_rows({"trades": TRADES // 4})
    seconds = stack.stop()
    print(f"stopped in {seconds:.1f} s")
    before = TRADES // 4
    stack.up()
    assert before <= stack.rows("trades")
    stack.await_rows({"trades": TRADES, "quotes": QUOTES})
    await_published(stack)
    check_topics(stack)
    with pd.connect(stack.grpc) as connection:
        check_state(connection)


def lake_rows(stack, table: str, columns: str = "*") -> list[tuple]:
    """Rows of the files that the manifests name, and of no others."""
    import json

    files = []
    for manifest in (stack.lake / table / "_manifest").glob("*.json"):
        files += [str(stack.lake / table / file["path"]) for file in json.loads(manifest.read_text())["files"]]
    scan = f"select {columns} from read_parquet({files!r}, union_by_name=true, hive_partitioning=false)"
    return duckdb.sql(scan).fetchall() if files else []
