"""A server for one session: a child of this process that ends with it."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import threading
from collections import deque

from polaroid.errors import PolaroidError

_PATIENCE_SECONDS = 120.0


def launcher() -> str:
    """The ``polaroid`` command: what ``POLAROID_COMMAND`` names, else the checkout's around this package, or the path's."""
    named = os.environ.get("POLAROID_COMMAND")
    if named:
        return named
    checkout = pathlib.Path(__file__).resolve().parents[3] / "polaroid"
    if checkout.is_file() and os.access(checkout, os.X_OK):
        return str(checkout)
    found = shutil.which("polaroid")
    if not found:
        raise PolaroidError("not-connected", "there is no polaroid command: set POLAROID_COMMAND to it, or put it on the PATH")
    return found


class LocalServer:
    """``polaroid local`` as a child. It ends when the pipe to its input does, so with this process, however that ends."""

    address: str

    def __init__(self, command: str | None = None, *, seconds: float = _PATIENCE_SECONDS) -> None:
        self._told: deque[str] = deque(maxlen=50)
        self._ready = threading.Event()
        self._process = subprocess.Popen(
            [command or launcher(), "local"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C in a shell is for this process alone
        )
        threading.Thread(target=self._listen, name="polaroid-local", daemon=True).start()
        if not self._ready.wait(seconds) or not hasattr(self, "address"):
            self.close()
            told = "\n".join(self._told) or f"it said nothing for {seconds:.0f} s"
            raise PolaroidError("not-connected", f"the local server did not start: {told}")

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("grpc "):
                self.address = line.removeprefix("grpc ").strip()
                self._ready.set()
            else:
                self._told.append(line.rstrip())
        self._ready.set()

    def close(self) -> None:
        """Ends the server. Closing twice is fine."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)
