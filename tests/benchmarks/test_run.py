"""A whole run with parts of a few lines: what fails is told, what was measured is kept, and nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from benchmarks.bars import BARS
from benchmarks.figures import Figure, Peer
from benchmarks.plan import FULL, FULL_MINUTES, QUICK, QUICK_MINUTES, Part, minutes, parts
from benchmarks.report import Run, shown, write
from benchmarks.running import fingerprint, keep, kept, run_part, scratch_folder

ROOT = Path(__file__).parents[2]
MEASURES = """
    import sys
    from benchmarks.figures import Figure, Peer, tell
    from benchmarks.part import options
    asked = options(None).parse_args()
    figure = Figure("linkage", 5.0, 1_000_000, "records", peers=(Peer("bare Splink", 4.0),), runs=asked.runs)
    tell([figure], asked.out, {"words": "told"})
"""
BREAKS = "raise SystemExit('the disk is full')"
# Starts another process, says so, and never ends.
STAYS = """
    import subprocess, sys, tempfile, time
    from pathlib import Path
    from benchmarks.part import options
    options(None)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(tempfile.gettempdir(), "made.duckdb").write_text("half")
    Path(sys.argv[1]).write_text(str(child.pid))
    time.sleep(600)
"""
MACHINE = {
    "processor": "one", "cores": 2, "memory_gb": 4.0, "load_at_start": 0.1, "system": "Linux", "python": "3.11",
    "packages": {"duckdb": "1.5"},
}  # fmt: skip


@pytest.fixture
def part(tmp_path, monkeypatch):
    """A part of a few lines: ``part(name, code, *arguments)``."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def make(name, code, *arguments, limit=60.0):
        file = tmp_path / f"{name}.py"
        file.write_text(textwrap.dedent(code))
        return Part(name, (str(file), *arguments), limit, ("linkage",))

    return make


def is_running(process):
    state = Path("/proc", str(process), "stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(holds):
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_run_goes_on_after_a_part_that_fails_and_tells_all(part, tmp_path):
    planned = [part("breaks", BREAKS), part("measures", MEASURES, "--runs", "3")]
    outcomes = [run_part(one, tmp_path) for one in planned]
    assert [outcome.status for outcome in outcomes] == ["failed", "measured"]
    assert outcomes[0].reason == "the disk is full"
    assert outcomes[1].figures == (
        Figure("linkage", 5.0, 1_000_000, "records", runs=3, peers=(Peer("bare Splink", 4.0),)),
    )

    run = Run("tried", "make", "2026-01-01", "abc", MACHINE, tuple(planned), tuple(outcomes))
    write(run, tmp_path / "results")
    page = (tmp_path / "results" / "tried.md").read_text()
    assert "| ≤ 2.5 times | 5.0 s (of 3) | bare Splink 4.0 s | 1.25 | yes |" in page
    assert "not measured |  |  | failed: the disk is full |" in page
    document = json.loads((tmp_path / "results" / "tried.json").read_text())
    assert document["figures"][0]["reached"] is True
    assert document["exit_status"] == run.exit_status == 2
    assert (tmp_path / "results" / "tried.svg").stat().st_size > 1_000


def test_a_part_that_takes_too_long_leaves_no_process(part, tmp_path):
    told = tmp_path / "child"
    outcome = run_part(part("stays", STAYS, str(told), limit=5.0), tmp_path)
    assert outcome.status == "out of time"
    wait_until(lambda: not is_running(told.read_text()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_process_and_no_scratch(part, tmp_path, number):
    told, temporary = tmp_path / "child", tmp_path / "temporary"
    temporary.mkdir()
    stays = part("stays", STAYS, str(told))
    code = f"""
        import signal
        from benchmarks.part import end_in_order
        from benchmarks.plan import Part
        from benchmarks.running import run_part, scratch_folder
        end_in_order()
        with scratch_folder() as scratch:
            run_part(Part("stays", {stays.command!r}, 600.0), scratch)
    """
    run = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], env={**os.environ, "TMPDIR": str(temporary)}
    )
    wait_until(lambda: told.exists() and told.read_text())
    assert list(temporary.glob("*/*/made.duckdb"))
    run.send_signal(number)
    run.wait(30)
    wait_until(lambda: not is_running(told.read_text()))
    # A run that was killed could not clear up: the next one does.
    before = tempfile.tempdir
    tempfile.tempdir = str(temporary)
    with scratch_folder() as scratch:
        assert list(temporary.iterdir()) == [scratch]
    tempfile.tempdir = before
    assert not list(temporary.iterdir())


def test_what_was_measured_is_taken_again_for_the_same_code_and_options_alone(part, tmp_path):
    measures = part("measures", MEASURES)
    stamp = fingerprint(measures, "abc", {"duckdb": "1.5"})
    outcome = run_part(measures, tmp_path, stamp)
    keep(outcome, tmp_path / "shelf")
    again = kept(measures, stamp, tmp_path / "shelf")
    assert again is not None
    assert (again.figures, again.reused) == (outcome.figures, True)
    other = Part(measures.name, (*measures.command, "--runs", "1"), 60.0)
    for changed in (
        fingerprint(measures, "abd", {"duckdb": "1.5"}),
        fingerprint(measures, "abc", {"duckdb": "1.6"}),
        fingerprint(other, "abc", {"duckdb": "1.5"}),
        fingerprint(measures, "unknown", {}),
    ):
        assert kept(measures, changed, tmp_path / "shelf") is None


@pytest.mark.parametrize(("sizes", "most"), [(QUICK, QUICK_MINUTES), (FULL, FULL_MINUTES)])
def test_a_plan_ends_in_the_time_told_and_has_a_part_for_every_bar(sizes, most):
    planned = parts(sizes, (1, 2, 3), 5)
    assert minutes(planned) <= most
    covered = {bar for part in planned for bar in part.bars}
    assert {key for key, bar in BARS.items() if bar.words} <= covered <= set(BARS)
    for part in planned:
        assert Path(ROOT, *part.command[1].split(".")).with_suffix(".py").is_file()


def test_the_full_plan_measures_what_the_bars_speak_of():
    planned = parts(FULL, (1,), 5)
    numbers = {int(word) for part in planned for word in part.command if word.isdigit()}
    assert {bar.size.count for bar in BARS.values() if bar.size} <= numbers


@pytest.mark.parametrize(
    ("bar", "value", "reached"),
    [
        ("pairwise_recall", 0.985, True),
        ("pairwise_recall", 0.98499, False),
        ("lookup_p50", 20.0, True),
        ("lookup_p50", 20.1, False),
        ("twins_merged", 0, True),
        ("twins_merged", 1, False),
        ("shared", 5.0, None),
    ],
)
def test_a_bar_is_reached_at_its_value(bar, value, reached):
    figure = Figure(bar, value, 10, "records")
    assert figure.reached is reached
    share = figure.row.share_used(value)
    assert share is None if reached is None else (share <= 1 + 1e-9) == reached


def test_a_bar_on_a_ratio_is_missed_where_no_peer_was_measured():
    assert Figure("linkage", 5.0, 1_000_000, "records").reached is False
    assert Figure("linkage", 5.0, 1_000_000, "records", peers=(Peer("Splink", 2.0),)).reached
    assert not Figure("linkage", 5.0, 1_000_000, "records", peers=(Peer("Splink", 2.0),), ratio=2.6).reached


def test_less_data_than_the_bar_speaks_of_is_said():
    assert Figure("ego", 1.0, 1_199_000, "edges").cells()[-1] == "yes"
    assert Figure("ego", 1.0, 30_000, "edges").cells()[-1] == "yes (asked at 1,200,000 edges)"


def test_the_table_shows_the_worst_detector_and_the_page_all(tmp_path):
    figures = tuple(
        Figure(f"detector_{measure}", value, 200_000, "people", f"seed {seed}, {name}")
        for measure, value in (("recall", 0.95), ("precision", 0.9), ("decoys", 0.0))
        for seed in (1, 2)
        for name in ("bridging_adult", "gang_network")
    )
    worse = Figure("detector_recall", 0.85, 200_000, "people", "seed 2, repeat_marac")
    told = shown([*figures, worse])
    assert [figure.row.measure for figure in told] == [
        "detector, recall", "detector, precision", "detector, decoys flagged",
    ]  # fmt: skip
    assert told[0] == worse
