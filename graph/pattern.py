"""A pattern to look for in the graph, as a small declarative value: whom, tied to whom, over what, since when.

Read from TOML or JSON by whoever takes it in; nothing in it is ever run: the search builds its own SQL from the words
below and binds every value.
"""

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from graph.edge_sources import ORGANISATION_EDGES, PERSON_EDGES
from records.vocabulary import ROLES

NodeKind = Literal["place", "household", "phone", "vehicle", "organisation", "incident"]
TIE_KINDS: Final = frozenset(
    {"lived_at", "uses", "involved", "involved_at", "member", *ORGANISATION_EDGES.values()}
)
_NAMES: Final = {"phone": "phone", "vehicle": "vehicle", "place": "address", "incident": "incident"}
Years = Annotated[int, Field(ge=0, le=130)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Who(_Part):
    """People by what is known of them on the day asked about; nothing given is anybody.

    A person without a date or year of birth is of no age and meets no bound of age.
    """

    age_from: Years | None = Field(default=None, description="At least so old.")
    age_to: Years | None = Field(default=None, description="At most so old: 15 is under 16.")
    sex: Literal["female", "male", "other"] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise ValueError("age_from is above age_to")
        return self

    @property
    def words(self) -> str:
        """Who that is, in words."""
        sex = {"female": " who are female", "male": " who are male"}.get(
            self.sex or "", "" if self.sex is None else " of another sex"
        )
        if self.age_from is not None and self.age_to is not None:
            return f"people of {self.age_from} to {self.age_to}{sex}"
        if self.age_to is not None:
            return f"people under {self.age_to + 1}{sex}"
        if self.age_from is not None:
            return f"people of {self.age_from} and over{sex}"
        return f"people{sex}"


class Tie(_Part):
    """Ties from the person looked for to others, ``over`` what both are tied to, or ``directly`` as an agency asserted.

    Things with more than ``most_people`` tie nobody. ``since``: what was still so on that day or later.
    """

    to: Who = Who()
    over: Annotated[tuple[NodeKind, ...], Field(max_length=6)] = ()
    directly: Annotated[tuple[Word, ...], Field(max_length=20)] = ()
    kinds: Annotated[tuple[Word, ...], Field(max_length=10)] = ()
    own_role: Annotated[tuple[Word, ...], Field(max_length=10)] = ()
    their_role: Annotated[tuple[Word, ...], Field(max_length=10)] = ()
    at_least: Annotated[int, Field(ge=1, le=50)] = 1
    at_one: bool = Field(default=False, description="All over one and the same thing.")
    at_once: bool = Field(
        default=False, description="Both were tied to it at the same time, as far as dates go."
    )
    unrelated: bool = Field(
        default=False, description="Count families that are not the person's, not people."
    )
    since: date | None = None
    most_people: Annotated[int, Field(ge=2, le=200)] = 50

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if bool(self.over) == bool(self.directly):
            raise ValueError('say either "over" what they are tied, or "directly" how')
        for given, known in (
            (self.directly, PERSON_EDGES),
            (self.kinds, TIE_KINDS),
            (self.own_role, ROLES),
            (self.their_role, ROLES),
        ):
            unknown = sorted(set(given) - known)
            if unknown:
                raise ValueError(f"{', '.join(unknown)}: not known; there are {', '.join(sorted(known))}")
        if self.directly and (self.kinds or self.own_role or self.their_role or self.at_one or self.at_once):
            raise ValueError('kinds, roles, "at_one" and "at_once" are of ties over something')
        if (self.own_role or self.their_role) and not set(self.over) <= {"incident", "place"}:
            raise ValueError(
                "roles are of incidents and the places where they happened: leave other things out of over"
            )
        if self.unrelated and "household" in self.over:
            raise ValueError("people of one household count as related; leave it out of over, or unrelated")
        return self

    @property
    def words(self) -> str:
        """The tie in words."""
        number = "one or more" if self.at_least == 1 else f"{self.at_least} or more"
        whom = f"{number} {'families of unrelated ' if self.unrelated else ''}{self.to.words}"
        if self.directly:
            how = f"as {' or '.join(kind.replace('_', ' ') for kind in self.directly)}"
        else:
            one = "the same " if self.at_one else "an "
            how = f"over {one}{' or '.join(_NAMES.get(kind, kind) for kind in self.over)}"
            how += f" that at most {self.most_people} people share"
        parts = [f"tied to {whom}", how]
        if self.kinds:
            parts.append(f"by {' or '.join(kind.replace('_', ' ') for kind in self.kinds)}")
        if self.own_role:
            parts.append(f"in the role of {' or '.join(self.own_role).replace('_', ' ')}")
        if self.their_role:
            parts.append(f"the others as {' or '.join(self.their_role).replace('_', ' ')}")
        if self.at_once:
            parts.append("at the same time")
        if self.since:
            parts.append(f"since {self.since.day} {self.since:%B %Y}")
        return ", ".join(parts)


class Pattern(_Part):
    """People looked for by all of some ties and none of others, as of a day (when left out: the snapshot's)."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = (
        "A pattern"
    )
    find: Who = Who()
    tied: Annotated[tuple[Tie, ...], Field(min_length=1, max_length=4)]
    not_tied: Annotated[tuple[Tie, ...], Field(max_length=2)] = ()
    as_of: date | None = None

    @property
    def words(self) -> str:
        """What is looked for, in one sentence: what a reader checks before believing an answer."""
        said = "; and ".join(tie.words for tie in self.tied)
        if self.not_tied:
            said += "; and not " + "; nor ".join(tie.words for tie in self.not_tied)
        asked = f", as known on {self.as_of.day} {self.as_of:%B %Y}" if self.as_of else ""
        return f"{self.find.words[0].upper()}{self.find.words[1:]} {said}{asked}."
