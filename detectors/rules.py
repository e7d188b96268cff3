"""The rules as a build applied them, kept beside the findings so that a reader sees by which numbers they were raised."""

import json
from typing import Any, Final

import duckdb
from pydantic import BaseModel

from detectors.drafting import rule_text
from detectors.registry import DETECTORS
from detectors.thresholds import Thresholds

SHIPPED: Final = "shipped"
# By this the source of a threshold says that nobody has published one.
UNSETTLED: Final = " [check]"


def store_rules(
    connection: duckdb.DuckDBPyConnection, thresholds: Thresholds, configuration: str = SHIPPED
) -> None:
    """Write ``detector_rule``: each rule in words, and its thresholds beside the shipped ones with their sources."""
    shipped = Thresholds()
    connection.execute("DELETE FROM detector_rule")
    for detector in DETECTORS:
        lines = threshold_lines(getattr(thresholds, detector.name), getattr(shipped, detector.name))
        connection.execute(
            "INSERT INTO detector_rule VALUES (?, ?, ?, ?, ?)",
            [detector.name, detector.version, rule_text(detector), json.dumps(lines), configuration],
        )


def threshold_lines(limits: BaseModel, shipped: BaseModel) -> list[dict[str, str]]:
    """Each setting of a group with its value, the shipped one, and what it is and where it comes from."""
    return [
        {
            "name": name,
            "value": shown(getattr(limits, name)),
            "shipped": shown(getattr(shipped, name)),
            "source": source_in_words(field.description or ""),
        }
        for name, field in type(limits).model_fields.items()
    ]


def source_in_words(description: str) -> str:
    """What a threshold is and where it comes from, ``[check]`` written out for those who read no code."""
    return description.replace(UNSETTLED, "; no published figure settles it, a choice of the hub")


def shown(value: Any) -> str:
    """A threshold as people read it: the items of a list with commas between."""
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)
