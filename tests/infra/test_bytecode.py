"""What Lambda imports is compiled before it gets there."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from infra.constructs.bytecode import VERSION, add_bytecode, compiler
from infra.constructs.package_layer import PackageBundling
from infra.constructs.service_function import RUNTIME

HERE = "{}.{}".format(*sys.version_info)


def test_it_is_compiled_for_the_version_that_runs_there() -> None:
    assert RUNTIME.name == f"python{VERSION}"


def test_only_the_very_version_compiles() -> None:
    assert compiler(HERE) == sys.executable
    assert compiler("3.1") is None


def test_the_package_is_copied_and_compiled(tmp_path: Path) -> None:
    assert PackageBundling(sys.executable).try_bundle(str(tmp_path), None)  # type: ignore[arg-type]
    sources = list((tmp_path / "python").rglob("*.py"))
    assert len(sources) > 300
    assert not list(tmp_path.rglob("*.md"))
    for source in sources:
        compiled = Path(importlib.util.cache_from_source(str(source))).read_bytes()
        # Never looked at again, so that it holds whatever becomes of the source's time stamp (PEP 552).
        assert compiled[4:8] == b"\x01\0\0\0", source
        assert str(tmp_path).encode() not in compiled, source


def test_what_is_no_python_goes_without(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def :")
    (tmp_path / "fine.py").write_text("print('from bytecode')")
    add_bytecode(tmp_path, sys.executable)
    assert [path.name.split(".")[0] for path in tmp_path.rglob("*.pyc")] == ["fine"]
    (tmp_path / "fine.py").write_text("print('from source')")
    ran = subprocess.check_output([sys.executable, "-c", "import fine"], cwd=tmp_path, text=True)
    assert ran.strip() == "from bytecode"


def test_without_a_compiler_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fine.py").write_text("")
    add_bytecode(tmp_path, None)
    assert f"No python{VERSION} here" in capsys.readouterr().err
    assert not list(tmp_path.rglob("*.pyc"))
