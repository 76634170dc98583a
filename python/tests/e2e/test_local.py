"""``pd.connect("local")``: a server that is a child of the client."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import polaroid as pd
from e2e.stack import POLAROID, wait_until

TRADES = {"symbol": ["a", "b", "a"], "price": [1.0, 2.0, 3.0], "size": [1, 2, 3]}


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLAROID_COMMAND", str(POLAROID))
    return tmp_path


def test_a_server_of_ones_own(folder):
    with pd.connect("local") as connection:
        frame = pd.DataFrame(TRADES)
        assert frame.filter(pd.col("symbol") == "a").collect().column("price").to_pylist() == [1.0, 3.0]
        assert connection.tables() == []
        assert frame.sink_parquet("out.parquet") == 3
        assert pq.read_table(folder / "out.parquet").to_pydict() == TRADES
        assert pd.read_parquet("out.parquet").sort("size").collect().to_pydict() == TRADES
        assert pd.adf_test([math.sin(0.7 * i) + math.sin(0.013 * i * i) for i in range(60)]).nobs > 0
        pid = connection._server.pid
    wait_until("the server has ended", lambda: not _runs(pid), 20)
    assert [path.name for path in folder.iterdir()] == ["out.parquet"]


def test_files_are_written_whole_and_inside_the_folder_only(folder):
    with pd.connect("local"):
        zoned = pa.table({"ts": pa.array([1_700_000_000_123_456_789, None], pa.timestamp("ns", "Europe/Berlin")), "n": [1, 2]})
        frame = pd.from_arrow(zoned)
        frame.sink_parquet("a.parquet", mode="error")
        read = pq.read_table(folder / "a.parquet")
        assert read.schema.field("ts").type == pa.timestamp("ns")
        assert read.column("ts").cast(pa.int64()).to_pylist() == [1_700_000_000_123_456_789, None]
        with pytest.raises(pd.PolaroidError, match="is there; give the mode overwrite"):
            frame.sink_parquet("a.parquet", mode="error")
        assert frame.sink_parquet("a.parquet", mode="ignore") == 0
        assert frame.filter(pd.col("n") > 1).sink_parquet("a.parquet", compression="snappy") == 1
        assert pq.read_table(folder / "a.parquet").num_rows == 1
        for _ in range(2):
            frame.sink_parquet("parts", mode="append")
        assert pd.read_parquet("parts/*.parquet").collect().num_rows == 4
        assert pd.DataFrame({"x": pa.array([], pa.float64())}).sink_parquet("empty.parquet") == 0
        assert pq.read_table(folder / "empty.parquet").schema.names == ["x"]
        outside = folder.parent / "outside"
        outside.mkdir()
        (folder / "link").symlink_to(outside)
        (folder / "file").symlink_to(outside / "x.parquet")
        for path in ("../x.parquet", "/tmp/x.parquet", "link/x.parquet", "file", "."):
            with pytest.raises(pd.PolaroidError, match="outside the folders that may be written"):
                frame.sink_parquet(path)
        with pytest.raises(pd.PolaroidError, match="there is no folder"):
            frame.sink_parquet("none/x.parquet")
        with pytest.raises(pd.PolaroidError, match="mode is replace"):
            frame.sink_parquet("b.parquet", mode="replace")
        assert list(outside.iterdir()) == []
        assert not list(folder.rglob("*.part"))


@pytest.mark.usefixtures("folder")
def test_the_server_dies_with_its_client():
    program = "import polaroid as pd, time\nc = pd.connect('local')\nprint(c._server.pid, flush=True)\ntime.sleep(600)\n"
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    client = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=path)
    killer = threading.Timer(120, client.kill)
    killer.start()
    try:
        assert client.stdout is not None
        pid = int(client.stdout.readline())
        assert _runs(pid)
        os.kill(client.pid, signal.SIGKILL)
        client.wait(10)
        wait_until("the server has ended too", lambda: not _runs(pid), 20)
    finally:
        killer.cancel()
        client.kill()


def test_a_server_that_does_not_start_says_why(folder, monkeypatch):
    script = folder / "broken"
    script.write_text("#!/bin/sh\necho 'polaroid needs a JDK' >&2\nexit 1\n")
    script.chmod(0o755)
    monkeypatch.setenv("POLAROID_COMMAND", str(script))
    with pytest.raises(pd.PolaroidError, match="did not start: polaroid needs a JDK"):
        pd.connect("local")
