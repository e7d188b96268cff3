"""People in a pack: whose home is whose, and how long nothing was told."""

from datetime import date

import pytest

from access import AddressLine, PersonCard, PersonInCase, PersonPage
from products.documents import Facts
from products.marac.people import people_blocks
from products.wording import lasting


def person(part: str, *addresses: AddressLine) -> PersonInCase:
    card = PersonCard(part, f"The {part}", None, None, None, ("police",), 1, False)
    return PersonInCase(part, PersonPage(card, None, None, None, (), (), addresses, (), (), (), ()), ())


def home(address: str | None, postcode: str | None = "QD1 1AA", until: date | None = None) -> AddressLine:
    return AddressLine("home", address, postcode, None, until, "housing")


def told_of(child: PersonInCase, victim: PersonInCase) -> dict[str, str]:
    facts = [block for block in people_blocks((victim, child), 1) if isinstance(block, Facts)]
    return dict(facts[-1].rows)


@pytest.mark.parametrize("own", [home("12 High Street"), home("12, HIGH STREET QD1 1AA")])
def test_a_child_at_the_victims_home_is_said_to_be_there(own: AddressLine) -> None:
    told = told_of(person("child", own), person("victim", home("12 High Street")))
    assert told["Address"] == "as the victim"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ((home("3 High Street"),), "3 High Street, QD1 1AA (Housing)"),
        ((home("12 High Street", until=date(2025, 3, 9)),), "12 High Street, QD1 1AA (until 9 March 2025, Housing)"),
        ((), "none stated"),
    ],
)  # fmt: skip
def test_a_neighbour_of_the_victim_and_who_has_no_home_are_not(
    own: tuple[AddressLine, ...], said: str
) -> None:
    told = told_of(person("child", *own), person("victim", home("12 High Street")))
    assert "Address" not in told
    assert told["Addresses"] == said
    # Nor is somebody without a home where the victim's is not known either.
    assert told_of(person("child"), person("victim"))["Addresses"] == "none stated"


@pytest.mark.parametrize(
    ("days", "words"),
    [(180, "180 days"), (364, "364 days"), (365, "1 year"), (400, "1 year and 1 month"), (3652, "10 years")],
)
def test_a_silence_is_never_told_longer_than_it_was(days: int, words: str) -> None:
    assert lasting(days) == words
