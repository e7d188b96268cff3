"""Where agencies contradict one another about a person: every version with who says it, side by side, none chosen."""

from dataclasses import dataclass

from access import PersonPage
from api.console import words


@dataclass(frozen=True, slots=True)
class Version:
    """One thing that is said, and the agencies that say it."""

    value: str
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of which agencies say different things, the version of most agencies first."""

    fact: str
    versions: tuple[Version, ...]


def differences_of(person: PersonPage) -> list[Difference]:
    """The facts of which more than one version stands, in the order of the page."""
    said: dict[str, dict[str, tuple[str, set[str]]]] = {}

    def note(fact: str, value: str, agency: str) -> None:
        # What differs in case or spacing alone is one version.
        versions = said.setdefault(fact, {})
        key = " ".join(value.split()).casefold()
        written, agencies = versions.get(key, (value, set()))
        # Of AMIR and Amir the one that is not all capitals: it sorts last.
        versions[key] = (max(written, value), agencies | {agency})

    for name in person.names:
        if name.kind == "current":
            note("name", name.name, name.agency)
    for one in person.stated:
        is_day = one.fact in ("date_of_birth", "died_on")
        note(one.fact, words.as_day(one.value) if is_day else words.code(one.value), one.agency)
    return [
        Difference(
            fact,
            tuple(
                sorted(
                    (Version(value, tuple(sorted(agencies))) for value, agencies in versions.values()),
                    key=lambda version: (-len(version.agencies), version.value),
                )
            ),
        )
        for fact, versions in said.items()
        if len(versions) > 1
    ]
