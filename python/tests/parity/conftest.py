"""One server for all cases: the one at POLAROID_PARITY_SERVER if it is named, else the product, started as a user starts it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from e2e.stack import Stack

import polaroid as pd

# A stream that nothing feeds: the server is all that the cases need.
PIPELINE = """
application: parity
streams:
  ticks: {schema: Trade, key: [symbol], time: ts}
"""


@pytest.fixture(scope="package", autouse=True)
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.Connection]:
    named = os.environ.get("POLAROID_PARITY_SERVER")
    if named:
        with pd.connect(named) as connection:
            yield connection
        return
    folder = tmp_path_factory.mktemp("parity")
    pipeline = folder / "pipeline.yaml"
    pipeline.write_text(PIPELINE)
    with Stack(folder, pipeline=pipeline) as stack:
        stack.up()
        with pd.connect(stack.grpc) as connection:
            yield connection
        stack.stop()
