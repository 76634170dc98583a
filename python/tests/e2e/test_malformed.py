"""Malformed messages end in the dead-letter topic with reason and origin; the rest is untouched."""

from __future__ import annotations

import gzip
import json

import polaroid as pd
from e2e.stack import RECORDINGS, STEMS, wait_until
from e2e.topics import read_all

LINES = 3_000


def spoiled(message: str, how: str) -> str:
    data = json.loads(message)
    if how == "truncated":
        return message[: len(message) // 2]
    if how == "missing":
        del data["data"]["p"]
    if how == "wrong type":
        data["data"]["q"] = {"much": 1}
    if how == "nan":
        data["data"]["p"] = "NaN"
    if how == "check":
        data["data"]["p"] = "-5"
    if how == "symbol":
        data["data"]["s"] = "DOGEUSDT"
    return json.dumps(data, separators=(",", ":"))


REASONS = {
    "truncated": "malformed-record",
    "missing": "missing-field",
    "wrong type": "wrong-type",
    "nan": "not-a-number",
    "check": "check-failed",
    "symbol": "unknown-symbol",
}


def make_recording(folder):
    """The first lines of a session, with one spoiled copy of a trade after every hundredth line, and duplicates."""
    source = RECORDINGS / f"{STEMS[0]}.txt.gz"
    with gzip.open(source, "rt") as file:
        header, *lines = file.read().splitlines()[: LINES + 1]
    out, spoilt, trades, twice = [header], [], 0, 0
    last = None
    for number, line in enumerate(lines):
        out.append(line)
        received, message = line.split(" ", 1)
        if '"e":"trade"' in message:
            trades += 1
            last = (received, message)
        if last and number % 100 == 50:
            how = list(REASONS)[(number // 100) % len(REASONS)]
            spoilt.append(how)
            out.append(f"{last[0]} {spoiled(last[1], how)}")
        if last and number % 500 == 250:
            twice += 1
            out.append(f"{last[0]} {last[1]}")
    path = folder / f"{STEMS[0]}.txt.gz"
    with gzip.open(path, "wt") as file:
        file.write("\n".join(out) + "\n")
    return path, trades, spoilt, twice


def only_first_feed(pipeline: dict) -> None:
    pipeline.pop("sinks")
    first = next(iter(pipeline["sources"]))
    pipeline["sources"] = {first: pipeline["sources"][first]}


def test_malformed_messages(new_stack, tmp_path):
    recording, trades, spoilt, twice = make_recording(tmp_path)
    stack = new_stack(change=only_first_feed, recordings=[recording])
    stack.replay()
    stack.up()
    stack.await_rows({"trades": trades})

    def buried():
        letters = read_all(stack, "market.dead-letter")
        return letters if len(letters) >= len(spoilt) else None

    letters = wait_until("all dead letters are there", buried, 60, every=1)
    assert sorted(letter["reason"] for letter in letters) == sorted(REASONS[how] for how in spoilt)
    for letter in letters:
        assert letter["detail"]
        assert letter["payload"]
        origin = "topic:trades" if letter["reason"] == "check-failed" else "source:"
        assert letter["origin"].startswith(origin), letter
    assert stack.rows("trades") == trades
    streams = [part for part in stack.status()["streams"] if part["stream"] == "trades"]
    assert sum(part["duplicates"] for part in streams) == twice
    with pd.connect(stack.grpc) as connection:
        table = connection.sql("select reason, count(*) n from dead_letter group by 1").collect().to_pylist()
    assert {row["reason"]: row["n"] for row in table} == {
        reason: sum(REASONS[how] == reason for how in spoilt) for reason in set(REASONS.values())
    }
