"""The stacks of the end-to-end tests. Each is the whole product, started as a user starts it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from stack import DEMO, Stack


def variant(folder: Path, change) -> Path:
    """The demo pipeline with something changed, in a file of its own."""
    pipeline = yaml.safe_load(DEMO.read_text())
    change(pipeline)
    path = folder / "pipeline.yaml"
    path.write_text(yaml.safe_dump(pipeline, sort_keys=False))
    return path


@pytest.fixture
def new_stack(tmp_path):
    """Makes stacks in folders of this test; all are ended with it."""
    stacks: list[Stack] = []

    def make(name: str = "stack", change=None, **settings) -> Stack:
        folder = tmp_path / name
        folder.mkdir()
        if change is not None:
            settings["pipeline"] = variant(folder, change)
        stack = Stack(folder, **settings)
        stacks.append(stack)
        return stack

    yield make
    for stack in stacks:
        stack.__exit__(None, None, None)
