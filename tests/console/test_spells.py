"""A spell is said no more exactly than it was told: a year alone is kept as its first of January."""

from datetime import date

import pytest

from api.console import words
from products.wording import spell as in_a_document

NEW_YEAR, IN_MAY = date(2019, 1, 1), date(2021, 5, 4)


@pytest.mark.parametrize(
    ("begins", "ends", "on_a_page", "on_paper"),
    [
        (NEW_YEAR, None, "Since 2019", "since 2019"),
        (None, NEW_YEAR, "Until 2019", "until 2019"),
        (NEW_YEAR, IN_MAY, "2019 to 4 May 2021", "2019 to 4 May 2021"),
        (date(2018, 2, 3), NEW_YEAR, "3 February 2018 to 2019", "3 February 2018 to 2019"),
        (IN_MAY, None, "Since 4 May 2021", "since 4 May 2021"),
        (None, None, "Dates not known", ""),
    ],
)
def test_the_first_of_january_is_said_by_its_year(begins, ends, on_a_page, on_paper):
    assert words.spell(begins, ends) == on_a_page
    assert in_a_document(begins, ends) == on_paper


def test_a_happening_keeps_the_exactness_that_its_event_states():
    assert words.spell(NEW_YEAR, NEW_YEAR) == "1 January 2019"
    assert words.spell(NEW_YEAR, NEW_YEAR, "year") == "2019"
