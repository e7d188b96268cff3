"""How grave an offence is, in days at the starting point of sentencing, from published tables and the hub's own.

The shipped table holds the few figures of the Cambridge Crime Harm Index (Sherman, Neyroud and Neyroud 2016) whose
source could be named; a hub loads the whole published sheet, or the weights of the ONS Crime Severity Score, with its
own file. An offence that no table names falls back to the ordinal scale that the table states for severity 1 to 5.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from detectors.harm_tables import HarmRow, read_harm_table
from records.errors import BadInput

SHIPPED_TABLE: Final = Path(__file__).with_name("shipped_harm_weights.csv")
SEVERITIES: Final = (1, 2, 3, 4, 5)
# What an incident weighs of which neither offence nor severity is known: as one of severity 2.
UNKNOWN_SEVERITY: Final = 2


@dataclass(frozen=True, slots=True)
class Harm:
    """A weight with the words and the source it comes from; ``is_ordinal``: from the scale for severities."""

    weight: float
    named: str
    source: str
    is_ordinal: bool


@dataclass(frozen=True, slots=True)
class HarmWeights:
    """Weights by offence (words as ``offence_key`` brings them to one form) and by severity, all in one unit."""

    by_offence: Mapping[str, HarmRow]
    by_severity: Mapping[int, HarmRow]

    def of(self, offence: str | None, severity: int | None) -> Harm:
        """The weight of an incident: by its offence where a table names it, else by its severity.

        ``severity`` is 1 to 5 (``domain``: 1 information, 5 grave harm); anything else counts as 2.
        """
        row = self.by_offence.get(offence_key(offence)) if offence else None
        if row is not None:
            return Harm(row.weight, row.offence, row.source, False)
        scale = self.by_severity.get(severity or UNKNOWN_SEVERITY, self.by_severity[UNKNOWN_SEVERITY])
        return Harm(scale.weight, scale.offence, scale.source, True)

    def with_rows(self, rows: Iterable[HarmRow]) -> "HarmWeights":
        """The same weights with ``rows`` over them: a later row wins over an earlier one of the same offence."""
        offences, severities = dict(self.by_offence), dict(self.by_severity)
        for row in rows:
            grade = _severity_of(row.offence)
            if grade is not None:
                severities[grade] = row
            else:
                offences[offence_key(row.offence)] = row
                if row.code:
                    offences[offence_key(row.code)] = row
        return HarmWeights(offences, severities)


def offence_key(words: str) -> str:
    """The words of an offence, or its code, in one form: lower case, only letters and digits between single spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", words.casefold()))


def shipped_harm_weights() -> HarmWeights:
    """The weights that come with mashlink, each with its source."""
    return HarmWeights({}, {}).with_rows(read_harm_table(SHIPPED_TABLE))


def load_harm_weights(hubs_own: Path | None = None) -> HarmWeights:
    """The shipped weights with the hub's own file over them.

    ``hubs_own`` is the published sheet of the Cambridge Crime Harm Index, the list of weights of the ONS Crime
    Severity Score (either as CSV or XLSX), or a CSV of the hub's own with the columns offence, weight and source. A
    hub that changes the unit (the Crime Severity Score's weights are no days of the index) must state ``severity 1``
    to ``severity 5`` in it too, since weights of two units cannot be set beside each other.

    Raises:
        BadInput: the file cannot be read, or a row of it is not understood; says where and how to mend it.
    """
    shipped = shipped_harm_weights()
    if hubs_own is None:
        return shipped
    rows = read_harm_table(hubs_own)
    stated = {_severity_of(row.offence) for row in rows} - {None}
    if any(row.changes_unit for row in rows):
        if stated != set(SEVERITIES):
            raise BadInput(
                f"{hubs_own}: the weights of the Crime Severity Score are in another unit than the shipped scale for "
                f"severities; add rows 'severity 1' to 'severity 5' in the same unit."
            )
        return HarmWeights({}, {}).with_rows(rows)
    return shipped.with_rows(rows)


def _severity_of(offence: str) -> int | None:
    found = re.fullmatch(r"severity ([1-5])", offence.casefold().strip())
    return int(found.group(1)) if found else None
