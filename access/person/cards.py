"""People as readers see them: cards, masked, under handles."""

from collections.abc import Collection, Iterable
from datetime import date

from access.handles import Handles
from access.person.people import KnownPerson, People
from access.reading_log import ReadLog
from access.scope.masks import Mask, Shown, age_band
from access.values import PersonCard
from records.errors import NotThere

NOT_THERE = "There is no such person, or not for you."


class Cards:
    """Makes cards for one read, and notes in its log whom they show."""

    def __init__(self, people: People, handles: Handles, mask: Mask, log: ReadLog, as_of: date) -> None:
        self.people = people
        self.handles = handles
        self.mask = mask
        self._log = log
        self.as_of = as_of

    def with_mask(self, mask: Mask) -> "Cards":
        """The same cards under another mask."""
        return Cards(self.people, self.handles, mask, self._log, self.as_of)

    def behind(self, handle: str) -> KnownPerson:
        """The person who now holds the record of a handle. Raises NotThere for any handle that leads nowhere."""
        record_id = self.handles.record_of(handle)
        person = None if record_id is None else self.people.holding([record_id]).get(record_id)
        if person is None:
            raise NotThere(NOT_THERE)
        self._log.saw(person.record_ids)
        return person

    def shown(self, person: KnownPerson) -> Shown:
        """Which kinds of fields of this person the reader sees."""
        return self.mask.of(person.record_ids)

    def card(self, person: KnownPerson) -> PersonCard:
        """The person's card; who is shown on one is logged."""
        self._log.saw([person.anchor])
        identity = self.shown(person).identity
        return PersonCard(
            handle=self.handles.of_record(person.anchor),
            name=_display_name(person) if identity else None,
            date_of_birth=person.date_of_birth if identity else None,
            age_band=age_band(person.date_of_birth, person.birth_year, self.as_of),
            sex=person.sex,
            agencies=person.agencies,
            record_count=len(person.record_ids),
            is_professional=person.is_professional,
            died_on=person.died_on if identity else None,
        )

    def keeping_history(self, record_ids: Collection[str]) -> frozenset[str]:
        """Those of the records whose names and sex tell a history that this reader is not shown.

        So it is where a record states another sex than its person's, or knows a former name.
        """
        if self.mask.usual.sex_and_name_history:
            return frozenset()
        people = in_order(self.people.holding(record_ids).values())
        held = {record_id for person in people for record_id in person.record_ids}
        asked = frozenset(record_ids) & held
        return asked & (self.people.with_former_names(asked) | self.people.of_another_sex(people))

    def record_reference(self, record_id: str, identity: bool) -> str:
        """A record as answers name it: by its own id, or opaque where the reader sees no identities."""
        return record_id if identity else self.handles.reference("record", record_id)

    def record_named(self, reference: str) -> str | None:
        """The record id that ``record_reference`` gave to this reader, None when it gave none such."""
        hidden = self.handles.value_of("record", reference)
        return hidden or (reference if self.mask.usual.identity else None)

    def pseudonymised(self, text: str | None, people: Iterable[KnownPerson]) -> str | None:
        """``text`` with the names, ids and records of people replaced by what this reader knows them by."""
        text = self.mask.whereabouts.left_out_of(text)
        if text is None:
            return None
        for person in people:
            handle = self.handles.of_record(person.anchor)
            text = text.replace(person.person_id, handle)
            if self.shown(person).identity:
                continue
            words = [person.full_name, _display_name(person), person.given_name, person.family_name]
            for word in sorted({word for word in words if word}, key=len, reverse=True):
                text = text.replace(word, handle)
            for record_id in sorted(person.record_ids, key=len, reverse=True):
                text = text.replace(record_id, self.record_reference(record_id, identity=False))
        return text


def in_order(people: Collection[KnownPerson]) -> list[KnownPerson]:
    """People by their anchors, each once: an order that depends on the scope alone."""
    return sorted({person.person_id: person for person in people}.values(), key=lambda person: person.anchor)


def _display_name(person: KnownPerson) -> str | None:
    joined = " ".join(part for part in (person.given_name, person.family_name) if part)
    return person.full_name or joined or None
