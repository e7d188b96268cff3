"""What is missing for Spark is said before anything is read, with what to do about it."""

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

from linkage import require_spark
from records.errors import BadInput


@pytest.fixture
def with_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if pyspark were installed."""
    module = ModuleType("pyspark")
    module.__spec__ = ModuleSpec("pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark", module)


def a_java(home: Path, says: str) -> Path:
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o700)
    return home


def test_without_pyspark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(BadInput, match="make spark"):
        require_spark()


@pytest.mark.usefixtures("with_pyspark")
def test_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match=r"no Java on the PATH.* openjdk-17-jre-headless"):
        require_spark()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(BadInput, match="no Java below JAVA_HOME"):
        require_spark()


@pytest.mark.usefixtures("with_pyspark")
@pytest.mark.parametrize(
    ("says", "told"),
    [
        ('openjdk version "11.0.22" 2024-01-16', "is Java 11; Spark 4 needs 17"),
        ('java version "1.8.0_392"', "is Java 1; Spark 4 needs 17"),
        ("nothing of the kind", "is Java of an unknown version"),
    ],
)
def test_an_older_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str, told: str) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "java", says)))
    with pytest.raises(BadInput, match=told):
        require_spark()


@pytest.mark.usefixtures("with_pyspark")
def test_a_java_that_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "java", 'openjdk version "21" 2023-09-19')))
    require_spark()
