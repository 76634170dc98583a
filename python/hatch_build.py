"""Generates the stubs when a wheel is built inside the repository; an sdist carries them already."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StubsHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        spec = importlib.util.spec_from_file_location("generate", root / "generate.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if module.DEFAULT_PROTO.is_dir():
            module.generate()
        elif not (root / "src" / "polaroid" / "v1" / "dataframe_pb2.py").is_file():
            raise RuntimeError("the gRPC stubs are missing: run `python generate.py` first")
