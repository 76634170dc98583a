"""The oracle on cases small enough to check by hand, and against the slow obvious way."""

from __future__ import annotations

import gzip
import json
import math
import random
import statistics

import oracle
import pytest
from oracle import MINUTE, SECOND, Bar, Enriched, Quote, Trade


def trade(ts: int, price: float, size: float = 1.0, trade_id: int | None = None, symbol: str = "A") -> Trade:
    return Trade(symbol, ts, price, size, trade_id)


def quote(ts: int, bid: float, update_id: int | None = None) -> Quote:
    return Quote("A", ts, bid, 1.0, bid + 1, 2.0, update_id)


def test_bar_has_its_first_and_last_trade_by_time_then_arrival():
    late_first = [trade(SECOND + 5, 11.0, 2.0), trade(SECOND + 1, 10.0, 1.0), trade(SECOND + 5, 9.0, 1.0)]
    assert oracle.bars({"A": late_first}, SECOND) == [Bar("A", SECOND, 10.0, 11.0, 9.0, 9.0, 4.0, 3, 41.0 / 4.0)]


def test_window_has_its_start_and_not_its_end():
    rows = [trade(0, 1.0), trade(SECOND - 1, 2.0), trade(SECOND, 3.0)]
    assert [(bar.ts, bar.count) for bar in oracle.bars({"A": rows}, SECOND)] == [(0, 2), (SECOND, 1)]


def test_bars_are_kept_apart_by_symbol_and_windows_without_trades_are_absent():
    rows = {"B": [trade(0, 1.0, symbol="B")], "A": [trade(0, 2.0), trade(3 * MINUTE, 5.0)]}
    assert [(bar.symbol, bar.ts, bar.open) for bar in oracle.bars_1m(rows)] == [
        ("A", 0, 2.0),
        ("A", 3 * MINUTE, 5.0),
        ("B", 0, 1.0),
    ]


def test_times_before_1970_fall_into_the_window_that_begins_before_them():
    assert oracle.bars({"A": [trade(-1, 1.0)]}, SECOND)[0].ts == -SECOND


def test_bar_of_trades_without_size_has_no_price_by_volume():
    assert math.isnan(oracle.bars({"A": [trade(0, 1.0, 0.0)]}, SECOND)[0].vwap)


def test_rolling_window_leaves_out_its_start():
    rows = [trade(0, 1.0), trade(MINUTE - 1, 3.0), trade(MINUTE, 5.0)]
    assert [(rolled.count, rolled.vwap) for rolled in oracle.vwap_60s({"A": rows})] == [(1, 1.0), (2, 2.0), (2, 4.0)]


def test_trades_of_equal_time_see_each_other():
    rolled = oracle.vwap_60s({"A": [trade(5, 1.0, trade_id=1), trade(5, 3.0, trade_id=2)]})
    assert [(row.trade_id, row.count, row.vwap, row.sd) for row in rolled] == [
        (1, 2, 2.0, math.sqrt(2.0)),
        (2, 2, 2.0, math.sqrt(2.0)),
    ]


def test_one_trade_has_no_deviation():
    assert oracle.vwap_60s({"A": [trade(0, 1.0)]})[0].sd is None


def test_rolling_agrees_with_the_obvious_way():
    draw = random.Random(7)
    rows = [trade(draw.randrange(40) * SECOND, 61_800 + draw.random(), draw.random() ** 4) for _ in range(300)]
    for rolled, row in zip(oracle.rolling({"A": rows}, 5 * SECOND), sorted(rows, key=lambda r: r.ts), strict=True):
        window = [other for other in rows if row.ts - 5 * SECOND < other.ts <= row.ts]
        prices = [other.price for other in window]
        mean = math.fsum(prices) / len(prices)
        two_pass = math.sqrt(math.fsum((price - mean) ** 2 for price in prices) / (len(prices) - 1)) if len(prices) > 1 else None
        assert rolled.count == len(window)
        assert rolled.vwap == math.fsum(w.price * w.size for w in window) / math.fsum(w.size for w in window)
        if two_pass is not None:
            assert rolled.sd == pytest.approx(two_pass, rel=1e-12)
            assert rolled.sd == pytest.approx(statistics.stdev(prices), rel=1e-15)


def test_deviation_survives_a_mean_that_dwarfs_it():
    rolled = oracle.vwap_60s({"A": [trade(0, 1e15), trade(0, 1e15 + 1)]})
    assert rolled[0].sd == math.sqrt(0.5)


def test_quote_is_the_last_one_at_or_before_the_trade():
    quotes = [quote(10, 1.0), quote(20, 2.0), quote(20, 3.0, 9), quote(21, 4.0)]
    (row,) = oracle.enriched({"A": [trade(20, 5.0, 0.5, 7)]}, {"A": quotes})
    assert row == Enriched("A", 20, 5.0, 0.5, 7, 20, 3.0, 1.0, 4.0, 2.0, 9)


def test_quote_may_be_as_old_as_the_tolerance_and_no_older():
    trades = {"A": [trade(2 * SECOND, 1.0), trade(2 * SECOND + 1, 1.0)]}
    assert [row.ts_right for row in oracle.enriched(trades, {"A": [quote(0, 1.0)]})] == [0, None]


def test_quotes_of_another_symbol_are_not_taken():
    (row,) = oracle.enriched({"B": [trade(0, 1.0, symbol="B")]}, {"A": [quote(0, 1.0)]})
    assert row[5:] == (None,) * 6


def test_row_with_an_id_that_its_series_has_had_is_a_duplicate():
    rows = [trade(0, 1.0, trade_id=1), trade(1, 2.0, trade_id=1), trade(2, 3.0, trade_id=1, symbol="B"), quote(0, 1.0, 1)]
    made = oracle.recording_of([*rows, trade(3, 1.0), trade(3, 1.0)])
    assert made.duplicates == 1
    assert [row.price for row in made.trades["A"]] == [1.0, 1.0, 1.0]
    assert len(made.trades["B"]) == len(made.quotes["A"]) == 1


def test_recordings_are_read_and_merged_by_time_of_receipt(tmp_path):
    def write(name: str, lines: list[tuple[int, dict]]) -> str:
        path = tmp_path / name
        with gzip.open(path, "wt", encoding="utf-8") as out:
            out.write('# {"origin":"made by hand"}\n')
            for received, data in lines:
                out.write(f"{received} {json.dumps({'stream': 's', 'data': data})}\n")
        return str(path)

    def message(trade_id: int) -> dict:
        return {"e": "trade", "T": 1_000 + trade_id, "s": "A", "t": trade_id, "p": "1.5", "q": "0.25"}

    book = {"e": "bookTicker", "T": 7, "u": 3, "s": "A", "b": "1", "B": "2", "a": "3", "A": "4"}
    first = write("a.gz", [(10, message(1)), (30, message(3)), (31, {"e": "depthUpdate"})])
    second = write("b.gz", [(20, message(2)), (40, book), (41, book)])
    made = oracle.read_recordings(first, second)
    assert [row.trade_id for row in made.trades["A"]] == [1, 2, 3]
    assert made.trades["A"][0] == Trade("A", 1_001_000, 1.5, 0.25, 1)
    assert made.quotes == {"A": [Quote("A", 7_000, 1.0, 2.0, 3.0, 4.0, 3)]}
    assert made.duplicates == 1
