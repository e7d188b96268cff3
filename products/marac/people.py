"""The people of a case as its pack shows them: victim, perpetrator, children, others at risk."""

from collections.abc import Mapping, Sequence
from typing import Final

from access import AddressLine, PersonInCase
from products.documents import Block, Facts, Heading, Paragraph
from products.wording import code, day, language, listed, person, spell

PARTS: Final = (
    ("victim", "Victim"),
    ("perpetrator", "Perpetrator"),
    ("child", "Children"),
    ("other", "Others who may be at risk"),
)
MOST_ADDRESSES: Final = 4


def people_blocks(people: Sequence[PersonInCase], level: int) -> list[Block]:
    """A table a person, each fact with the agencies that state it."""
    victim = next((one for one in people if one.part == "victim"), None)
    homes = _homes(victim.page.addresses) if victim else frozenset()
    blocks: list[Block] = []
    for part, title in PARTS:
        found = [one for one in people if one.part == part]
        if found or part == "child":
            blocks.append(Heading(level, title))
        blocks += [Facts(f"{title}: {person(one.page.card)}", _facts(one, homes)) for one in found]
        if part == "child" and not found:
            blocks.append(
                Paragraph("No child of the two, or of the home, is known on the rows in view.", "note")
            )
    return blocks


def _facts(one: PersonInCase, homes: frozenset[str]) -> tuple[tuple[str, str], ...]:
    page = one.page
    rows = [("Name", person(page.card)), ("Date of birth", day(page.card.date_of_birth))]
    if page.card.died_on:
        rows.append(("Died", day(page.card.died_on)))
    names = [name for name in page.names if name.kind != "current" and name.name != page.card.name]
    if names:
        rows.append(
            ("Also known as", "\n".join(f"{name.name} ({name.kind}, {code(name.agency)})" for name in names))
        )
    if one.related_as:
        rows.append(("In this case", "\n".join(code(words).replace("_", " ") for words in one.related_as)))
    own = _homes(page.addresses)
    if one.part in ("child", "other") and own and own <= homes:
        rows.append(("Address", "as the victim"))
    else:
        rows.append(("Addresses", _addresses(page.addresses) or "none stated"))
    schools = [tie for tie in page.organisations if tie.kind == "school"]
    if one.part == "child":
        stated = [
            f"{tie.value} {spell(tie.valid_from, tie.valid_to)} ({code(tie.agency)})" for tie in schools
        ]
        rows.append(("School", "\n".join(dict.fromkeys(stated)) or "none stated"))
    if one.part == "victim":
        background = [f"First language: {language(page.first_language)}"] if page.first_language else []
        background += [f"Disability: {page.disability}"] if page.disability else []
        rows.append(("To bear in mind", "\n".join(background) or "nothing stated"))
    rows.append(("Known to", listed(code(agency) for agency in page.card.agencies)))
    return tuple(rows)


def _addresses(addresses: Sequence[AddressLine]) -> str:
    """Each home once, however agencies write it, with the spells that they state and who states each."""
    written: dict[str, str] = {}
    spells: dict[str, dict[str, list[str]]] = {}
    for one in addresses:
        is_told = one.postcode and one.address and one.address.upper().endswith(one.postcode)
        where = ", ".join(part for part in (one.address, None if is_told else one.postcode) if part)
        if where:
            home = _as_one(one)
            # Of two ways to write a home the one with commas and postcode reads better, and that is the longer one.
            written[home] = max(written.get(home, ""), where, key=lambda text: (len(text), text))
            stated = spells.setdefault(home, {}).setdefault(spell(one.valid_from, one.valid_to), [])
            stated.append(code(one.agency))
    shown = [f"{written[home]} ({_spells_told(stated)})" for home, stated in spells.items()]
    more = len(shown) - MOST_ADDRESSES
    return "\n".join(shown[:MOST_ADDRESSES] + ([f"and {more} more in the records"] if more > 0 else []))


def _spells_told(stated: Mapping[str, Sequence[str]]) -> str:
    told = [
        ", ".join(filter(None, (since, listed(dict.fromkeys(agencies)))))
        for since, agencies in stated.items()
    ]
    return "; ".join(told)


def _as_one(line: AddressLine) -> str:
    """The same for a home written with and without commas, capitals or postcode."""
    address = line.address or line.postcode or ""
    if line.postcode and address != line.postcode:
        address = address.upper().removesuffix(line.postcode)
    return "".join(sign for sign in address.casefold() if sign.isalnum())


def _homes(addresses: Sequence[AddressLine]) -> frozenset[str]:
    """The homes that hold on, each the same however agencies write it: a neighbour's postcode is no home of one's own."""
    return frozenset(
        _as_one(one)
        for one in addresses
        if (one.address or one.postcode) and one.valid_to is None and one.kind != "correspondence"
    )
