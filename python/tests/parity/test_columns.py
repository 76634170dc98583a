"""Columns made of other rows, plain groups, joins and orders give what Polars' give."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest

from parity.cases import Gen, given
from parity.compare import AGGREGATES, check

COLUMNS = {
    "shift": lambda c, gen: c.shift(gen.randrange(-3, 4)),
    "shift filled": lambda c, gen: c.shift(gen.randrange(-3, 4), fill_value=0),
    "diff": lambda c, gen: c.diff(gen.randrange(1, 4)),
    "pct_change": lambda c, gen: c.pct_change(gen.randrange(1, 3)),
    "forward_fill": lambda c, gen: c.forward_fill(gen.maybe(gen.randrange(1, 3))),
    "backward_fill": lambda c, gen: c.backward_fill(gen.maybe(gen.randrange(1, 3))),
    "ewm_mean": lambda c, gen: c.ewm_mean(span=gen.randrange(2, 9), adjust=gen.random() < 0.5, ignore_nulls=gen.random() < 0.5),
    "ewm_std": lambda c, gen: c.ewm_std(com=gen.randrange(1, 5), bias=gen.random() < 0.5, min_samples=gen.randrange(1, 4)),
    "ewm_var": lambda c, gen: c.ewm_var(half_life=gen.randrange(1, 5), ignore_nulls=gen.random() < 0.5),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("seed", range(40_000, 40_020))
def test_columns_of_other_rows(seed: int, name: str) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=1)))
    column, per_key = gen.choice(("x", "n")), gen.random() < 0.4
    state = gen.getstate()

    def program(m, df):
        gen.setstate(state)  # both sides draw the same arguments
        expr = COLUMNS[name](m.col(column), gen)
        return df.with_columns((expr.over("k") if per_key else expr).alias("r"))

    check(program, frame, told=(name, column, per_key))


@pytest.mark.parametrize("seed", range(41_000, 41_015))
def test_time_weighted_mean(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=5)))
    half_life = gen.choice(("10m", "1h", timedelta(minutes=90)))
    check(lambda m, df: df.with_columns(m.col("x").ewm_mean_by("ts", half_life=half_life).alias("r")), frame, told=half_life)


@pytest.mark.parametrize("seed", range(42_000, 42_060))
def test_groups(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=5)), nans=gen.choice((0, 0.1)), key_nulls=gen.choice((0, 0.2)))
    keys = gen.choice((["k"], ["k", "s"], ["n"], []))
    aggregates = gen.sample(sorted(AGGREGATES), 4)

    def program(m, df):
        made = [AGGREGATES[name](m) for name in aggregates]
        return df.group_by(*keys, maintain_order=True).agg(*made) if keys else df.select(*made)

    check(program, frame, told=(keys, aggregates))


@pytest.mark.parametrize("how", ["inner", "left", "semi", "anti", "full", "right"])
@pytest.mark.parametrize("seed", range(43_000, 43_012))
def test_joins(seed: int, how: str) -> None:
    gen = Gen(seed)
    left = gen.frame(gen.times(gen.rows(15), timedelta(hours=5)), key_nulls=0.1)
    right = gen.frame(gen.times(gen.rows(15), timedelta(hours=5), unit="us", zone=None), key_nulls=0.1).drop("ts")
    chosen = given(on=gen.choice(("k", ["k", "s"])), how=how, nulls_equal=gen.maybe(True, 0.3), coalesce=gen.maybe(True, 0.3))
    # the order of joins is open in Polars
    left, right = (side.with_row_index(name).cast({name: pl.Int64}) for side, name in ((left, "l"), (right, "r")))
    order = ["l"] if how in ("semi", "anti") else ["l", "r"]

    def program(m, a, b):  # noqa: ARG001
        return a.join(b, **chosen).sort(*order, nulls_last=True)

    check(program, left, right, told=chosen)


@pytest.mark.parametrize("seed", range(44_000, 44_020))
def test_orders(seed: int) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=5), ordered=False), nans=0.1, key_nulls=0.1)
    by = gen.sample(["ts", "x", "n", "s", "k"], 3)
    flags = {name: [gen.random() < 0.5 for _ in by] for name in ("descending", "nulls_last")}
    check(lambda m, df: df.select(by).sort(by, **flags), frame, told=(by, flags))


FILTERS = {
    "greater": lambda m: m.col("x") > 10,
    "of NaN": lambda m: m.col("x") >= m.col("n"),
    "not": lambda m: ~(m.col("n") < 5),
    "and": lambda m: (m.col("n") < 5) & (m.col("x") > -50),
    "or": lambda m: (m.col("n") < 5) | m.col("x").is_null(),
    "text": lambda m: m.col("k") == "a",
    "not text": lambda m: m.col("s") != "yy",
    "between": lambda m: m.col("n").is_between(-10, 20, closed="left"),
    "in": lambda m: m.col("n").is_in([1, 2, 3, 40]) | m.col("k").is_in(["b"]),
    "window": lambda m: m.col("n") > m.col("n").shift(1),
    "arithmetic": lambda m: m.col("x") * 2 + m.col("n") > 0,
    "named": lambda m: m.col("x").mul(2).add(m.col("n").neg()).sub(1).truediv(3).ge(0) | m.col("n").mod(7).lt(3),
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("seed", range(45_000, 45_005))
def test_filters(seed: int, name: str) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=5)), nans=0.1, key_nulls=0.1)
    check(lambda m, df: df.filter(FILTERS[name](m)).select("ts", "x", "s"), frame, told=name)


@pytest.mark.parametrize("subset", [None, "x", ["n", "s"]])
@pytest.mark.parametrize("seed", range(46_000, 46_003))
def test_rows_without_nulls(seed: int, subset) -> None:
    gen = Gen(seed)
    frame = gen.frame(gen.times(gen.rows(), timedelta(hours=5)), nans=0.1, key_nulls=0.1)

    check(lambda m, df: df.drop_nulls(subset).pipe(lambda rows, n: rows.with_columns(c=m.col("x") * n), 2), frame, told=subset)


INFINITE = float("inf")


@pytest.mark.parametrize("alpha", [0.05, 0.5, 1.0])
@pytest.mark.parametrize(("adjust", "ignore_nulls"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize(
    "values",
    [
        [INFINITE, 3.0, 4.0],
        [1.0, -INFINITE, 3.0, None, 4.0],
        [INFINITE, INFINITE, 4.0],
        [INFINITE, None, -INFINITE, 1.0],
        [0.1, 0.7, None, 0.2, 1e300, -3.3],
    ],
)
def test_weighted_means_of_what_is_infinite(alpha: float, adjust: bool, ignore_nulls: bool, values: list[float | None]) -> None:
    options = given(alpha=alpha, adjust=adjust, ignore_nulls=ignore_nulls)

    def program(m, df):
        x = m.col("x")
        return df.select(x.ewm_mean(**options).alias("mean"), x.ewm_std(**options).alias("std"))

    check(program, pl.DataFrame({"x": values}), told=options)


DAY, MOMENT = date(2000, 1, 1), datetime(2000, 1, 1, 12, 30, 0, 500)


@pytest.mark.parametrize("n", [1, -2, 5])
@pytest.mark.parametrize(
    ("column", "fill"), [("d", DAY), ("t", MOMENT), ("t", DAY), ("z", MOMENT), ("h", time(3, 4, 5, 6)), ("d", 1)]
)
def test_times_shifted_and_filled(column: str, fill: date | time | int, n: int) -> None:
    times = pl.Series("t", [datetime(2024, 3, 31, hour) for hour in (0, 1, 5)])
    berlin = times.dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Berlin")
    frame = pl.DataFrame({"t": times, "d": times.dt.date(), "h": times.dt.time(), "z": berlin})
    check(lambda m, df: df.select(m.col(column).shift(n, fill_value=fill)), frame, told=(column, fill, n))
