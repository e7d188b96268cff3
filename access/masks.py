"""What of a row is shown: the policy's word on each kind of field, applied as late as answers are made."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from access.acts import FIELDS
from access.policy import Policies
from access.principal import Principal

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
    """Which kinds of fields are shown of one person or row."""

    identity: bool
    location: bool
    narrative: bool
    background: bool


class Mask:
    """What one reader is shown, and whose identity was revealed to them."""

    def __init__(
        self, policies: Policies, principal: Principal, purpose: str, revealed_records: frozenset[str]
    ) -> None:
        self._usual, self._revealed = (
            Shown(**{name: policies.may_show(principal, name, purpose, revealed).allowed for name in FIELDS})
            for revealed in (False, True)
        )
        self._revealed_records = revealed_records

    @property
    def usual(self) -> Shown:
        """What is shown of anyone whose identity was not revealed."""
        return self._usual

    def of(self, record_ids: tuple[str, ...]) -> Shown:
        """What is shown of the person who holds these records."""
        return self._revealed if self._revealed_records.intersection(record_ids) else self._usual


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
