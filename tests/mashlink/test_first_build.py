"""What the first builds of a hub learn from the rows at hand, and when they stop."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.unlike_lists import dutch_register
from mashlink.calibration import load_calibration, shipped


def test_the_model_is_learnt_from_a_sample_and_anew_until_there_is_more_than_a_sample(
    mashlink: Callable[..., Any], tmp_path: Path
) -> None:
    feeds, kept = tmp_path / "feeds", tmp_path / "store" / "calibration.json"
    feeds.mkdir()

    def build(people: int) -> int:
        rows = len(dutch_register(people).write(feeds))
        ran = mashlink("build", "--feeds", feeds, "--store", tmp_path / "store", "--json")
        assert ran.status == 0, ran.complaints
        return rows

    assert build(100) < 300
    assert not kept.exists()

    sample = build(200)
    learnt = load_calibration(kept)
    assert learnt.linkage.trained_on["records"] == sample < 1_000
    assert learnt.detectors == shipped().detectors

    enough = build(600)
    assert load_calibration(kept).linkage.trained_on["records"] == enough >= 1_000

    text = kept.read_text()
    build(650)
    assert kept.read_text() == text
