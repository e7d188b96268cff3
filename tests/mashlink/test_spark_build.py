"""A build on Spark is the build on DuckDB, and each carries on from the other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkage import require_spark
from mashlink.engine import cluster_of, forget_hand_over, hand_over
from mashlink.settings import Settings
from mashlink.wiring import store_at
from records.errors import BadInput

pytestmark = pytest.mark.xdist_group("walk")
COMPARED = ("link", "membership", "household_spell", "incident", "edge", "finding", "review_pair")


def test_without_java_a_build_is_refused_and_the_last_snapshot_stays(
    walked: Any, mashlink: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = store_at(walked.store, Settings()).current_id()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    ran = mashlink("build", "--feeds", walked.region / "feeds", "--store", walked.store, "--engine", "spark")
    assert ran.status == 2
    assert "--engine spark: " in ran.complaints
    assert "Traceback" not in ran.complaints
    assert store_at(walked.store, Settings()).current_id() == before


def test_records_of_an_encrypted_store_are_not_handed_over_in_the_clear(tmp_path: Path) -> None:
    settings = Settings(snapshot_key_file=tmp_path / "snapshot.keys")
    with pytest.raises(BadInput, match="spark_folder"):
        cluster_of("spark", store_at(tmp_path / "store", Settings()), settings)


@pytest.mark.parametrize("shared", [None, "shared"])
def test_what_a_killed_build_handed_over_goes_with_the_next_one(tmp_path: Path, shared: str | None) -> None:
    settings = Settings(spark_folder=tmp_path / shared if shared else None)
    stores = [store_at(tmp_path / name, settings) for name in ("one", "other")]
    left = []
    for store in stores:
        forget_hand_over(store, settings)
        left.append(hand_over(store, settings) / "records" / "rows.parquet")
        left[-1].parent.mkdir(parents=True)
        left[-1].touch()
    forget_hand_over(stores[0], settings)
    assert [file.exists() for file in left] == [False, True]


def test_there_is_no_third_engine(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="duckdb or spark"):
        cluster_of("flink", store_at(tmp_path, Settings()), Settings())


@pytest.mark.faults
def test_a_whole_build_on_spark(walked: Any, mashlink: Callable[..., Any], tmp_path: Path) -> None:
    try:
        require_spark()
    except BadInput as error:
        pytest.skip(str(error))
    feeds, store = walked.region / "feeds", tmp_path / "store"
    on_spark = mashlink("build", "--feeds", feeds, "--store", store, "--engine", "spark", "--json")
    assert on_spark.status == 0, on_spark.complaints
    assert tables_of(store) == tables_of(walked.store)
    assert not (store / "spark").exists()

    carried_on = mashlink("build", "--feeds", feeds, "--store", store, "--json")
    assert carried_on.json["linkage"]["kind"] == "incremental"
    assert tables_of(store) == tables_of(walked.store)


def tables_of(store: Path) -> dict[str, list[Any]]:
    with store_at(store, Settings()).open_current() as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in COMPARED
        }
