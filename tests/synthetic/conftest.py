"""One small region for all tests of the room."""

from pathlib import Path

import pytest

from synthetic import RegionOptions, RegionReport, make_region

PEOPLE, SEED = 2_000, 7


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RegionReport]:
    out = tmp_path_factory.mktemp("region")
    return out, make_region(RegionOptions(PEOPLE, SEED), out)
