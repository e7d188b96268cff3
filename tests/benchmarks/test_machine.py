"""Which code was measured: the same through commits of documents, other with any file that may move a figure."""

import subprocess
from pathlib import Path

from benchmarks.machine import measured_code


def commit(root: Path, **files: str) -> None:
    """Write files (``_`` for the slash and ``__`` for the dot in their names) and commit them."""
    for name, text in files.items():
        path = root / name.replace("__", ".").replace("_", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    author = ("-c", "user.name=A", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "Change")):
        subprocess.run(["git", *arguments], cwd=root, check=True)


def test_documents_results_and_tests_move_no_figure(tmp_path: Path) -> None:
    commit(tmp_path, linkage_pairs__py="1", docs_scaling__md="a")
    code = measured_code(tmp_path)
    commit(
        tmp_path, docs_scaling__md="b", README__md="c", benchmarks_results_full__json="{}", tests_test__py="2"
    )
    (tmp_path / "docs" / "draft.txt").write_text("d", encoding="utf-8")
    assert measured_code(tmp_path) == code != "unknown"


def test_any_other_file_may(tmp_path: Path) -> None:
    commit(tmp_path, linkage_pairs__py="1")
    met = {measured_code(tmp_path)}
    (tmp_path / "linkage" / "pairs.py").write_text("2", encoding="utf-8")
    met.add(measured_code(tmp_path))
    commit(tmp_path)
    met.add(measured_code(tmp_path))
    (tmp_path / "linkage" / "places.py").write_text("1", encoding="utf-8")
    met.add(measured_code(tmp_path))
    commit(tmp_path, pyproject__toml="1")
    met.add(measured_code(tmp_path))
    assert len(met) == 5


def test_outside_a_checkout_the_code_is_unknown(tmp_path: Path) -> None:
    assert measured_code(tmp_path) == "unknown"
