"""What of a row is shown: the policy's word on each kind of field, applied as late as answers are made."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from access.policy import FieldContext, Policies
from access.principal import Principal
from access.scope.whereabouts import Whereabouts

# Age bands as the DfE publishes children's; adults in decades.
_BANDS: Final = (
    (0, "under 1"),
    (1, "1 to 4"),
    (5, "5 to 9"),
    (10, "10 to 15"),
    (16, "16 and 17"),
    (18, "18 to 24"),
    (25, "25 to 34"),
    (35, "35 to 44"),
    (45, "45 to 54"),
    (55, "55 to 64"),
    (65, "65 and over"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which kinds of fields are shown of one person or row; the names are those of ``access.FIELDS``."""

    identity: bool
    location: bool
    narrative: bool
    background: bool
    sexual_health: bool
    intelligence_source: bool
    sex_and_name_history: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a reader beside the policy: whose identity was revealed to them, and where nobody may be found."""

    revealed: frozenset[str]
    whereabouts: Callable[[], Whereabouts]


class Mask:
    """What one reader is shown, and of whom: rows of their own agency may show more, protected people less."""

    def __init__(self, policies: Policies, principal: Principal, purpose: str, known: Known) -> None:
        def shown(revealed: bool, own: bool) -> Shown:
            return Shown(**policies.fields_shown(principal, purpose, FieldContext(revealed, own)))

        self._usual, self._revealed, self._own = shown(False, False), shown(True, False), shown(False, True)
        self._agency = principal.agency
        self._known = known

    @property
    def usual(self) -> Shown:
        """What is shown of anyone whose identity was not revealed."""
        return self._usual

    @property
    def whereabouts(self) -> Whereabouts:
        """What would give protected people away."""
        return self._known.whereabouts()

    def revealing(self, record_ids: Iterable[str]) -> "Mask":
        """The same mask with one more identity revealed."""
        more = copy(self)
        more._known = replace(self._known, revealed=self._known.revealed.union(record_ids))
        return more

    def of(self, record_ids: Sequence[str]) -> Shown:
        """What is shown of the person who holds these records."""
        shown = self._usual if self._known.revealed.isdisjoint(record_ids) else self._revealed
        return (
            replace(shown, location=False)
            if shown.location and self.whereabouts.concerns(record_ids)
            else shown
        )

    def of_row(self, agency: str) -> Shown:
        """What is shown of a row that an agency handed in, whoever it is about."""
        return self._own if agency == self._agency else self._usual


def age_band(date_of_birth: date | None, birth_year: int | None, on: date) -> str | None:
    """The band of a person's age on a day, from the date or, failing that, the year of birth."""
    if date_of_birth is not None:
        had_birthday = (on.month, on.day) >= (date_of_birth.month, date_of_birth.day)
        age = on.year - date_of_birth.year - (0 if had_birthday else 1)
    elif birth_year is not None:
        age = on.year - birth_year
    else:
        return None
    return next((name for low, name in reversed(_BANDS) if age >= low), "unborn")
