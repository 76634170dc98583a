"""The stacks of the end-to-end tests. Each is the whole product, started as a user starts it."""

from __future__ import annotations

import pytest

from e2e.stack import Stack, variant


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
