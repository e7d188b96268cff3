"""Patterns of harm: one file a detector, one ``Finding`` type, each finding explained and replayable."""

from detectors.baseline_training import train_baselines
from detectors.baselines import Baselines, shipped_baselines
from detectors.carrying import Carrying, carry_findings
from detectors.clearing import Clearing, clearing_link
from detectors.drafting import Detector, rule_text, without_weakest_link
from detectors.escalating_harm import escalation_of
from detectors.examples import FILE as EXAMPLES_FILE
from detectors.examples import chosen_example, worked_example
from detectors.facts import EvidenceRows, Settings
from detectors.finding import Evidence, Finding, Subject
from detectors.harm_weights import Harm, HarmWeights, load_harm_weights, shipped_harm_weights
from detectors.intervals import wilson_interval
from detectors.pages import detector_pages
from detectors.registry import DETECTORS
from detectors.replaying import evidence_rows, replay
from detectors.rules import source_in_words, store_rules
from detectors.running import DetectorError, RunReport, run, run_all, store_findings
from detectors.sentences import odds_in_words, seen_against
from detectors.stale import stale_findings
from detectors.thresholds import Thresholds
from detectors.weekly import first_shown, week_ends, weekly_findings
from detectors.what_if import DetectorChange, changed_thresholds, what_if

__all__ = [
    "DETECTORS",
    "EXAMPLES_FILE",
    "Baselines",
    "Carrying",
    "Clearing",
    "Detector",
    "DetectorChange",
    "DetectorError",
    "Evidence",
    "EvidenceRows",
    "Finding",
    "Harm",
    "HarmWeights",
    "RunReport",
    "Settings",
    "Subject",
    "Thresholds",
    "carry_findings",
    "changed_thresholds",
    "chosen_example",
    "clearing_link",
    "detector_pages",
    "escalation_of",
    "evidence_rows",
    "first_shown",
    "load_harm_weights",
    "odds_in_words",
    "replay",
    "rule_text",
    "run",
    "run_all",
    "seen_against",
    "shipped_baselines",
    "shipped_harm_weights",
    "source_in_words",
    "stale_findings",
    "store_findings",
    "store_rules",
    "train_baselines",
    "week_ends",
    "weekly_findings",
    "what_if",
    "wilson_interval",
    "without_weakest_link",
    "worked_example",
]
