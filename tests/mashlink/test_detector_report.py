"""The detector report: what it says, that it names nobody, and that it is one file without scripts."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from access import PastPrecision
from mashlink.detector_report import DetectorFigures, DetectorReport, GroupRate, Measured
from mashlink.detector_report_page import detector_page, spark, volume

WEEKS = tuple(date(2026, 1, 4) + timedelta(weeks=number) for number in range(3))
NOBODY = PastPrecision(0, 0, None, "Nobody here has judged any of its findings yet.")
GANGS = DetectorFigures(
    "gang_network", "A small group.", 2, 5, (0, 4, 1),
    Measured(0.6, (0.2, 0.9), 5), Measured(0.95, (0.8, 1.0), 20), Measured(0.0, (0.0, 0.1), 30), NOBODY,
)  # fmt: skip
FEW = GroupRate("ethnic_group", "gypsy_roma", 400, 40, 0.1, (0.074, 0.133), 5.0, 0.02)
MANY = GroupRate("ethnic_group", "white_british", 3600, 40, 0.0111, (0.008, 0.015), 0.56, 0.02)
REPORT = DetectorReport("000007", date(2026, 1, 18), 4000, 3, WEEKS, (GANGS,), (FEW, MANY), True)


def test_the_page_says_what_falls_short_and_whom_it_names_unequally():
    text = detector_page(REPORT, "Northmere <MASH>")
    assert "Northmere &lt;MASH&gt;" in text
    assert "Short of what is asked of each detector: gang network (precision 60%)." in text
    assert "gypsy roma (5.0 times everyone&#39;s rate)" in text
    assert "Nobody has judged any finding yet." in text
    assert not re.search(r"<script|https?://", text)


def test_without_truth_it_claims_nothing_about_being_right():
    bare = replace(
        REPORT,
        has_truth=False,
        detectors=(
            replace(
                GANGS,
                precision=None,
                recall=None,
                decoys=None,
                judged=PastPrecision(1, 2, (0.1, 0.9), "1 of 2."),
            ),
        ),
        groups=tuple(replace(one, truly=None) for one in REPORT.groups),
    )
    text = detector_page(bare, "hub")
    assert "How right it is" not in text
    assert "People judged 2 findings and confirmed 1 of them." in text


def test_pictures_stand_inside_their_frame():
    drawn = volume(REPORT)
    assert [bar.words.split()[0] for bar in drawn.bars] == ["4", "1"]
    assert all(bar.y >= 0 and bar.height > 0 for bar in drawn.bars)
    assert spark((0, 3, 9), 3) == "0.0,29.0 90.0,1.0 180.0,1.0"
    assert detector_page(replace(REPORT, weeks=(), detectors=(replace(GANGS, weekly=(), shown=0),)), "hub")


@pytest.mark.xdist_group("walk")
def test_the_command_writes_one_page_that_names_nobody_and_leaves_one_entry(mashlink, walked, tmp_path):
    out = tmp_path / "detectors.html"
    why = ("--purpose", "data_quality", "--reason", "Quarterly look")
    done = mashlink(
        "report", "detectors", "--store", walked.store, "--truth", walked.region / "truth", "--out", out, *why
    )
    assert done.status == 0, done.complaints
    text = out.read_text(encoding="utf-8")
    assert "Measured against the known truth" in text
    assert not re.search(r"\b(police|health|education|housing|social_care):\w", text)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_of_none_is_no_share(value):
    text = detector_page(replace(REPORT, detectors=(replace(GANGS, decoys=Measured(value, None, 0)),)), "hub")
    assert "none known" in text
