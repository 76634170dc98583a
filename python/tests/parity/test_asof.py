"""``join_asof`` gives what Polars' gives: strategies, ties, tolerance, exact matches, keys and nulls."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from parity.cases import Gen, given
from parity.compare import check

STRATEGIES = ("backward", "forward", "nearest")
TOLERANCES = ("1s", "10s", "1m", "0s", timedelta(seconds=30), "1m30s")


def sides(gen: Gen) -> tuple[pl.DataFrame, pl.DataFrame]:
    unit, zone = gen.choice(("us", "ns", "ms")), gen.choice((None, "UTC", "Europe/Berlin"))
    times = [gen.times(gen.rows(), timedelta(minutes=3), unit=unit, zone=zone) for _ in range(2)]
    # one start for both: times of other days never meet
    first = next((time[0] for time in times if len(time)), None)
    moved = [time if not len(time) else (time - (time[0] - first)).cast(time.dtype) for time in times]
    left, right = (gen.frame(time.alias("ts"), key_nulls=gen.choice((0.0, 0.15))) for time in moved)
    return left, right.rename({"n": "m"}) if gen.random() < 0.5 else right


@pytest.mark.parametrize("seed", range(20_000, 20_240))
def test_without_keys(seed: int) -> None:
    gen = Gen(seed)
    left, right = sides(gen)
    chosen = given(
        strategy=gen.choice(STRATEGIES),
        tolerance=gen.maybe(gen.choice(TOLERANCES), 0.5),
        allow_exact_matches=gen.maybe(False, 0.3),
        suffix=gen.maybe("_r", 0.2),
        coalesce=gen.maybe(False, 0.2),
    )
    check(lambda m, a, b: a.join_asof(b, on="ts", **chosen), left, right, told=chosen)


@pytest.mark.parametrize("seed", range(21_000, 21_180))
def test_with_keys(seed: int) -> None:
    gen = Gen(seed)
    left, right = sides(gen)
    chosen = given(
        strategy=gen.choice(STRATEGIES),
        tolerance=gen.maybe(gen.choice(TOLERANCES), 0.5),
        allow_exact_matches=gen.maybe(False, 0.3),
        by=gen.choice(("k", ["k"], ["k", "s"])),
        check_sortedness=False,
    )
    check(lambda m, a, b: a.join_asof(b, on="ts", **chosen), left, right, told=chosen)


@pytest.mark.parametrize("seed", range(22_000, 22_060))
def test_columns_of_other_names(seed: int) -> None:
    gen = Gen(seed)
    left, right = sides(gen)
    right = right.rename({"ts": "time", "k": "key"})
    keyed = gen.random() < 0.5
    keys = {"by_left": "k", "by_right": "key", "check_sortedness": False} if keyed else {}
    chosen = given(strategy=gen.choice(STRATEGIES), coalesce=gen.maybe(gen.random() < 0.5), **keys)
    check(lambda m, a, b: a.join_asof(b, left_on="ts", right_on="time", **chosen), left, right, told=chosen)


@pytest.mark.parametrize("seed", range(23_000, 23_040))
def test_whole_numbers_as_times(seed: int) -> None:
    gen = Gen(seed)
    left, right = gen.frame(gen.index(gen.rows())), gen.frame(gen.index(gen.rows()))
    chosen = given(strategy=gen.choice(STRATEGIES), tolerance=gen.maybe(gen.randrange(0, 6)))
    check(lambda m, a, b: a.join_asof(b, on="ts", **chosen), left, right, told=chosen)


@pytest.mark.parametrize("seed", range(24_000, 24_040))
def test_null_times(seed: int) -> None:
    gen = Gen(seed)
    left, right = sides(gen)
    absent = pl.when(pl.int_range(pl.len()) < 2).then(None).otherwise("ts").alias("ts")
    left, right = left.with_columns(absent), right.with_columns(absent)
    chosen = given(strategy=gen.choice(STRATEGIES), tolerance=gen.maybe("30s", 0.3))
    check(lambda m, a, b: a.join_asof(b, on="ts", **chosen), left, right, told=chosen)


@pytest.mark.parametrize("side", ["left", "right"])
def test_times_that_descend_are_refused(side: str) -> None:
    gen = Gen(25_000)
    left, right = (gen.frame(gen.times(10, timedelta(minutes=3), unit="us", zone=None)) for _ in range(2))
    left, right = (left.reverse(), right) if side == "left" else (left, right.reverse())
    check(lambda m, a, b: a.join_asof(b, on="ts"), left, right)


@pytest.mark.parametrize("tolerance", [0, 1, 2, 3, 5, 1.5, 0.5, 2.0, 10**12])
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("dtype", [pl.Date, pl.Datetime("us"), pl.Datetime("ns"), pl.Datetime("ms", "UTC"), pl.Int64])
def test_a_number_tolerates_units_of_the_times(dtype, strategy: str, tolerance: float) -> None:
    left, right = (pl.DataFrame({"ts": pl.Series(times).cast(dtype)}) for times in ([3, 10, 11, 20], [1, 9, 13, 25]))
    right = right.with_row_index("r").cast({"r": pl.Int64})
    check(lambda m, a, b: a.join_asof(b, on="ts", strategy=strategy, tolerance=tolerance), left, right)
