"""The benchmark of quality from end to end, on a region small enough for it."""

import pytest

from benchmarks import quality


@pytest.mark.faults
def test_every_row_of_quality_comes_of_a_small_region() -> None:
    found = quality.measure(1_500, 41)
    rows = {figure.bar: figure for figure in quality.figures(found, 1_500, 41)}
    assert rows["pairwise_recall"].ours > 0.95
    assert rows["pairwise_recall"].peers[0].value > 0.5
    assert rows["not_replayed"].ours == 0
    assert found["checks"]["replayed"] > 0
