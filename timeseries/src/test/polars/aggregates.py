"""Writes what Polars answers for aggregates by key.

Usage: python aggregates.py CASES SEED > ../resources/io/polaroid/timeseries/batch/polars_aggregates.json
Needs polars 2.1.0.
"""

import json
import math
import random
import sys

import polars as pl

WAYS = ["nearest", "lower", "higher", "midpoint", "linear", "equiprobable"]
PLACES = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0]


def number(rng: random.Random) -> float | None:
    """A price, now and then null or NaN."""
    if rng.random() < 0.15:
        return None
    if rng.random() < 0.04:
        return math.nan
    return rng.choice([round(rng.uniform(-5, 5), 2), float(rng.randint(-3, 3))])


def cell(value: object) -> object:
    """JSON has no NaN and no infinities."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def main() -> None:
    """Writes the cases."""
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(seed)
    cases = []
    for _ in range(count):
        rows = rng.randint(1, 25)
        columns = {
            "k": [rng.choice(["a", "b", None]) for _ in range(rows)],
            "x": [number(rng) for _ in range(rows)],
            "i": [rng.choice([None, *range(-4, 5)]) for _ in range(rows)],
            "s": [rng.choice([None, "", "b", "ab", "é", "zz"]) for _ in range(rows)],
            "b": [rng.choice([None, True, False]) for _ in range(rows)],
        }
        schema = {
            "k": pl.String,
            "x": pl.Float64,
            "i": pl.Int64,
            "s": pl.String,
            "b": pl.Boolean,
        }
        place, way = rng.choice(PLACES), rng.choice(WAYS)
        x, i, s, b = pl.col("x"), pl.col("i"), pl.col("s"), pl.col("b")
        asked = {
            "count(*)": pl.len(),
            "count(x)": x.count(),
            "sum(x)": x.sum(),
            "mean(x)": x.mean(),
            "min(x)": x.min(),
            "max(x)": x.max(),
            "std(x)": x.std(),
            "var(i)": i.var(),
            "first_value(x)": x.first(),
            "last_value(s)": s.last(),
            "first(s)": s.first(ignore_nulls=True),
            "last(x)": x.last(ignore_nulls=True),
            "sum(i)": i.sum(),
            "mean(i)": i.mean(),
            "min(i)": i.min(),
            "max(i)": i.max(),
            "min(s)": s.min(),
            "max(s)": s.max(),
            "min(b)": b.min(),
            "first(b)": b.first(ignore_nulls=True),
            "median(x)": x.median(),
            "median(i)": i.median(),
            f"quantile(x, {place}, '{way}')": x.quantile(place, way),
            f"quantile(i, {place})": i.quantile(place),
            "n_unique(x)": x.n_unique(),
            "n_unique(s)": s.n_unique(),
            "n_unique(b)": b.n_unique(),
            "n_unique(i)": i.n_unique(),
            "vwap(x, i)": (x * i).sum() / i.sum(),
            "sum(x*2-1)": (x * 2 - 1).sum(),
            "max(x)-min(x)": x.max() - x.min(),
        }
        frame = pl.DataFrame(columns, schema=schema)
        named = [expr.alias(name) for name, expr in asked.items()]
        out = frame.group_by("k", maintain_order=True).agg(*named)
        case = {name: [cell(c) for c in cells] for name, cells in columns.items()}
        case["answer"] = {
            name: [cell(c) for c in out[name].to_list()] for name in ["k", *asked]
        }
        cases.append(case)
    print(
        f'{{"tool": "polars {pl.__version__}", "script": "src/test/polars/aggregates.py",'
    )
    print(
        f'"seed": {seed}, "cases": [\n'
        + ",\n".join(json.dumps(c) for c in cases)
        + "\n]}"
    )


if __name__ == "__main__":
    main()
