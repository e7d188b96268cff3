"""Patterns of harm: one file a detector, one ``Finding`` type, each finding explained and replayable."""

from detectors.baseline_training import train_baselines
from detectors.baselines import Baselines, shipped_baselines
from detectors.carrying import Carrying, carry_findings
from detectors.drafting import Detector, rule_text
from detectors.facts import EvidenceRows, Settings
from detectors.finding import Evidence, Finding, Subject
from detectors.pages import detector_pages
from detectors.registry import DETECTORS
from detectors.replaying import evidence_rows, replay
from detectors.running import DetectorError, RunReport, run, run_all, store_findings
from detectors.thresholds import Thresholds
from detectors.weekly import first_shown, week_ends, weekly_findings

__all__ = [
    "DETECTORS",
    "Baselines",
    "Carrying",
    "Detector",
    "DetectorError",
    "Evidence",
    "EvidenceRows",
    "Finding",
    "RunReport",
    "Settings",
    "Subject",
    "Thresholds",
    "carry_findings",
    "detector_pages",
    "evidence_rows",
    "first_shown",
    "replay",
    "rule_text",
    "run",
    "run_all",
    "shipped_baselines",
    "store_findings",
    "train_baselines",
    "week_ends",
    "weekly_findings",
]
