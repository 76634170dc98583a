from __future__ import annotations

import importlib.util
from pathlib import Path

PYTHON = Path(__file__).resolve().parent.parent


def test_stubs_import_each_other_relatively() -> None:
    generated = sorted((PYTHON / "src" / "polaroid" / "v1").glob("*_grpc.py"))
    assert generated
    for path in generated:
        text = path.read_text(encoding="utf-8")
        assert "\nfrom . import " in text
        assert "\nfrom polaroid.v1 import " not in text


def test_only_imports_of_the_stubs_are_rewritten() -> None:
    spec = importlib.util.spec_from_file_location("generate", PYTHON / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = "import grpc\nfrom polaroid.v1 import a_pb2 as a\n# from polaroid.v1 import b\n"
    assert module.with_relative_imports(text) == "import grpc\nfrom . import a_pb2 as a\n# from polaroid.v1 import b\n"


def test_floors_are_those_that_the_stubs_demand() -> None:
    stub = (PYTHON / "src" / "polaroid" / "v1" / "dataframe_pb2_grpc.py").read_text(encoding="utf-8")
    project = (PYTHON / "pyproject.toml").read_text(encoding="utf-8")
    demanded = stub.split("GRPC_GENERATED_VERSION = '")[1].split("'")[0]
    assert f'"grpcio>={demanded}"' in project
