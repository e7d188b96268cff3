"""What every agency's files are made from: the world, its events, the records, and the ids they go by."""

from dataclasses import dataclass

import numpy as np

from synthetic.describing import Descriptions, describe
from synthetic.event_log import Events
from synthetic.feeds.texts import both, numbers, picked
from synthetic.options import NOBODY, Flags, Indices, Texts
from synthetic.ordinary.housing import Tenancies
from synthetic.ordinary.schooling import Rolls
from synthetic.registers import PUPIL, SYSTEMS, Registers, hub_of
from synthetic.world import World

# (agency, system, kind) of events to the first letters of their ids; "" is any other.
EVENT_PREFIX = {
    ("police", "intelligence", ""): "X", ("police", "calls", ""): "L", ("police", "", ""): "I", ("health", "gp", ""): "G",
    ("health", "acute", ""): "A", ("health", "sexual_health", ""): "V", ("health", "mental_health", ""): "K",
    ("education", "", "attendance"): "AT", ("education", "", "exclusion"): "EX", ("education", "", "off_roll"): "OR",
    ("education", "", "school_concern"): "SC", ("housing", "", ""): "HC", ("social_care", "", ""): "E",
}  # fmt: skip


@dataclass(slots=True)
class Contacts:
    """Parents as the schools hold them: one row a pupil's record and parent, each a record of its own."""

    own_id: Texts
    pupil_record: Indices
    person: Indices
    priority: Indices


@dataclass(slots=True)
class Books:
    """The whole region, ready to be written down for one hub after the other."""

    world: World
    events: Events
    registers: Registers
    rolls: Rolls
    tenancies: Tenancies
    contacts: Contacts
    event_ids: Texts
    staff_ids: Texts
    tenancy_refs: Texts
    category: Texts

    def describe(self, system: int, rows: Indices) -> Descriptions:
        """Descriptions of records of one system, the same whichever hub asks."""
        registers = self.registers
        everyone = np.flatnonzero(registers.system == system)
        described = describe(
            self.world,
            SYSTEMS[system],
            registers.person[everyone],
            registers.described_on[everyone],
            SYSTEMS[system],
        )
        place = np.searchsorted(everyone, rows)
        return Descriptions(*(getattr(described, name)[place] for name in Descriptions.__slots__))

    def event_rows(self, hub: int, chosen: Flags) -> Indices:
        """Rows of the events of one hub for which ``chosen`` holds, by day and number."""
        rows = np.flatnonzero(chosen & (hub_of(self.events["authority"]) == hub))
        return np.asarray(rows[np.argsort(self.events["day"][rows], kind="stable")], dtype=np.int64)

    def parts_of(self, rows: Indices) -> Indices:
        """Rows of the parts in the given events, by event."""
        wanted = np.zeros(len(self.events), dtype=bool)
        wanted[rows] = True
        parts = np.flatnonzero(wanted[self.events.part_event])
        return np.asarray(parts[np.argsort(self.events.part_event[parts], kind="stable")], dtype=np.int64)

    def staff_of(self, rows: Indices) -> Texts:
        """The id of the professional on each event row, empty where there is none."""
        parts = self.parts_of(rows)
        parts = parts[self.events.part_person[parts] >= self.world.staff.first_person]
        holder = np.full(len(self.events), NOBODY)
        holder[self.events.part_event[parts]] = self.events.part_person[parts] - self.world.staff.first_person
        return picked(self.staff_ids, holder[rows])

    def record_in_role(self, rows: Indices, role: str, nth: int = 0) -> Indices:
        """The register row of the ``nth`` person in ``role`` on each event row, ``NOBODY`` where there is none."""
        parts = self.parts_of(rows)
        parts = parts[(self.events.part_role[parts] == role) & (self.registers.part_record[parts] != NOBODY)]
        event = self.events.part_event[parts]
        rank = np.arange(len(parts)) - np.searchsorted(event, event)
        found = np.full(len(self.events), NOBODY)
        taken = parts[rank == nth]
        found[self.events.part_event[taken]] = self.registers.part_record[taken]
        return np.asarray(found[rows], dtype=np.int64)

    def record_ids(self, record: Indices) -> Texts:
        """Own ids of register rows, empty for ``NOBODY``."""
        return picked(self.registers.own_id, record)

    def place(self, rows: Indices, column: str) -> Texts:
        """A column of the address of each event, empty where it has none."""
        return picked(getattr(self.world.addresses, column), self.events["address"][rows])


def make_event_ids(world: World, events: Events, tenancy_refs: Texts) -> Texts:
    """An id for every event, unique within its agency and in no telling order."""
    rng = world.streams.stream("event ids")
    ids = np.full(len(events), "", dtype=object)
    for (agency, system, kind), prefix in EVENT_PREFIX.items():
        own = (events["agency"] == agency) & (ids == "") & (events["system"] != "tenancies")
        own &= (events["system"] == system) if system else True
        own &= (events["kind"] == kind) if kind else True
        rows = np.flatnonzero(own)
        serial = rng.permutation(len(rows)) + 10 ** max(5, len(str(len(rows))))
        ids[rows] = both(prefix, numbers(serial))
    rows = np.flatnonzero(events["system"] == "tenancies")
    ending = np.where(events["kind"][rows] == "tenancy_end", "-E", "").astype(object)
    ids[rows] = both(tenancy_refs[events["reference"][rows]], ending)
    return ids


def make_contacts(world: World, registers: Registers) -> Contacts:
    """Mothers nearly always, fathers often, with a priority."""
    rng = world.streams.stream("school contacts")
    pupils = np.flatnonzero(registers.system == PUPIL)
    child = registers.person[pupils]
    rows, people, priority = [], [], []
    for parent, share in ((world.people.mother[child], 0.94), (world.people.father[child], 0.62)):
        listed = (parent != NOBODY) & (rng.random(len(pupils)) < share)
        listed &= world.people.died[parent] > registers.described_on[pupils]
        rows.append(pupils[listed])
        people.append(parent[listed])
        priority.append(np.full(int(listed.sum()), len(rows)))
    record, person, rank = np.concatenate(rows), np.concatenate(people), np.concatenate(priority)
    order = np.lexsort((rank, record))
    serial = rng.permutation(len(order)) + 10 ** max(5, len(str(len(order))))
    return Contacts(both("K", numbers(serial)), record[order], person[order], rank[order])
