"""The lists of ``unlike_people`` that are measured: a register, patients, voters, customers and a census."""

from benchmarks.unlike_people import Chance, Row, UnlikeSet

_ADDRESS = '[[record.address]]\naddress = { join = ["street", "town"], with = ", " }\npostcode = "postcode"\n'


def _iso(date: tuple[int, int, int]) -> str:
    return f"{date[0]:04}-{date[1]:02}-{date[2]:02}"


def dutch_register(people: int = 3000) -> UnlikeSet:
    """Two Dutch registers that hold everybody once, four in five in both."""
    chance = Chance(1, "dutch")
    files: dict[str, list[Row]] = {"register_a": [], "register_b": []}
    for person in range(people):
        given, family, born, (street, town) = chance.given(), chance.family(), chance.date(), chance.address()
        postcode = f"{chance.random.randint(1000, 9999)} {chance.random.choice('ABCDEGH')}{chance.random.choice('ABCDEGH')}"
        both = chance.often(0.8)
        for name, rows in files.items():
            if not both and name != chance.random.choice(list(files)):
                continue
            moved = chance.often(0.1)
            home, code = (chance.address(), "4" + postcode[1:]) if moved else ((street, town), postcode)
            written = given[0] if chance.often(0.06) else chance.slip(given, 0.06)
            rows.append(
                {
                    "id": f"{name[-1]}{person}", "person": str(person), "given": chance.blank(written, 0.02),
                    "family": chance.slip(family, 0.08), "born": _dutch(chance.blank(_iso(chance.wrong_date(born, 0.05)), 0.02)),
                    "street": chance.slip(home[0], 0.08), "town": home[1], "postcode": chance.blank(chance.slip(code, 0.03), 0.03),
                }
            )  # fmt: skip
    fields = {"given_name": '"given"', "family_name": '"family"', "date_of_birth": '"born"'}
    return UnlikeSet("dutch_register", "two feeds, everybody once", files, fields, True, "%d-%m-%Y", _ADDRESS)


def _dutch(date: str) -> str:
    return "-".join(reversed(date.split("-"))) if date else ""


def german_patients(people: int = 2000) -> UnlikeSet:
    """One list of German patients, one to six rows each, with no address but a town."""
    chance = Chance(2, "german")
    rows: list[Row] = []
    for person in range(people):
        given, family, born, (_, town) = chance.given(), chance.family(), chance.date(), chance.address()
        for _ in range(chance.random.choices([1, 2, 3, 4, 5, 6], [40, 25, 15, 10, 5, 5])[0]):
            spelt = (
                family.replace("ü", "ue").replace("ö", "oe").replace("ß", "ss")
                if chance.often(0.3)
                else family
            )
            first, last = (spelt, given) if chance.often(0.03) else (given, spelt)
            rows.append(
                {
                    "id": str(len(rows)), "person": str(person), "given": chance.slip(first, 0.08), "family": chance.slip(last, 0.08),
                    "born": chance.blank(_iso(chance.wrong_date(born, 0.06)), 0.03), "sex": chance.blank("female" if given[-1] in "aei" else "male", 0.1),
                    "town": chance.blank(chance.address()[1] if chance.often(0.15) else town, 0.1),
                }
            )  # fmt: skip
    fields = {"given_name": '"given"', "family_name": '"family"', "date_of_birth": '"born"', "sex": '"sex"'}
    town = '[[record.address]]\naddress = "town"\n'
    return UnlikeSet(
        "german_patients", "one feed, 1 to 6 rows each", {"patients": rows}, fields, statements=town
    )


def american_voters(people: int = 4000) -> UnlikeSet:
    """One voters' list: middle names, a year of birth only, a zip code and the last four digits of a number."""
    chance = Chance(3, "english")
    rows: list[Row] = []
    for person in range(people):
        given, middle, family = chance.given(), chance.given(), chance.family()
        born, (street, town), last_four = (
            chance.date(),
            chance.address(),
            f"{chance.random.randrange(10000):04}",
        )
        zip_code = f"{chance.random.randint(10000, 99999)}"
        for _ in range(chance.random.choices([1, 2, 3], [70, 25, 5])[0]):
            if chance.often(0.15):
                street, town = chance.address()
                zip_code = f"{chance.random.randint(10000, 99999)}"
            middle_written = "" if chance.often(0.3) else middle[0] if chance.often(0.4) else middle
            rows.append(
                {
                    "id": str(len(rows)), "person": str(person), "given": f"{chance.slip(given, 0.05)} {middle_written}".strip(),
                    "family": chance.slip(chance.family() if chance.often(0.03) else family, 0.05), "year": str(born[0] + chance.often(0.02)),
                    "street": chance.slip(street, 0.05), "town": f"{town}, MA", "postcode": zip_code, "last_four": chance.blank(last_four, 0.3),
                }
            )  # fmt: skip
    fields = {
        "given_name": '"given"', "family_name": '"family"', "birth_year": '"year"', "identifiers": '{ last_four = "last_four" }',
    }  # fmt: skip
    return UnlikeSet(
        "american_voters", "one feed, few duplicates", {"voters": rows}, fields, statements=_ADDRESS
    )


def customers(people: int = 4000) -> UnlikeSet:
    """One list of customers: a whole name, an e-mail address, a phone and a town; no date of birth."""
    chance = Chance(4, "english")
    rows: list[Row] = []
    for person in range(people):
        given, family, (street, town) = chance.given(), chance.family(), chance.address()
        phone = f"+1212{chance.random.randint(2000000, 9999999)}"
        mail = f"{given}.{family}{chance.random.randint(1, 99)}@example.org".lower()
        for _ in range(chance.random.choices([1, 2, 3], [80, 15, 5])[0]):
            name = (
                f"{family}, {given}"
                if chance.often(0.1)
                else f"{chance.slip(given, 0.05)} {chance.slip(family, 0.05)}"
            )
            rows.append(
                {
                    "id": str(len(rows)), "person": str(person), "name": name, "mail": chance.blank(chance.slip(mail, 0.08), 0.2),
                    "phone": chance.blank(phone, 0.4), "street": chance.blank(chance.slip(street, 0.1), 0.1), "town": town, "postcode": "",
                }
            )  # fmt: skip
    fields = {"full_name": '"name"', "identifiers": '{ email = "mail" }'}
    statements = _ADDRESS + '[[record.thing]]\nkind = "=phone"\nvalue = "phone"\n'
    return UnlikeSet(
        "customers", "one feed, few duplicates", {"customers": rows}, fields, statements=statements
    )


def census(families: int = 1200) -> UnlikeSet:
    """Two censuses of the same families: names, a year of birth out of an age, sex and parish; members share all but these."""
    chance = Chance(5, "english")
    files: dict[str, list[Row]] = {"census_a": [], "census_b": []}
    parishes = [f"{chance.family()} parish" for _ in range(40)]
    for household in range(families):
        family, parish = chance.family(), chance.random.choice(parishes)
        for member in range(chance.random.randint(2, 7)):
            given, sex, year = (
                chance.given(),
                chance.random.choice(["female", "male"]),
                chance.random.randint(1790, 1850),
            )
            for name, rows in files.items():
                if chance.often(0.12):
                    continue
                rows.append(
                    {
                        "id": str(len(rows)), "person": f"{household}-{member}", "given": given[0] if chance.often(0.05) else chance.slip(given, 0.06),
                        "family": chance.slip(family, 0.06), "year": str(year + (chance.random.choice([-1, 0, 0, 1]) if name == "census_b" else 0)),
                        "sex": sex, "parish": chance.random.choice(parishes) if chance.often(0.1) else parish,
                    }
                )  # fmt: skip
    fields = {"given_name": '"given"', "family_name": '"family"', "birth_year": '"year"', "sex": '"sex"'}
    parish_is_home = '[[record.address]]\naddress = "parish"\n'
    return UnlikeSet(
        "census", "two feeds, everybody once, families", files, fields, True, statements=parish_is_home
    )


def party_voters(people: int = 4000) -> UnlikeSet:
    """Three lists of voters that hold everybody once: names, a suburb and a postcode, and nothing else; slips in all of them."""
    chance = Chance(12, "english")
    postcodes = [str(chance.random.randint(27000, 28999)) for _ in range(200)]
    suburbs = [chance.family() for _ in range(120)]
    files: dict[str, list[Row]] = {f"party_{letter}": [] for letter in "abc"}
    for person in range(people):
        given, family, postcode = chance.given(), chance.family(), chance.random.choice(postcodes)
        suburb = suburbs[int(postcode) % len(suburbs)]
        for rows in files.values():
            if chance.often(0.4):
                continue
            rows.append(
                {
                    "id": str(len(rows)), "person": str(person), "given": chance.slip(given, 0.12), "family": chance.slip(family, 0.12),
                    "suburb": chance.slip(suburb, 0.1), "postcode": chance.slip(postcode, 0.05),
                }
            )  # fmt: skip
    fields = {"given_name": '"given"', "family_name": '"family"'}
    home = '[[record.address]]\naddress = "suburb"\npostcode = "postcode"\n'
    return UnlikeSet(
        "party_voters", "three feeds, everybody once, no dates", files, fields, True, statements=home
    )


SHORT_FORMS = {
    "Robert": "Bob", "James": "Jim", "William": "Bill", "Richard": "Dick", "Margaret": "Peggy", "Elizabeth": "Beth", "Thomas": "Tom",
    "Michael": "Mike", "Charles": "Charlie", "Joseph": "Joe", "Anthony": "Tony", "Matthew": "Matt", "Susan": "Sue", "Jennifer": "Jenny",
}  # fmt: skip


def people_of_history(people: int = 1500) -> UnlikeSet:
    """One list of people of earlier centuries, up to fifteen rows each: titles, short forms, years alone, the place of birth."""
    chance = Chance(11, "english")
    rows: list[Row] = []
    for person in range(people):
        given, middle, family = chance.given(), chance.given() if chance.often(0.3) else "", chance.family()
        born, town, sex = (
            chance.date(1550, 1920),
            chance.address()[1],
            chance.random.choice(["female", "male"]),
        )
        postcode = _old_postcode(chance)
        for _ in range(chance.random.choice([1, 2, 3, 5, 8, 12, 15])):
            called = SHORT_FORMS.get(given, given) if chance.often(0.15) else given
            names = [chance.slip(called, 0.08), chance.slip(family, 0.08)]
            written = (
                names[::-1]
                if chance.often(0.03)
                else [names[0], middle, names[1]]
                if chance.often(0.8)
                else names
            )
            date = _iso(chance.wrong_date(born, 0.15))
            other = postcode[:-3] + _old_postcode(chance)[-3:] if chance.often(0.6) else _old_postcode(chance)
            rows.append(
                {
                    "id": str(len(rows)), "person": str(person),
                    "name": " ".join(filter(None, [chance.random.choice(["", "", "", "Sir", "Dr", "Rev."]), *written])),
                    "born": chance.blank(date[:4] + "-01-01" if chance.often(0.15) else date, 0.08),
                    "town": chance.blank(chance.address()[1] if chance.often(0.1) else town, 0.2),
                    "postcode": chance.blank(other if chance.often(0.25) else postcode, 0.1), "sex": chance.blank(sex, 0.2),
                }
            )  # fmt: skip
    fields = {"full_name": '"name"', "date_of_birth": '"born"', "sex": '"sex"'}
    home = '[[record.address]]\naddress = "town"\npostcode = "postcode"\n'
    return UnlikeSet(
        "people_of_history", "one feed, 1 to 15 rows each", {"persons": rows}, fields, statements=home
    )


def _old_postcode(chance: Chance) -> str:
    draw, letters = chance.random, "abdefghjlnpqrstuwxyz"
    area = draw.choice(["ex", "bs", "tq", "sn", "bn", "ox", "me", "ta"])
    return f"{area}{draw.randint(1, 20)} {draw.randint(1, 9)}{draw.choice(letters)}{draw.choice(letters)}"


LISTS = (dutch_register, german_patients, american_voters, customers, census, party_voters, people_of_history)
