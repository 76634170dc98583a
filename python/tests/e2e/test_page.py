"""The page of the real server in real Chromium, while the session plays at its original pace."""

from __future__ import annotations

import os
import subprocess

import pytest

from e2e.stack import REPO, wait_until


def found(tool: str) -> str:
    return subprocess.run([str(REPO / "tools" / tool)], capture_output=True, text=True).stdout.strip()


def test_page(new_stack):
    chromium, node = found("chromium"), found("node-home")
    if not chromium or not node:
        pytest.skip("left out: the page in a browser (needs Node 20.19 or newer and Chromium; make ci-tools installs it)")
    stack = new_stack(speed=1)
    stack.replay()
    stack.up()
    stack.await_rows({"trades": 20})
    wait_until(
        "bars are there", lambda: (stack.get("/api/v1/candles?table=bars_1s&symbol=BTCUSDT&limit=5") or {}).get("rows"), 60
    )
    env = {**os.environ, "POLAROID_URL": stack.web, "CHROMIUM": chromium}
    env["PATH"] = f"{node}:{env['PATH']}"
    done = subprocess.run(
        ["npm", "run", "--silent", "e2e"], cwd=REPO / "web", env=env, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
