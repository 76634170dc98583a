"""What Polars computes, as the expected answers of the table operators (rolling.json beside this file).

Run in an environment with Polars 2: python rolling.py > rolling.json
"""

import json
import math
import random
import sys
import warnings
from datetime import date, datetime, timedelta

import polars as pl

warnings.simplefilter("ignore")
EPOCH = datetime(1970, 1, 1)
TYPES = {
    pl.Int8: "i8",
    pl.Int16: "i16",
    pl.Int32: "i32",
    pl.Int64: "i64",
    pl.UInt8: "u8",
    pl.UInt16: "u16",
    pl.UInt32: "u32",
    pl.Float32: "f32",
    pl.Float64: "f64",
    pl.String: "str",
    pl.Boolean: "bool",
    pl.Date: "date",
}


def type_name(dtype):
    if isinstance(dtype, pl.Datetime):
        return f"ts[{dtype.time_unit}]" + (f",{dtype.time_zone}" if dtype.time_zone else "")
    if isinstance(dtype, pl.Duration):
        return f"dur[{dtype.time_unit}]"
    return TYPES[dtype.base_type()]


def cell(value):
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
    return value


def table(frame):
    columns = []
    for series in frame.get_columns():
        name = type_name(series.dtype)
        if series.dtype.is_temporal():
            series = series.to_physical()
        columns.append({"name": series.name, "type": name, "cells": [cell(v) for v in series.to_list()]})
    return columns


CASES = []


def case(op, options, inputs, result):
    CASES.append({"op": op, "options": options, "inputs": [table(f) for f in inputs], "expected": table(result)})


def frame(rng, n=14):
    steps = [rng.choice([0, 0, 1, 1, 2, 3, 7]) for _ in range(n)]
    at, times = 0, []
    for step in steps:
        at += step
        times.append(datetime(2024, 3, 30, 23, 0) + timedelta(seconds=at))

    def some(make, nulls=0.2):
        return [None if rng.random() < nulls else make() for _ in range(n)]

    return pl.DataFrame(
        {
            "g": some(lambda: rng.choice(["b", "a", "longer than eight", "c"]), 0.15),
            "h": some(lambda: rng.choice([3, 1, 2]), 0.15),
            "t": times,
            "v": some(lambda: rng.randint(-9, 9)),
            "f": some(lambda: rng.choice([rng.uniform(-5, 5), rng.uniform(-5, 5), 2.0, 2.0])),
            "x": some(lambda: rng.choice([rng.uniform(-5, 5), float("nan"), float("inf"), -1.0]), 0.1),
            "p": [100 + rng.random() for _ in range(n)],
            "i8": pl.Series([rng.randint(-100, 100) for _ in range(n)], dtype=pl.Int8),
            "u8": pl.Series([rng.randint(0, 255) for _ in range(n)], dtype=pl.UInt8),
            "u32": pl.Series([rng.randint(0, 1000) for _ in range(n)], dtype=pl.UInt32),
            "f4": pl.Series([rng.choice([0.5, 1.25, 3.0]) for _ in range(n)], dtype=pl.Float32),
            "b": some(lambda: rng.random() < 0.5),
            "d": some(lambda: date(2024, 1, 1) + timedelta(days=rng.randint(0, 40))),
        },
        schema_overrides={
            "t": pl.Datetime("us"),
            "h": pl.Int64,
            "g": pl.String,
            "b": pl.Boolean,
            "d": pl.Date,
            "v": pl.Int64,
            "f": pl.Float64,
            "x": pl.Float64,
            "p": pl.Float64,
        },
    )


STATS = [
    ("sum", {}),
    ("mean", {}),
    ("min", {}),
    ("max", {}),
    ("std", {"ddof": 1}),
    ("var", {"ddof": 0}),
    ("median", {}),
]
INTERPOLATIONS = ["nearest", "higher", "lower", "midpoint", "linear", "equiprobable"]


def rolling_rows(rng):
    for _ in range(10):
        df = frame(rng)
        size = rng.randint(1, 6)
        samples = rng.randint(0, size)
        center = rng.random() < 0.5
        over = rng.choice([[], ["g"], ["g", "h"]])
        common = {"window_size": size, "min_samples": samples, "center": center}
        for name, more in [*STATS, ("quantile", {"quantile": 0.3})]:
            for column in ["v", "f", "x", "i8", "u32", "f4"]:
                extra = dict(more)
                if name == "quantile":
                    extra["interpolation"] = rng.choice(INTERPOLATIONS)
                    extra["quantile"] = rng.choice([0.0, 0.1, 0.3, 0.5, 0.77, 1.0])
                if rng.random() < 0.55:
                    continue
                expr = getattr(pl.col(column), f"rolling_{name}")(**common, **extra).alias("r")
                result = df.select("g", "h", column).with_columns(expr.over(over) if over else expr)
                options = {**common, **extra, "statistic": name, "column": column, "over": over}
                case("rolling_rows", options, [df.select("g", "h", column)], result)
        for name, extra in [
            ("skew", {"bias": True}),
            ("skew", {"bias": False}),
            ("kurtosis", {"bias": True, "fisher": True}),
            ("kurtosis", {"bias": False, "fisher": False}),
        ]:
            wide = {"window_size": 6, "min_samples": 1}
            expr = getattr(pl.col("p"), f"rolling_{name}")(**wide, **extra).alias("r")
            options = {**wide, "center": False, **extra, "statistic": name, "column": "p", "over": []}
            case("rolling_rows", options, [df.select("p")], df.select("p").with_columns(expr))
        for method in ["average", "min", "max", "dense"]:
            expr = pl.col("v").rolling_rank(size, method=method, min_samples=max(1, samples)).alias("r")
            options = {"window_size": size, "min_samples": max(1, samples), "center": False, "over": []}
            options |= {"statistic": "rank", "method": method, "column": "v"}
            case("rolling_rows", options, [df.select("v")], df.select("v").with_columns(expr))
        for name in ["cov", "corr"]:
            size2 = rng.randint(2, 6)
            two = {"window_size": size2, "min_samples": rng.randint(2, size2)}
            expr = getattr(pl, f"rolling_{name}")("i8", "p", **two).alias("r")
            options = {**two, "center": False, "statistic": name, "column": "i8", "second": "p", "over": []}
            case("rolling_rows", options, [df.select("i8", "p")], df.select("i8", "p").with_columns(expr))


def rolling_by(rng):
    for _ in range(12):
        df = frame(rng).sample(fraction=1, shuffle=True, seed=rng.randint(0, 1000))
        if rng.random() < 0.3:
            df = df.with_columns(pl.when(pl.col("u8") > 60).then(pl.col("t")).alias("t"))
        over = rng.choice([[], ["g"], ["h"]])
        common = {
            "window_size": rng.choice(["1s", "3s", "5s", "1m"]),
            "min_samples": rng.choice([0, 1, 2, 3]),
            "closed": rng.choice(["right", "left", "both", "none"]),
        }
        for name, more in [*STATS, ("quantile", {"quantile": 0.3, "interpolation": "linear"})]:
            for column in ["v", "f", "x"]:
                if rng.random() < 0.5:
                    continue
                expr = getattr(pl.col(column), f"rolling_{name}_by")("t", **common, **more).alias("r")
                taken = df.select("g", "h", "t", column)
                options = {**common, **more, "by": "t", "statistic": name, "column": column, "over": over}
                case("rolling_by", options, [taken], taken.with_columns(expr.over(over) if over else expr))


AGGREGATES = {
    "count(v)": pl.col("v").count().cast(pl.Int64),
    "count(*)": pl.len().cast(pl.Int64),
    "sum(v)": pl.col("v").sum(),
    "sum(f)": pl.col("f").sum(),
    "mean(v)": pl.col("v").mean(),
    "mean(f)": pl.col("f").mean(),
    "min(v)": pl.col("v").min(),
    "max(f)": pl.col("f").max(),
    "max(x)": pl.col("x").max(),
    "min(x)": pl.col("x").min(),
    "std(f)": pl.col("f").std(),
    "var(p)": pl.col("p").var(),
    "median(f)": pl.col("f").median(),
    "quantile(f, 0.3, 'linear')": pl.col("f").quantile(0.3, "linear"),
    "max(t)": pl.col("t").max(),
    "max(d)": pl.col("d").max(),
    "sum(p * p) / sum(p)": (pl.col("p") * pl.col("p")).sum() / pl.col("p").sum(),
    "(max(p) - min(p)) / mean(p)": (pl.col("p").max() - pl.col("p").min()) / pl.col("p").mean(),
    "last_value(v)": pl.col("v").last(),
    "first_value(g)": pl.col("g").first(),
    "n_unique(h)": pl.col("h").n_unique().cast(pl.Int64),
}


def rolling_time(rng):
    for _ in range(50):
        df = frame(rng)
        group_by = rng.choice([[], ["g"], ["h"], ["g", "h"]])
        period = rng.choice(["1s", "2s", "5s", "1m"])
        offset = rng.choice([None, None, None, "-1s", "0s", "2s", "-3s"])
        closed = rng.choice(["right", "left", "both", "none"])
        texts = rng.sample(sorted(AGGREGATES), rng.randint(1, 3))
        if rng.random() < 0.5:
            texts = [t for t in texts if not t.startswith(("count(*)", "last", "first", "n_u"))] or ["sum(v)"]
        texts = [t for t in texts if not (t.startswith("first_value") and "g" in group_by)]
        texts = [t for t in texts if not (t.startswith("n_unique") and "h" in group_by)] or ["mean(p)"]
        AGGREGATES.setdefault("mean(p)", pl.col("p").mean())
        result = df.rolling("t", period=period, offset=offset, closed=closed, group_by=group_by or None).agg(
            [AGGREGATES[text].alias(f"a{i}") for i, text in enumerate(texts)]
        )
        options = {"period": period, "offset": offset or "-" + period, "closed": closed, "group_by": group_by}
        options["aggregates"] = {f"a{i}": text for i, text in enumerate(texts)}
        case("rolling_time", options, [df], result)
    days = pl.DataFrame(
        {"t": pl.datetime_range(datetime(2024, 1, 28), datetime(2024, 4, 3), "18h", eager=True, time_zone="Europe/Berlin")}
    ).with_columns(v=pl.int_range(pl.len(), dtype=pl.Int64))
    # From the 29th on a month back is clamped, and the start of the window may go back; Polars' windows never do.
    days = days.filter(pl.col("t").dt.day() < 28)
    for period in ["1mo", "1d", "1w", "1mo2d", "24h"]:
        for offset in [None, "-1d", "0d"]:
            result = days.rolling("t", period=period, offset=offset).agg(pl.col("v").sum().alias("s"))
            options = {"period": period, "offset": offset or "-" + period, "closed": "right", "group_by": []}
            case("rolling_time", {**options, "aggregates": {"s": "sum(v)"}}, [days], result)


def asof(rng):
    for _ in range(120):
        left = frame(rng, rng.choice([0, 1, 9])).select("t", "g", "h", pl.col("v"), "p")
        right = frame(rng, rng.choice([0, 1, 12, 12])).select(
            "t", "g", pl.col("v"), "h", pl.col("f").alias("q"), pl.col("g").alias("s"), pl.col("b").alias("k")
        )
        by = rng.choice([[], ["g"], ["g", "h"]])
        other = rng.random() < 0.3
        if other:
            right = right.rename({"t": "rt", **{c: "r" + c for c in by}})
        coalesce = rng.random() < 0.7
        options = {
            "strategy": rng.choice(["backward", "forward", "nearest"]),
            "allow_exact_matches": rng.random() < 0.7,
            "coalesce": coalesce,
            "suffix": rng.choice(["_right", "_q"]),
        }
        tolerance = rng.choice([None, "0s", "1s", "2s", "1m"])
        result = left.join_asof(
            right,
            left_on="t",
            right_on="rt" if other else "t",
            by_left=by or None,
            by_right=(["r" + c for c in by] if other else by) or None,
            tolerance=tolerance,
            **options,
        )
        options |= {"left_on": "t", "right_on": "rt" if other else "t", "tolerance": tolerance}
        options |= {"by_left": by, "by_right": ["r" + c for c in by] if other else by}
        case("asof", options, [left, right], result)


def shifts(rng):
    for _ in range(6):
        df = frame(rng)
        over = rng.choice([[], ["g"], ["g", "h"]])

        def put(op, options, column, expr, df=df, over=over):
            taken = df.select("g", "h", column) if column not in ("g", "h") else df.select("g", "h")
            made = (expr.over(over) if over else expr).alias("r")
            case(op, {**options, "column": column, "over": over}, [taken], taken.with_columns(made))

        for column in ["v", "f", "g", "t", "b", "d", "f4", "u8"]:
            n = rng.choice([-3, -1, 0, 1, 2, 30])
            put("lag", {"n": n}, column, pl.col(column).shift(n))
            limit = rng.choice([None, 0, 1, 2])
            put("fill_forward", {"limit": limit}, column, pl.col(column).forward_fill(limit))
            put("fill_backward", {"limit": limit}, column, pl.col(column).backward_fill(limit))
        for column, value in [("v", 7), ("f", 1.5), ("g", "none"), ("b", True), ("u8", 3), ("f4", 2.5)]:
            n = rng.choice([-3, 1, 2])
            fill = pl.lit(value, dtype=df[column].dtype)
            put("lag", {"n": n, "fill_value": value}, column, pl.col(column).shift(n, fill_value=fill))
        for column in ["v", "f", "x", "t", "d", "u8", "u32", "f4"]:
            n = rng.choice([-2, 1, 1, 2])
            put("diff", {"n": n}, column, pl.col(column).diff(n))
        for column in ["v", "f", "x", "u8", "f4"]:
            n = rng.choice([-2, 1, 1, 2])
            put("pct_change", {"n": n}, column, pl.col(column).pct_change(n))
        for column in ["v", "f", "p", "f4"]:
            for kind in ["mean", "std", "var"]:
                decay = rng.choice([{"alpha": 0.3}, {"alpha": 1.0}, {"com": 1.5}, {"span": 4.0}, {"half_life": 2.5}])
                options = {"adjust": rng.random() < 0.5, "ignore_nulls": rng.random() < 0.5}
                options["min_samples"] = rng.choice([0, 1, 3])
                if kind != "mean":
                    options["bias"] = rng.random() < 0.5
                expr = getattr(pl.col(column), f"ewm_{kind}")(**decay, **options)
                put("ewm", {**decay, **options, "kind": kind}, column, expr)
        for column in ["v", "p"]:
            shuffled = df.sample(fraction=1, shuffle=True, seed=rng.randint(0, 1000)).select("g", "t", column)
            expr = pl.col(column).ewm_mean_by("t", half_life="3s").alias("r")
            keys = rng.choice([[], ["g"]])
            made = shuffled.with_columns(expr.over(keys) if keys else expr)
            case("ewm_by", {"by": "t", "half_life": "3s", "column": column, "over": keys}, [shuffled], made)


def main():
    rng = random.Random(20261121)
    for part in (rolling_rows, rolling_by, rolling_time, asof, shifts):
        part(rng)
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES)
    version = json.dumps({"polars": pl.__version__, "made_by": "rolling.py"})
    sys.stdout.write(f'{{"made":{version},"cases":[\n{lines}\n]}}\n')


main()
