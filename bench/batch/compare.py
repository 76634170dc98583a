"""Polaroid's table operators beside Polars and DuckDB: the same Arrow files, tables in memory, equal thread counts.

make bench-batch [ARGS="--rows 10000000 --rounds 3 --runs 4 --threads 2 --jobs ohlcv,asof --name EXCHANGE:SYM{:04d} --out FILE"]

Every form of every contestant runs in a process of its own, which loads the tables and runs the job several times; the processes take
turns, `--rounds` times. Times and CPU are medians over all runs but the first ones of each process (one of a peer, ten of a JVM,
which compiles in them). CPU is that of the whole process during the call, which is what to compare on a busy machine. Memory is the
peak resident size during the first run above that of the loaded tables. `whole` is a process that loads the tables and runs the job
once, from its start to its end. All forms must have the same number of rows, and the same sums of all columns that they compute.
"""

import argparse
import datetime
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

SERIES = 1000
NAME = "SYM{:04d}"
RUNS = 4
ROUNDS = 3
# The forms of each job by contestant. (Polars' rolling(..., group_by=...) takes twenty times as long as rolling_mean_by.over.)
FORMS = {
    "ohlcv": {"polars": ["eager", "streaming"], "duckdb": ["sql"], "polaroid": ["kernel"]},
    "rolling": {"polars": ["by-over", "streaming"], "duckdb": ["sql"], "polaroid": ["kernel"]},
    "asof": {"polars": ["eager", "streaming"], "duckdb": ["sql"], "polaroid": ["kernel"]},
    "filter": {"polars": ["eager", "streaming"], "duckdb": ["sql"], "polaroid": ["kernel"]},
}
# Ours to the fastest form of the faster peer, at most.
LIMITS = {"ohlcv": 1.0, "rolling": 0.7, "asof": 0.4, "filter": 1.6}
MEMORY_LIMITS = {"asof": 1 / 3}
# How many columns each computes; they come last.
COMPUTED = {"ohlcv": 5, "rolling": 1, "asof": 2, "filter": 1}
WARM = {"polars": 1, "duckdb": 1, "polaroid": 10}


def table_file(args, table):
    return Path(args.data) / f"{table}-{args.rows}-{args.name.format(0).replace('/', '-')}.arrow"


def make(args):
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(7)
    rows = args.rows
    names = np.array([args.name.format(i) for i in range(SERIES)])
    for name, columns in {"trades": ["price", "size"], "quotes": ["bid", "ask"]}.items():
        path = table_file(args, name)
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
        with pa.OSFile(str(path) + ".part", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=rows)
        Path(str(path) + ".part").rename(path)


def load(path):
    import pyarrow as pa

    with pa.OSFile(str(path), "rb") as source:
        return pa.ipc.open_file(source).read_all()


def polars_job(job, form, trades, quotes):
    import polars as pl

    t, q = pl.from_arrow(trades), pl.from_arrow(quotes)
    price = pl.col("price")
    mean = price.rolling_mean_by("ts", "60s").over("symbol").alias("mean")
    bars = [
        price.first().alias("open"),
        price.max().alias("high"),
        price.min().alias("low"),
        price.last().alias("close"),
        pl.col("size").sum().alias("volume"),
    ]
    minute = pl.col("ts").dt.truncate("1m")
    lazy = {
        "ohlcv": lambda: t.lazy().group_by("symbol", minute).agg(bars),
        "rolling": lambda: t.lazy().with_columns(mean),
        "asof": lambda: t.lazy().join_asof(q.lazy(), on="ts", by="symbol", tolerance="2s", check_sortedness=False),
        "filter": lambda: t.lazy().filter(pl.col("size") > 500).select("ts", "price"),
    }
    if form == "streaming":
        plan = lazy[job]()
        return lambda: plan.collect(engine="streaming")
    return {
        ("ohlcv", "eager"): lambda: t.group_by("symbol", minute).agg(bars),
        ("rolling", "by-over"): lambda: t.with_columns(mean),
        ("asof", "eager"): lambda: t.join_asof(q, on="ts", by="symbol", tolerance="2s", check_sortedness=False),
        ("filter", "eager"): lambda: t.filter(pl.col("size") > 500).select("ts", "price"),
    }[job, form]


def duckdb_job(job, trades, quotes, threads):
    import duckdb

    db = duckdb.connect()
    db.execute(f"SET threads={threads}; SET preserve_insertion_order=false")
    db.register("trades_arrow", trades)
    db.register("quotes_arrow", quotes)
    db.execute("CREATE TABLE t AS SELECT * FROM trades_arrow; CREATE TABLE q AS SELECT * FROM quotes_arrow")
    sql = {
        # Windows are (t - 60 s, t], which of whole nanoseconds is the same as from t - 59.999999999 s on.
        "rolling": "SELECT *, avg(price) OVER (PARTITION BY symbol ORDER BY epoch_ns(ts) RANGE BETWEEN 59999999999 PRECEDING AND "
        "CURRENT ROW) AS mean FROM t",
        "asof": "SELECT t.*, CASE WHEN epoch_ns(t.ts) - epoch_ns(q.ts) <= 2000000000 THEN bid END AS bid, CASE WHEN "
        "epoch_ns(t.ts) - epoch_ns(q.ts) <= 2000000000 THEN ask END AS ask FROM t ASOF LEFT JOIN q ON t.symbol = q.symbol AND "
        "t.ts >= q.ts",
        "ohlcv": "SELECT symbol, time_bucket(INTERVAL 1 MINUTE, ts::TIMESTAMP) AS b, arg_min(price, ts), max(price), min(price), "
        "arg_max(price, ts), sum(size) FROM t GROUP BY ALL",
        "filter": "SELECT ts, price FROM t WHERE size > 500",
    }[job]
    return lambda: db.sql(sql).to_arrow_table()


def memory(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) // 1024
    return 0


def check_sums(job, result):
    """The sums of the columns that a job computes, which come last."""
    import pyarrow.compute as pc

    table = result if hasattr(result, "num_columns") else result.to_arrow()
    return [pc.sum(column).as_py() for column in table.columns[-COMPUTED[job] :]]


def child(args):
    trades, quotes = load(table_file(args, "trades")), load(table_file(args, "quotes"))
    if args.child == "polars":
        job = polars_job(args.job, args.form, trades, quotes)
    else:
        job = duckdb_job(args.job, trades, quotes, args.threads)
        # it has a copy of its own
        del trades, quotes
    for run in range(args.runs):
        Path("/proc/self/clear_refs").write_text("5")
        held = memory("VmRSS")
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        result = job()
        seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak = memory("VmHWM") - held
        rows = result.height if args.child == "polars" else result.num_rows
        line = {"run": run, "seconds": seconds, "cpu": cpu, "mb": peak, "rows": rows, "checks": check_sums(args.job, result)}
        print(json.dumps(line), flush=True)
        del result


class Contestant:
    """One form of one contestant at one job, and what was measured of it."""

    def __init__(self, job, peer, form, args):
        self.job, self.peer, self.form = job, peer, form
        self.args = args
        self.first, self.steady, self.whole = [], [], []

    def command(self, runs):
        args = self.args
        if self.peer == "polaroid":
            files = [str(table_file(args, table)) for table in ("trades", "quotes")]
            return [*args.java.split(), "io.polaroid.bench.batch.BatchBench", self.job, *files, str(runs), str(args.threads)]
        common = ["--data", args.data, "--rows", str(args.rows), "--name", args.name]
        common += ["--runs", str(runs), "--threads", str(args.threads)]
        return [sys.executable, __file__, *common, "--child", self.peer, "--form", self.form, "--job", self.job]

    def run(self, runs):
        environment = {**os.environ, "POLARS_MAX_THREADS": str(self.args.threads)}
        started = time.perf_counter()
        process = subprocess.Popen(self.command(runs), env=environment, stdout=subprocess.PIPE, text=True)
        lines = process.stdout.read().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{self.peer} {self.form} failed at {self.job}")
        seconds = time.perf_counter() - started
        return [json.loads(line) for line in lines if line.startswith("{")], seconds, usage.ru_utime + usage.ru_stime

    def measure(self):
        runs, _, _ = self.run(WARM[self.peer] + self.args.runs)
        self.first.append(runs[0])
        self.steady += runs[WARM[self.peer] :]

    def measure_whole(self):
        _, seconds, cpu = self.run(1)
        self.whole.append((seconds, cpu))

    def result(self):
        def median(values):
            return round(statistics.median(values), 4)

        return {
            "job": self.job,
            "peer": self.peer,
            "form": self.form,
            "seconds": median(run["seconds"] for run in self.steady),
            "cpu": median(run["cpu"] for run in self.steady),
            "mb": median(run["mb"] for run in self.first),
            "wholeSeconds": median(seconds for seconds, _ in self.whole),
            "wholeCpu": median(cpu for _, cpu in self.whole),
            "rows": self.steady[-1]["rows"],
            "checks": self.steady[-1]["checks"],
        }


def ratios(job, results):
    """Ours to the fastest form of the faster peer, by time, CPU and memory (least of Polars)."""
    ours = next(result for result in results if result["peer"] == "polaroid")
    peers = [result for result in results if result["peer"] != "polaroid"]
    polars = [result for result in peers if result["peer"] == "polars"]
    if not peers:
        return {"job": job}
    return {
        "job": job,
        "time": round(ours["seconds"] / min(peer["seconds"] for peer in peers), 3),
        "cpu": round(ours["cpu"] / min(peer["cpu"] for peer in peers), 3),
        "memory": round(ours["mb"] / max(1, min(peer["mb"] for peer in polars)), 3) if polars else None,
        "limit": LIMITS[job],
        "memoryLimit": MEMORY_LIMITS.get(job),
    }


def check(results):
    """All must have come to the same."""
    first = results[0]
    for other in results[1:]:
        far = any(abs(a - b) > 1e-9 * max(1, abs(b)) for a, b in zip(other["checks"], first["checks"], strict=True))
        if other["rows"] != first["rows"] or far:
            raise SystemExit(f"wrong: {other['job']} of {other['peer']} {other['form']} and {first['peer']} {first['form']} differ")


def origin(args):
    """Where and of what it was measured, as the other result files say it."""
    import duckdb
    import polars
    import pyarrow

    def told(*command):
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    def line(path, name):
        found = [text for text in Path(path).read_text().splitlines() if text.lower().startswith(name)]
        return found[0].split(":", 1)[1].strip() if found else ""

    given = [f"--runs {args.runs} --rounds {args.rounds}"] if (args.runs, args.rounds) != (RUNS, ROUNDS) else []
    given += [f"--name {args.name}"] if args.name != NAME else []
    home = told("./polaroid", "--java-home")
    java = subprocess.run([f"{home}/bin/java", "-version"], capture_output=True, text=True, check=True).stderr
    return {
        "measuredAt": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": "make bench-batch" + (f' ARGS="{" ".join(given)}"' if given else ""),
        "commit": told("git", "rev-parse", "HEAD"),
        "changedSinceCommit": bool(told("git", "status", "--porcelain", "-uno")),
        "machine": {
            "cpu": line("/proc/cpuinfo", "model name"),
            "processors": os.cpu_count(),
            "memoryMegabytes": int(line("/proc/meminfo", "memtotal").split()[0]) // 1024,
            "system": f"{platform.system()} {platform.release()}",
            "java": java.splitlines()[1].split("(")[0].replace("Runtime Environment", "").strip(),
        },
        "versions": {"Polars": polars.__version__, "DuckDB": duckdb.__version__, "pyarrow": pyarrow.__version__},
        "settings": {
            "rows": args.rows,
            "series": SERIES,
            "name": args.name.format(0),
            "threads": args.threads,
            "runs": args.rounds * args.runs,
            "rounds": args.rounds,
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--java", help="the java command up to the main class, with class path and flags")
    parser.add_argument("--data", default="bench/target/batch")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--name", default=NAME, help="of series, with a place for their number")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--jobs", default=",".join(FORMS))
    parser.add_argument("--peers", default="polars,duckdb,polaroid")
    parser.add_argument("--out", default="bench/results/batch.json")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--form", help=argparse.SUPPRESS)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args)
        return
    Path(args.data).mkdir(parents=True, exist_ok=True)
    make(args)
    peers = args.peers.split(",")
    found, told = [], []
    began = os.getloadavg()[0]
    for job in args.jobs.split(","):
        contestants = [Contestant(job, peer, form, args) for peer in peers for form in FORMS[job][peer]]
        for turn in range(args.rounds):
            for contestant in contestants:
                contestant.measure()
                if turn == 0:
                    contestant.measure_whole()
        results = [contestant.result() for contestant in contestants]
        for result in results:
            print(
                "{job:8} {peer:9} {form:10} {seconds:8.3f} s {cpu:8.3f} s CPU {mb:6.0f} MB; whole process {wholeSeconds:7.2f} s "
                "{wholeCpu:7.2f} s CPU".format(**result),
                flush=True,
            )
        check(results)
        found += results
        if "polaroid" in peers:
            told.append(ratios(job, results))
            print(json.dumps(told[-1]), flush=True)
    document = {**origin(args), "load": [began, os.getloadavg()[0]], "results": found, "ratios": told}
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
