"""Harm weights: every shipped figure has its source, published layouts are read as they are, mistakes are told by place."""

import openpyxl
import pytest

from detectors import load_harm_weights, shipped_harm_weights
from detectors.harm_tables import read_harm_table
from detectors.harm_weights import SHIPPED_TABLE
from records.errors import BadInput


def written(folder, text, name="weights.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_figure_has_its_source_and_every_severity_a_place_on_the_stated_scale():
    assert all(row.source for row in read_harm_table(SHIPPED_TABLE))
    weights = shipped_harm_weights()
    scale = [weights.of(None, grade).weight for grade in range(1, 6)]
    assert scale == sorted(set(scale))
    assert weights.of(None, None) == weights.of("Never heard of", 2)


def test_an_offence_that_a_table_names_is_weighed_by_it_and_another_by_its_severity():
    weights = shipped_harm_weights()
    robbery = weights.of("ROBBERY of personal-property", 1)
    assert (robbery.weight, robbery.is_ordinal) == (365, False)
    assert weights.of("Verbal argument", 3).is_ordinal


def test_the_published_workbook_of_the_index_is_read_as_it_is(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.title = "Read me"
    workbook.active.append(["Cambridge Crime Harm Index"])
    sheet = workbook.create_sheet("CCHI 2026 values sheet")
    sheet.append(["ATHENA URN", "FULL_OFFENCE_TITLE", "GROUP", "SUB_GROUP", "CCHI Score"])
    sheet.append([101, "ASSAULT OCCASIONING ACTUAL BODILY HARM", "VIOLENCE", "VIOLENCE WITH INJURY", 20])
    sheet.append([102, "BURGLARY (EXPIRED)", "BURGLARY", "BURGLARY", 730])
    sheet.append([103, "NOT SCORED YET", "OTHER", "OTHER", None])
    workbook.save(tmp_path / "index.xlsx")
    weights = load_harm_weights(tmp_path / "index.xlsx")
    found = weights.of("Assault occasioning actual bodily harm", 5)
    assert (found.weight, found.source, weights.of("101", None).weight) == (
        20,
        "Cambridge Crime Harm Index",
        20,
    )
    assert weights.of("Burglary (expired)", 2).is_ordinal
    assert weights.of("Robbery", None).weight == 365


def test_the_severity_score_is_another_unit_and_needs_its_own_scale(tmp_path):
    score = "Crime Severity Score,,\nList of weights,,\nOffence code,Offence,Weight\n8N,Assault with injury,203.07\n"
    with pytest.raises(BadInput, match="severity 1"):
        load_harm_weights(written(tmp_path, score))
    scale = "".join(f",severity {grade},{grade * 10}\n" for grade in range(1, 6))
    weights = load_harm_weights(written(tmp_path, score + scale))
    assert weights.of("8n", 1).weight == 203.07
    assert weights.of("Robbery", 5).weight == 50


def test_the_hubs_own_rows_win_over_the_shipped(tmp_path):
    own = (
        "offence,weight,source\nRobbery,500,Harm panel of March 2026\nseverity 1,0,Harm panel of March 2026\n"
    )
    weights = load_harm_weights(written(tmp_path, own))
    assert (weights.of("robbery", None).weight, weights.of(None, 1).weight) == (500, 0)
    assert weights.of("robbery", None).source == "Harm panel of March 2026"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("offence,weight,source\nRobbery,500,\n", "line 2: Robbery has no source"),
        ("offence,weight,source\nRobbery,much,Us\n", "line 2: 'much' is no weight"),
        ("offence,weight,source\nRobbery,-1,Us\n", "line 2: '-1' is no weight"),
        (
            "offence,weight,source\nRobbery,1,Us\nRobbery,2,Us\n",
            "line 3: Robbery has the weight 2 here and 1 in line 2",
        ),
        ("offence,weight,source\n", "no weight below it"),
        ("a,b\n1,2\n", "no header of a table of harm weights"),
    ],
)
def test_mistakes_are_told_by_place_and_how_to_mend_them(tmp_path, text, said):
    with pytest.raises(BadInput, match=said):
        load_harm_weights(written(tmp_path, text))


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        load_harm_weights(tmp_path / "gone.csv")
    with pytest.raises(BadInput, match="save it as CSV"):
        load_harm_weights(written(tmp_path, "no workbook", "weights.xlsx"))
