"""Writes what Polars answers for windows of time: group_by_dynamic, dt.truncate, dt.offset_by and upsample.

Usage: python windows.py CASES SEED > ../resources/io/polaroid/timeseries/batch/polars_windows.json
Needs polars 2.1.0. Cases that Polars refuses are left out.
"""

import datetime as dt
import json
import random
import sys

import polars as pl

ZONES = [
    None,
    None,
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
]
FIXED = [
    "1ns",
    "7us",
    "250ms",
    "1s",
    "13s",
    "1m",
    "7m",
    "15m",
    "1h",
    "2h",
    "6h",
    "24h",
    "1h30m",
]
CALENDAR = ["1d", "2d", "3d", "1w", "2w", "1mo", "2mo", "5mo", "1q", "1y", "2y"]
ANCHORS = [
    dt.datetime(1969, 12, 30),
    dt.datetime(1965, 3, 1),
    dt.datetime(2021, 1, 30),
    dt.datetime(2024, 2, 28),
    dt.datetime(2024, 10, 31, 1, 30),
    dt.datetime(2023, 11, 30, 15, 20),
    dt.datetime(2024, 3, 28, 1, 30),
    dt.datetime(2024, 3, 8, 7, 30),
    dt.datetime(2024, 3, 30, 22),
    dt.datetime(2024, 10, 26, 22),
    dt.datetime(2024, 3, 9, 22),
    dt.datetime(2024, 11, 2, 22),
    dt.datetime(2018, 11, 3, 1),
    dt.datetime(2018, 2, 17, 1),
    dt.datetime(2024, 4, 6, 12),
    dt.datetime(2024, 10, 5, 12),
]
START_BY = (
    ["window"] * 6
    + ["datapoint"] * 2
    + ["monday", "tuesday", "wednesday", "friday", "sunday"]
)
STEPS = [1, 60, 600, 1800, 3600, 7200, 40_000, 86_400, 300_000, 3_000_000]


def times(rng: random.Random, unit: str, count: int) -> list[int]:
    """Ascending times in a unit, with ties and with multiples of round steps."""
    scale = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[unit]
    start = int(rng.choice(ANCHORS).replace(tzinfo=dt.UTC).timestamp())
    step = rng.choice(STEPS)
    whole = rng.random() < 0.6
    cells = []
    at = start * scale
    for _ in range(count):
        jump = rng.choice([0, 1, 1, 1, 2, 5]) * step * scale
        at += jump if whole else int(jump * rng.random())
        cells.append(at)
    return cells


LENGTHS = {
    "1ns": 1e-9,
    "7us": 7e-6,
    "250ms": 0.25,
    "1s": 1,
    "13s": 13,
    "1m": 60,
    "7m": 420,
    "15m": 900,
    "1h": 3600,
    "2h": 7200,
    "6h": 21_600,
    "24h": 86_400,
    "1h30m": 5400,
    "1d": 86_400,
    "2d": 172_800,
    "3d": 259_200,
    "1w": 604_800,
    "2w": 1_209_600,
    "1mo": 2_592_000,
    "2mo": 5_184_000,
    "5mo": 12_960_000,
    "1q": 7_776_000,
    "1y": 31_536_000,
    "2y": 63_072_000,
}
MOST_WINDOWS = 40


def seconds(case: dict) -> float:
    """How far the times of a case go."""
    scale = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[case["unit"]]
    return (case["times"][-1] - case["times"][0]) / scale


def duration(rng: random.Random, case: dict, negative: bool = False) -> str:
    """A duration that makes no thousand windows (Polars reserves memory for all of them)."""
    least = seconds(case) / 1_000
    fixed = [text for text in FIXED if LENGTHS[text] >= least]
    text = rng.choice(fixed if fixed and rng.random() < 0.5 else CALENDAR)
    return ("-" if negative and rng.random() < 0.4 else "") + text


def base(rng: random.Random) -> dict:
    """What all cases have."""
    unit = rng.choice(["ms", "us", "ns"])
    return {
        "unit": unit,
        "zone": rng.choice(ZONES),
        "times": times(rng, unit, rng.randint(1, 14)),
    }


def column(case: dict) -> pl.Series:
    """The times of a case."""
    return pl.Series("t", case["times"], dtype=pl.Int64).cast(
        pl.Datetime(case["unit"], case["zone"])
    )


def whole(series: pl.Series) -> list[int]:
    """Times as whole numbers."""
    return series.to_physical().to_list()


def resampled(rng: random.Random) -> dict:
    """A case of group_by_dynamic."""
    case = base(rng)
    every = duration(rng, case)
    period = every if rng.random() < 0.5 else duration(rng, case)
    if LENGTHS[period] / LENGTHS[every] > MOST_WINDOWS:
        raise ValueError("too many windows")
    if (
        min(LENGTHS[every], LENGTHS[period])
        * 10 ** {"ms": 3, "us": 6, "ns": 9}[case["unit"]]
        < 1
    ):
        raise ValueError("finer than the unit, which Polaroid refuses")
    case |= {
        "operation": "resample",
        "every": every,
        "period": period,
        "offset": "0ns" if rng.random() < 0.6 else duration(rng, case, negative=True),
        "closed": rng.choice(["left", "left", "right", "both", "none"]),
        "label": rng.choice(["left", "right", "datapoint"]),
        "start_by": rng.choice(START_BY),
    }
    frame = pl.DataFrame({"t": column(case), "v": list(range(len(case["times"])))})
    keys = None
    if rng.random() < 0.4:
        case["keys"] = [rng.choice(["a", "b", "aa", None]) for _ in case["times"]]
        frame = frame.with_columns(k=pl.Series(case["keys"], dtype=pl.String))
        keys = "k"
    out = frame.group_by_dynamic(
        "t",
        every=every,
        period=period,
        offset=case["offset"],
        closed=case["closed"],
        label=case["label"],
        start_by=case["start_by"],
        include_boundaries=True,
        group_by=keys,
    ).agg(
        n=pl.len(),
        sum=pl.col("v").sum(),
        first=pl.col("v").first(),
        last=pl.col("v").last(),
    )
    if out.height > MOST_WINDOWS:
        raise ValueError("too many windows")
    case["answer"] = {
        "t": whole(out["t"]),
        "lower": whole(out["_lower_boundary"]),
        "upper": whole(out["_upper_boundary"]),
        "n": out["n"].to_list(),
        "sum": out["sum"].to_list(),
        "first": out["first"].to_list(),
        "last": out["last"].to_list(),
    }
    if keys:
        case["answer"]["k"] = out["k"].to_list()
    return case


def truncated(rng: random.Random) -> dict:
    """A case of dt.truncate."""
    case = base(rng) | {"operation": "truncate"}
    case["every"] = duration(rng, case)
    case["answer"] = whole(column(case).dt.truncate(case["every"]))
    return case


def offset(rng: random.Random) -> dict:
    """A case of dt.offset_by."""
    case = base(rng) | {"operation": "offset"}
    case["by"] = duration(rng, case, negative=True) + rng.choice(["", "", "3h"])
    if rng.random() < 0.2:
        case["by"] = rng.choice(["1mo2w3d4h", "-1mo2w3d4h", "1y1d", "-5d12h", "13mo"])
    case["answer"] = whole(column(case).dt.offset_by(case["by"]))
    return case


def upsampled(rng: random.Random) -> dict:
    """A case of upsample."""
    case = base(rng) | {"operation": "upsample"}
    lengths = {
        "7m": 420,
        "1h": 3600,
        "6h": 21_600,
        "1d": 86_400,
        "1w": 604_800,
        "1mo": 2_400_000,
    }
    fitting = [text for text, length in lengths.items() if seconds(case) / length < 40]
    case["every"] = rng.choice(fitting or ["1y"])
    frame = pl.DataFrame({"t": column(case), "v": list(range(len(case["times"])))})
    if rng.random() < 0.4:
        case["keys"] = [rng.choice(["a", "b", None]) for _ in case["times"]]
        frame = frame.with_columns(k=pl.Series(case["keys"], dtype=pl.String))
        frame = frame.sort("k", "t", maintain_order=True)
        case["keys"] = frame["k"].to_list()
        case["times"] = whole(frame["t"])
        frame = frame.with_columns(v=pl.int_range(frame.height))
        out = frame.set_sorted("t").upsample(
            "t", every=case["every"], group_by="k", maintain_order=True
        )
        case["answer"] = {
            "t": whole(out["t"]),
            "v": out["v"].to_list(),
            "k": out["k"].to_list(),
        }
    else:
        out = frame.upsample("t", every=case["every"], maintain_order=True)
        case["answer"] = {"t": whole(out["t"]), "v": out["v"].to_list()}
    return case


def main() -> None:
    """Writes the cases."""
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(seed)
    kinds = [resampled, resampled, resampled, truncated, offset, upsampled]
    cases = []
    refused = 0
    while len(cases) < count:
        try:
            cases.append(rng.choice(kinds)(rng))
        except BaseException as refusal:
            if isinstance(refusal, KeyboardInterrupt):
                raise
            refused += 1
    print(f"{refused} refused", file=sys.stderr)
    head = {
        "tool": f"polars {pl.__version__}",
        "script": "src/test/polars/windows.py",
        "seed": seed,
    }
    print(
        json.dumps(head | {"cases": []})[:-2]
        + "\n"
        + ",\n".join(json.dumps(c) for c in cases)
        + "\n]}"
    )


if __name__ == "__main__":
    main()
