"""The pages of ``docs/detectors/``, written from the code so that they cannot fall behind it."""

import inspect

from pydantic import BaseModel

from detectors.drafting import Detector, rule_text
from detectors.examples import example_section
from detectors.registry import DETECTORS
from detectors.rules import shown
from detectors.thresholds import Thresholds

_SPELLED = {"repeat_marac": "Repeat MARAC", "cross_boundary_family": "Cross-boundary family"}
_NOTE = "<!-- Written by `mashlink docs` from the code; change the rule or its thresholds, not this page. -->"


def detector_pages() -> dict[str, str]:
    """The text of each page of ``docs/detectors/`` by its file name; ``adding.md`` is written by hand."""
    shipped = Thresholds()
    pages = {
        f"{detector.name}.md": _page(detector, getattr(shipped, detector.name)) for detector in DETECTORS
    }
    return pages | {"README.md": _overview(shipped)}


def title(name: str) -> str:
    """A detector's name as a heading: ``gang_network`` to ``Gang network``."""
    return _SPELLED.get(name) or name.replace("_", " ").capitalize()


def _page(detector: Detector, limits: BaseModel) -> str:
    module = inspect.getmodule(type(detector))
    first_line = (inspect.getdoc(module) or "").split("\n")[0]
    return "\n".join(
        [
            f"# {title(detector.name)}",
            "",
            _NOTE,
            "",
            first_line,
            "",
            "## The rule, as every finding shows it",
            "",
            rule_text(detector),
            "",
            f"Name `{detector.name}`, version {detector.version}. "
            + ("It is about a group: a finding keeps its id while the group grows." if detector.grows else "")
            + ("" if detector.grows else "A finding keeps its id while the same people stay its subjects."),
            "",
            "## Thresholds",
            "",
            f"Try a change with `mashlink thresholds what-if --set {detector.name}.<setting>=<value>`, keep it with",
            "`mashlink thresholds save`, or set it in the settings file under `thresholds`.",
            "",
            *_table(limits),
            "",
            "## What a finding holds",
            "",
            "Subjects in the roles the records give them; each row of evidence with its agency, record, day and day",
            "known; what was observed against the baseline with an interval; what speaks against it; which agencies",
            "were silent; what would clear it; and the day it lapses. From its evidence rows alone the rule finds it",
            "again, and without them it does not. Beside it stand the thresholds in force, how often this hub confirmed what",
            "the rule raised before, and how the rows may be handled.",
            "",
            *example_section(detector.name, detector.version),
        ]
    )


def _table(limits: BaseModel) -> list[str]:
    rows = ["| setting | shipped value | what it is, and its source |", "|---|---|---|"]
    for name, field in type(limits).model_fields.items():
        rows.append(f"| `{name}` | {shown(getattr(limits, name))} | {field.description} |")
    return rows


def _overview(shipped: Thresholds) -> str:
    return "\n".join(
        [
            "# Detectors",
            "",
            _NOTE,
            "",
            "A detector raises findings: flags for a human, never decisions and never a score of a person. Each rule is",
            "one file of `detectors/`; [adding.md](adding.md) says where a new one goes. A threshold marked [check] has no",
            "published source and is a local parameter.",
            "",
            "| detector | what it looks for |",
            "|---|---|",
            *(
                f"| [{title(d.name)}]({d.name}.md) | {rule_text(d).split(chr(10) + chr(10))[0].replace(chr(10), ' ')} |"
                for d in DETECTORS
            ),
            "",
            "## Capacity",
            "",
            "Change it with `mashlink thresholds save --set capacity.<setting>=<value>`, or in the settings file.",
            "",
            *_table(shipped.capacity),
            "",
        ]
    )
