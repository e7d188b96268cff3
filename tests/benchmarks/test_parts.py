"""What the parts make of what they measured, and that the peer is who it is said to be."""

import re
import time

import duckdb
import pytest

from benchmarks import bare_splink, incremental, linkage, lookup, quality, room, whole_build


def by_bar(figures):
    return {figure.bar: figure for figure in figures}


def test_bare_splink_is_the_one_that_was_defined():
    model = bare_splink.settings().get_settings("duckdb").as_dict()
    assert model["link_type"] == "dedupe_only"
    blocked = [
        set(re.findall(r'l\."?(\w+)', rule["blocking_rule"]))
        for rule in model["blocking_rules_to_generate_predictions"]
    ]
    assert blocked == [
        {"nhs_number"}, {"dob", "surname"}, {"dob", "first_name"}, {"postcode", "first_name"}, {"postcode", "surname"},
    ]  # fmt: skip
    levels = {
        comparison["output_column_name"]: comparison["comparison_levels"]
        for comparison in model["comparisons"]
    }
    assert list(levels) == ["first_name", "surname", "dob", "postcode", "nhs_number", "sex"]
    for name in ("first_name", "surname"):
        conditions = [level["sql_condition"] for level in levels[name]]
        assert [re.findall(r">= (0\.\d)", condition) for condition in conditions[2:4]] == [["0.9"], ["0.7"]]
        assert all("jaro_winkler" in condition for condition in conditions[2:4])
        assert levels[name][1]["tf_adjustment_column"] == name
    assert (bare_splink.PREDICTED_AT, bare_splink.LINKED_AT) == (0.01, 0.9)


def test_linkage_is_told_without_descriptions_and_its_ratio_run_by_run():
    found = {
        "link": [
            {"standardise": (2.0, 900.0), "people": (4.0, 700.0), "descriptions": (9.0, 5000.0)},
            {"standardise": (3.0, 950.0), "people": (6.0, 600.0), "descriptions": (9.0, 5000.0)},
            {"standardise": (2.0, 800.0), "people": (3.0, 600.0), "descriptions": (9.0, 5000.0)},
        ],
        "splink": [
            {"bare Splink": (2.0, 300.0)},
            {"bare Splink": (4.5, 300.0)},
            {"bare Splink": (1.0, 300.0)},
        ],
        "learn": [{"training": (1.0, 1.0)}] * 3,
    }
    told = by_bar(linkage.figures(found, 1_000_000))
    assert (told["linkage"].ours, told["linkage"].peers[0].value, told["linkage"].ratio) == (6.0, 2.0, 3.0)
    assert not told["linkage"].reached
    assert told["linkage_memory"].ours == 900.0


def test_an_increment_that_tells_other_links_is_counted():
    told = {"link": ["1"], "membership": ["2"], "identity": ["3"]}
    other = told | {"link": ["9"]}

    def run(seconds, tells):
        return {"seconds": {"people": seconds}, "peak_mb": 1.0, "linked": 5, "told": tells}

    found = {"increment": [run(1.0, told), run(1.0, other)], "full": [run(10.0, told), run(8.0, told)]}
    figures = by_bar(incremental.figures(found, 1_000_000))
    assert figures["increment"].ratio == pytest.approx((0.1 + 0.125) / 2)
    assert figures["increment"].reached
    assert figures["increment_differences"].ours == 1
    assert not figures["increment_differences"].reached


def test_lookups_stand_beside_splink():
    found = {lookup.ALL: (10.0, 30.0), lookup.ON_DEMAND: (50.0, 90.0), lookup.PEOPLE: (40.0, 80.0), lookup.SPLINK: (100.0, 60.0)}  # fmt: skip
    told = by_bar(lookup.figures(found, 500_000, 5))
    assert told["lookup_ratio"].judged == pytest.approx(0.1)
    assert told["lookup_ratio_p95"].judged == pytest.approx(0.5)
    assert [told[bar].reached for bar in ("lookup_p50", "lookup_p95", "lookup_ratio_p95")] == [
        True,
        True,
        False,
    ]


def test_growth_is_told_from_the_smallest_size_to_the_largest():
    def size(records, seconds, splink):
        bare = {"seconds": splink, "peak_mb": 100.0}
        return {
            "records": records,
            "runs": 5,
            "seconds_total": seconds,
            "peak_mb": 900.0,
            "bare_splink": bare,
            "stages": [{"processor_seconds": seconds / 2}, {"processor_seconds": seconds / 2}],
        }

    told = by_bar(whole_build.figures([size(1_000_000, 200.0, 30.0), size(100_000, 20.0, 3.0)]))
    assert told["build_growth"].ours == told["build_growth_processor"].ours == pytest.approx(1.0)
    assert "build_growth" not in by_bar(whole_build.figures([size(100_000, 20.0, 3.0)]))


def region_found():
    shares = {"precision": 0.9, "recall": 0.8}
    return {
        "linkage": {
            "pairwise": shares, "bcubed": {"f1": 0.85}, "twins_merged": 1, "seals_broken": 0,
            "by_group": {"white_british": {"recall": 0.9}, "chinese": {"recall": 0.7}},
        },
        "households": shares,
        "incidents": shares,
        "roles_changed": 0,
        "detectors": {
            "repeat_notifications": shares | {"decoys_flagged": 0.0},
            "gang_network": shares | {"decoys_flagged": 0.5},
        },
        "bare_splink": {"precision": 0.5, "recall": 0.6},
        "checks": {"beside_raw_counts": [], "replayed": 7, "not_replayed": 0},
    }  # fmt: skip


def test_quality_tells_every_row_and_names_the_group_least_found():
    told = quality.figures(region_found(), 200_000, 41)
    rows = by_bar(told)
    assert rows["recall_gap"].ours == pytest.approx(0.2)
    assert rows["recall_gap"].where == "seed 41, chinese least"
    assert rows["pairwise_recall"].peers[0].value == 0.6
    assert rows["repeat_notifications"].reached is False  # nobody was shown, so nothing was compared
    assert rows["not_replayed"].where == "seed 41, 7 replayed"
    assert [figure.where for figure in told if figure.bar == "detector_decoys"] == [
        "seed 41, gang_network", "seed 41, repeat_notifications",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "raw", "row", "value", "reached"),
    [
        (0.90, 0.60, "repeat_notifications", 0.90, True),
        (0.80, 0.60, "repeat_notifications", 0.80, False),
        (0.98, 0.75, "repeat_errors_avoided", 0.92, True),
        (0.90, 0.75, "repeat_errors_avoided", 0.60, False),
        (1.00, 1.00, "repeat_errors_avoided", 1.00, True),
    ],
)
def test_beside_raw_counts_the_bar_is_one_that_can_be_reached(ours, raw, row, value, reached):
    found = region_found() | {
        "checks": {
            "beside_raw_counts": [
                {
                    "people": 9,
                    "detector": ours,
                    "raw_counts": raw,
                    "times": ours / raw,
                    "most_possible": 1 / raw,
                }
            ],
            "replayed": 7,
            "not_replayed": 0,
        }
    }
    rows = by_bar(quality.figures(found, 200_000, 41))
    assert {"repeat_notifications", "repeat_errors_avoided"} & set(rows) == {row}
    assert rows[row].ours == pytest.approx(value)
    assert rows[row].reached is reached


def test_the_tables_of_a_snapshot_add_up_to_its_file_and_their_growth_is_told(tmp_path):
    path = tmp_path / "000001.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE record AS SELECT hash(i) AS a FROM range(300_000) t (i)")
        connection.execute("CREATE TABLE label AS SELECT 1 AS one")
        connection.execute("CHECKPOINT")
    held = room.table_megabytes(path)
    assert next(iter(held)) == "record"
    assert 2 < held["record"] < 4
    assert sum(held.values()) == pytest.approx(path.stat().st_size / 2**20, abs=0.05)

    def size(records, times):
        return {
            "records": records,
            "snapshot_mb": 10.0 * times,
            "tables_mb": {"record": 5.0 * times**2, "label": 0.1},
        }

    assert whole_build.growth_of_room([size(1000, 1), size(10_000, 10)]) == {
        "The snapshot": 1.0,
        "Table record": 2.0,
    }
    assert whole_build.growth_of_room([size(1000, 1)]) == {}


def test_the_most_that_a_build_spilled_at_once_is_seen(tmp_path):
    folder = tmp_path / "snapshots" / "000001.duckdb.partial.1-ab.spill"
    folder.mkdir(parents=True)
    with room.watching_spills(tmp_path) as seen:
        (folder / "duckdb_temp_storage-0.tmp").write_bytes(b"x" * 2**20)
        while not seen.peak_mb:
            time.sleep(0.01)
        (folder / "duckdb_temp_storage-0.tmp").unlink()
    assert seen.peak_mb == 1.0
    assert room.spilled_mb(tmp_path) == 0.0


def test_growth_of_a_stage_is_told_where_it_takes_a_second_or_more():
    def size(records, review, small):
        stages = (("Drawing up links for review (hub)", review), ("Finding what changed", small))
        return {
            "records": records,
            "stages": [{"name": name, "processor_seconds": seconds} for name, seconds in stages],
        }

    told = whole_build.growth_of_stages([size(1_000_000, 400.0, 9.0), size(100_000, 4.0, 0.1)])
    assert told == {"Drawing up links for review (hub)": 2.0}
    assert whole_build.growth_of_stages([size(100_000, 4.0, 0.1)]) == {}
