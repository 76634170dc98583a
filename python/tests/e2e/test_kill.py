"""kill -9 of the stack, again and again, while a session flows: nothing lost, nothing twice."""

from __future__ import annotations

import random
import time

from confluent_kafka import Consumer, TopicPartition

import polaroid as pd
from e2e.expected import QUOTES, TRADES, check_counts, check_state, check_topics
from e2e.stack import wait_until
from e2e.test_session import await_published, lake_rows
from e2e.topics import read_all

KILLS = 5
APPLICATION = "market"


def committed(stack) -> int:
    """Offsets that the pipeline has committed, summed over its inputs: how far it has come."""
    consumer = Consumer({"bootstrap.servers": stack.bootstrap, "group.id": APPLICATION})
    try:
        parts = [TopicPartition(topic, part) for topic in ("trades", "quotes") for part in range(4)]
        offsets = wait_until("committed offsets answer", lambda: consumer.committed(parts, timeout=20), 60)
        return sum(max(0, each.offset) for each in offsets)
    finally:
        consumer.close()


def test_kill_nine(new_stack):
    seed = random.SystemRandom().randrange(1 << 30)
    print(f"seed {seed}")
    dice = random.Random(seed)
    # About 35 s of feed, spread over the kills: each finds the pipeline part of the way.
    stack = new_stack(speed=10)
    stack.replay()
    seen: list[int] = []
    for _ in range(KILLS):
        stack.up()
        before = seen[-1] if seen else 0
        wait_until("the pipeline commits more", lambda before=before: committed(stack) > before, 60)
        time.sleep(dice.uniform(1.0, 6.0))
        seen.append(committed(stack))
        stack.kill()
    stack.up()
    await_published(stack)
    end = committed(stack)
    print(f"committed at the kills: {seen}, at the end: {end}")
    assert all(0 < at < end for at in seen), f"a kill fell before or after the session: {seen}, end {end}"
    assert seen == sorted(set(seen))

    check_topics(stack)
    with pd.connect(stack.grpc) as connection:
        check_state(connection)
    check_counts(stack)
    trades = read_all(stack, "trades")
    assert len(trades) == TRADES
    assert len({(row["symbol"], row["trade_id"]) for row in trades}) == TRADES
    quotes = read_all(stack, "quotes")
    assert len(quotes) == QUOTES
    check_lake(stack, trades)


def check_lake(stack, trades: list[dict]) -> None:
    """Parquet holds each trade up to its boundary once, and each published revision up to theirs."""
    import json

    for table, rows in (("trades", trades), ("bars_1s", read_all(stack, "bars_1s"))):
        boundaries = {
            int(path.stem): json.loads(path.read_text())["boundary"] for path in (stack.lake / table / "_manifest").glob("*.json")
        }
        assert boundaries, f"{table}: no manifest"
        expected = sorted(
            (row["_partition"], row["_offset"])
            for row in rows
            if row["_offset"] <= boundaries.get(row["_partition"], -1) and row.get("revision", 0) is not None
        )
        assert expected, f"{table}: nothing was cut"
        assert lake_offsets(stack, table) == expected, f"{table}: Parquet differs from the topic"


def lake_offsets(stack, table: str) -> list[tuple[int, int]]:
    return sorted(lake_rows(stack, table, "_partition, _offset"))
