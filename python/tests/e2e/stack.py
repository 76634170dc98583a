"""Starts the real thing: `./polaroid replay` and `./polaroid up` as processes of their own, on free ports."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import yaml

REPO = Path(__file__).resolve().parents[3]
POLAROID = REPO / "polaroid"
RECORDINGS = REPO / "demo" / "recordings"
DEMO = REPO / "demo" / "pipeline.yaml"
STEMS = ("binance_usdm_btcusdt_20240808", "binance_coinm_btcusd_20240808")
PORTS = ("KAFKA", "REGISTRY", "GRPC", "WEB", "CONNECT", "REPLAY")


def variant(folder: Path, change) -> Path:
    """The demo pipeline with something changed, in a file of its own."""
    pipeline = yaml.safe_load(DEMO.read_text())
    change(pipeline)
    path = folder / "pipeline.yaml"
    path.write_text(yaml.safe_dump(pipeline, sort_keys=False))
    return path


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_until(what: str, condition, seconds: float = 90.0, every: float = 0.2):
    """Polls until `condition()` is truthy and returns that; fails with `what` and the last answer."""
    end = time.monotonic() + seconds
    answer = None
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s: {what}; last answer: {answer!r}")


@dataclass
class Stack:
    """One stack with its own data folder and ports. `up()` and `kill()` may alternate; the data stay."""

    folder: Path
    pipeline: Path = DEMO
    recordings: list[Path] = field(default_factory=lambda: [RECORDINGS / f"{stem}.txt.gz" for stem in STEMS])
    speed: float = 0
    ports: dict[str, int] = field(default_factory=lambda: dict(zip(PORTS, free_ports(len(PORTS)), strict=True)))
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)
    starts: int = 0
    others: list[Stack] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        ports = {f"POLAROID_{name}_PORT": str(port) for name, port in self.ports.items()}
        return {**os.environ, **ports, "POLAROID_DATA": str(self.folder / "data")}

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.ports['KAFKA']}"

    @property
    def registry(self) -> str:
        return f"http://127.0.0.1:{self.ports['REGISTRY']}"

    @property
    def grpc(self) -> str:
        return f"127.0.0.1:{self.ports['GRPC']}"

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.ports['WEB']}"

    @property
    def lake(self) -> Path:
        return self.folder / "data" / "lake"

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def start(self, name: str, *arguments: str) -> None:
        with self.log(name).open("ab") as out:
            self.processes[name] = subprocess.Popen(
                [str(POLAROID), *arguments],
                cwd=REPO,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def replay(self) -> None:
        port = str(self.ports["REPLAY"])
        files = [str(path) for path in self.recordings]
        self.start("replay", "replay", *files, "--speed", str(self.speed), "--port", port)

    def up(self, wait: bool = True) -> None:
        self.starts += 1
        self.start("up", "up", str(self.pipeline))
        if wait:
            self.await_ready()

    def await_ready(self, seconds: float = 120, name: str = "up") -> None:
        def ready():
            assert self.processes[name].poll() is None, f"the stack stopped: {self.tail(name)}"
            return self.get("/health/ready") is not None

        wait_until(f"ready; {self.log(name)}", ready, seconds)

    def beside(self, name: str) -> Stack:
        """A further process of the application, on this one's broker and registry; it ends with this one."""
        folder = self.folder / name
        folder.mkdir()
        ports = {**self.ports, **dict(zip(("GRPC", "WEB"), free_ports(2), strict=True))}
        self.others.append(Stack(folder, pipeline=self.pipeline, ports=ports))
        return self.others[-1]

    def stream(self, wait: bool = True) -> None:
        self.start("stream", "stream", str(self.pipeline))
        if wait:
            self.await_ready(name="stream")

    def tail(self, name: str) -> str:
        return self.log(name).read_text(errors="replace")[-4000:]

    def get(self, path: str):
        """The JSON (or text) of a GET, None while the server does not answer with 200."""
        try:
            with urllib.request.urlopen(self.web + path, timeout=5) as reply:
                body = reply.read().decode()
                return json.loads(body) if body[:1] in "[{" else body
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def status(self) -> dict:
        return wait_until("status answers", lambda: self.get("/api/v1/status"), 30)

    def rows(self, stream: str) -> int:
        status = self.get("/api/v1/status")
        return sum(part["rows"] for part in status["streams"] if part["stream"] == stream) if status else -1

    def await_rows(self, wanted: dict[str, int], seconds: float = 240) -> None:
        try:
            wait_until(
                f"rows {wanted}",
                lambda: all(self.rows(stream) >= count for stream, count in wanted.items()),
                seconds,
            )
        except AssertionError as late:
            seen = {stream: self.rows(stream) for stream in wanted}
            logs = "\n".join(f"--- {name}\n{self.tail(name)}" for name in self.processes)
            raise AssertionError(f"{late}; rows {seen}; status {self.get('/api/v1/status')}\n{logs}") from None

    def kill(self, name: str = "up") -> None:
        """kill -9 of the process itself (the script execs java, so it is the JVM)."""
        process = self.processes.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self, name: str = "up", seconds: float = 30) -> float:
        """Ctrl-C; the seconds it took."""
        process = self.processes.pop(name)
        begun = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise AssertionError(f"{name} did not stop within {seconds} s: {self.tail(name)}") from None
        assert code in (0, 130), f"{name} ended with {code}: {self.tail(name)}"
        return time.monotonic() - begun

    def __enter__(self) -> Stack:
        return self

    def __exit__(self, *failure) -> None:
        for other in self.others:
            other.__exit__(*failure)
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def cli(stack: Stack, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess:
    return subprocess.run([str(POLAROID), *arguments], cwd=REPO, env=stack.env, capture_output=True, text=True, timeout=seconds)
