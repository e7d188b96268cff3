"""A worked example of each detector for its page: one finding of the made-up region, its people named by letters."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from detectors.sentences import seen_against

FILE: Final = Path(__file__).with_name("worked_examples.json")
# A page shows so many rows of evidence; the example chosen has no more where there is one.
MOST_ROWS: Final = 14


def load_examples() -> dict[str, Any]:
    """The examples by detector, with the region they come from under ``region``; see ``docs/worked_examples.py``."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def chosen_example(bodies: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of findings of one detector, best ranked first, the first that a page can show whole; else the shortest."""
    if not bodies:
        return None
    short = [body for body in bodies if len(body["evidence"]) <= MOST_ROWS]
    return short[0] if short else min(bodies, key=lambda body: len(body["evidence"]))


def worked_example(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of a stored finding (``Finding.as_dict``): no person id, each person a letter."""
    letters = {
        person: f"person {_letter(number)}"
        for number, person in enumerate(dict.fromkeys(one["person_id"] for one in body["subjects"]))
    }

    def said(text: str) -> str:
        for person, letter in letters.items():
            text = text.replace(person, letter)
        return text

    return {
        "version": body["version"],
        "subjects": [f"{letters[one['person_id']]} as {_words(one['role'])}" for one in body["subjects"]],
        "window": [body["window_from"], body["window_to"]],
        "expires_on": body["expires_on"],
        "observed": body["observed"],
        "baseline": body["baseline"],
        "measure": body["measure"],
        "evidence": [
            [row["happened_on"], row["known_on"], row["record_id"], said(row["statement"])]
            for row in body["evidence"]
        ],
        "counter_evidence": [said(text) for text in body["counter_evidence"]],
        "missing_feeds": [_words(feed) for feed in body["missing_feeds"]],
        "would_clear": said(body["would_clear"]),
    }


def example_section(name: str, version: str) -> list[str]:
    """The lines of a page that show the example of detector ``name``, none where the region gave none."""
    examples = load_examples()
    shown = examples["findings"].get(name)
    if shown is None:
        return [
            "## A worked example",
            "",
            f"The region ({examples['region']}) has no finding of this kind now.",
            "",
        ]
    raised = f"version {shown['version']} of the rule"
    if shown["version"] != version:
        raised += f" (now {version})"
    rows = [
        f"| {day} | {known} | {record} | {text} |"
        for day, known, record, text in shown["evidence"][:MOST_ROWS]
    ]
    further = len(shown["evidence"]) - MOST_ROWS
    against = shown["counter_evidence"] or ["The rows hold nothing that does."]
    silent = ", ".join(shown["missing_feeds"]) or "none"
    return [
        "## A worked example",
        "",
        f"A finding of {raised} in {examples['region']}. Nobody in it exists.",
        "",
        f"* About: {'; '.join(shown['subjects'])}.",
        f"* {shown['window'][0]} to {shown['window'][1]}; it lapses on {shown['expires_on']}.",
        f"* {seen_against(name, shown['observed'], shown['baseline'])} ({shown['measure']}).",
        "",
        "| happened | known | record | what it says |",
        "|---|---|---|---|",
        *rows,
        *([f"| | | | and {further} further rows |"] if further > 0 else []),
        "",
        "What speaks against it:",
        "",
        *(f"* {text}" for text in against),
        f"* Agencies that say nothing of these people in that time: {silent}.",
        "",
        f"What would clear it: {shown['would_clear']}",
        "",
    ]


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"{_letter(number // 26 - 1)}{_letter(number % 26)}"


def _words(code: str) -> str:
    return code.replace("_", " ")
