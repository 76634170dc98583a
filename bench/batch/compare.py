"""Polaroid's table operators beside Polars and DuckDB: the same Arrow files, tables in memory, equal thread counts.

python bench/batch/compare.py --java "java … -cp …" [--rows 10000000] [--runs 5] [--threads 2] [--out bench/results/batch.json]

Each contestant runs in a process of its own. Times are the best of the runs after the first, CPU and memory their median. CPU is
that of the whole process during the call, which is what to compare on a busy machine; memory is the peak resident size above that
of the loaded tables; `first_mb` is that of the first run, which is the one to compare with a JVM's, since that keeps its heap.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

SERIES = 1000
JOBS = ["rolling", "asof", "ohlcv", "filter"]


def make(folder, rows):
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(7)
    names = np.array([f"SYM{i:04d}" for i in range(SERIES)])
    for name, columns in {"trades": ["price", "size"], "quotes": ["bid", "ask"]}.items():
        path = folder / f"{name}-{rows}.arrow"
        if path.exists():
            continue
        # One hour for five million rows: 720 us between rows, in order of time, series at random.
        start = 1_717_500_000_000_000_000 + (0 if name == "trades" else 300_000)
        times = start + np.cumsum(rng.integers(1, 1_440_000, rows))
        symbols = names[rng.integers(0, SERIES, rows)]
        table = pa.table(
            {
                "ts": pa.array(times, pa.timestamp("ns")),
                "symbol": pa.array(symbols, pa.string()),
                columns[0]: 100 + rng.standard_normal(rows).cumsum() * 1e-3,
                columns[1]: rng.integers(1, 1000, rows).astype("float64"),
            }
        ).combine_chunks()
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=rows)


def load(path):
    import pyarrow as pa

    with pa.OSFile(str(path), "rb") as source:
        return pa.ipc.open_file(source).read_all()


def polars_job(name, trades, quotes):
    import polars as pl

    t, q = pl.from_arrow(trades), pl.from_arrow(quotes)
    if name == "rolling":
        mean = pl.col("price").rolling_mean_by("ts", "60s").over("symbol").alias("mean")
        return lambda: t.with_columns(mean)
    if name == "rolling-group":
        return lambda: t.rolling("ts", period="60s", group_by="symbol").agg(pl.col("price").mean())
    if name == "rolling-streaming":
        lazy = t.lazy().rolling("ts", period="60s", group_by="symbol").agg(pl.col("price").mean())
        return lambda: lazy.collect(engine="streaming")
    if name == "asof":
        return lambda: t.join_asof(q, on="ts", by="symbol", tolerance="2s", check_sortedness=False)
    if name == "asof-streaming":
        lazy = t.lazy().join_asof(q.lazy(), on="ts", by="symbol", tolerance="2s")
        return lambda: lazy.collect(engine="streaming")
    if name == "ohlcv":
        minute = pl.col("ts").dt.truncate("1m")
        price = pl.col("price")
        return lambda: t.group_by("symbol", minute).agg(
            price.first().alias("open"),
            price.max().alias("high"),
            price.min().alias("low"),
            price.last().alias("close"),
            pl.col("size").sum().alias("volume"),
        )
    return lambda: t.filter(pl.col("price") > 100).select("ts", "price")


def duckdb_job(name, trades, quotes, threads):
    import duckdb

    db = duckdb.connect()
    db.execute(f"SET threads={threads}")
    db.register("trades_arrow", trades)
    db.register("quotes_arrow", quotes)
    db.execute("CREATE TABLE t AS SELECT * FROM trades_arrow; CREATE TABLE q AS SELECT * FROM quotes_arrow")
    sql = {
        "rolling": "SELECT *, avg(price) OVER (PARTITION BY symbol ORDER BY ts RANGE BETWEEN INTERVAL 60 SECONDS "
        "PRECEDING AND CURRENT ROW) AS mean FROM t",
        "asof": "SELECT t.*, CASE WHEN t.ts - q.ts <= INTERVAL 2 SECONDS THEN bid END AS bid, CASE WHEN t.ts - q.ts <= "
        "INTERVAL 2 SECONDS THEN ask END AS ask FROM t ASOF LEFT JOIN q ON t.symbol = q.symbol AND t.ts >= q.ts",
        "ohlcv": "SELECT symbol, time_bucket(INTERVAL 1 MINUTE, ts::TIMESTAMP) AS b, arg_min(price, ts), max(price), min(price), "
        "arg_max(price, ts), sum(size) FROM t GROUP BY ALL",
        "filter": "SELECT ts, price FROM t WHERE price > 100",
    }[name]
    return lambda: db.execute(sql).to_arrow_table()


def memory(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) // 1024
    return 0


def child(args):
    folder = Path(args.data)
    trades, quotes = load(folder / f"trades-{args.rows}.arrow"), load(folder / f"quotes-{args.rows}.arrow")
    made = {"polars": lambda: polars_job(args.job, trades, quotes)}
    made["duckdb"] = lambda: duckdb_job(args.job, trades, quotes, args.threads)
    job = made[args.child]()
    for run in range(args.runs):
        Path("/proc/self/clear_refs").write_text("5")
        held = memory("VmRSS")
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        result = job()
        seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak = memory("VmHWM") - held
        last = result[result.columns[-1]].fill_null(0).sum() if args.child == "polars" else 0
        rows = result.height if args.child == "polars" else result.num_rows
        line = {"run": run, "seconds": seconds, "cpu": cpu, "mb": peak, "rows": rows, "check": last}
        print(json.dumps(line), flush=True)
        del result


def measure(command, environment):
    lines = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.splitlines()
    first, *runs = [json.loads(line) for line in lines if line.startswith("{")]
    return {
        "first_mb": first["mb"],
        "seconds": min(run["seconds"] for run in runs),
        "cpu": sorted(run["cpu"] for run in runs)[len(runs) // 2],
        "mb": sorted(run["mb"] for run in runs)[len(runs) // 2],
        "rows": runs[-1]["rows"],
        "check": runs[-1]["check"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", help="the java command up to the main class, with class path and flags")
    parser.add_argument("--data", default="bench/target/batch")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--jobs", default="rolling,rolling-group,rolling-streaming,asof,asof-streaming")
    parser.add_argument("--peers", default="polars,duckdb,polaroid")
    parser.add_argument("--out")
    parser.add_argument("--child")
    parser.add_argument("--job")
    args = parser.parse_args()
    if args.child:
        return child(args)
    folder = Path(args.data)
    folder.mkdir(parents=True, exist_ok=True)
    make(folder, args.rows)
    environment = {**os.environ, "POLARS_MAX_THREADS": str(args.threads)}
    common = ["--data", args.data, "--rows", str(args.rows), "--runs", str(args.runs), "--threads", str(args.threads)]
    results = []
    for job in args.jobs.split(","):
        for peer in args.peers.split(","):
            if peer == "polaroid":
                if job not in ("rolling", "rolling-agg", "vwap", "asof"):
                    continue
                files = [str(folder / f"{name}-{args.rows}.arrow") for name in ("trades", "quotes")]
                command = [*args.java.split(), "io.polaroid.bench.batch.BatchBench", job, *files]
                command += [str(args.runs), str(args.threads)]
            elif peer == "duckdb" and job not in JOBS:
                continue
            else:
                command = [sys.executable, __file__, *common, "--child", peer, "--job", job]
            result = {"job": job, "peer": peer, "load": os.getloadavg()[0], **measure(command, environment)}
            results.append(result)
            print(json.dumps(result), flush=True)
    if args.out:
        Path(args.out).write_text(json.dumps({"rows": args.rows, "threads": args.threads, "results": results}, indent=1) + "\n")
    return None


if __name__ == "__main__":
    main()
