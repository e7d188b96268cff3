"""Made-up lists of people unlike the region: other languages, other fields, other errors; each with its mapping and truth.

The errors are the common ones of typed records (slips, swapped names, initials, missing values, moves, dates with one
part wrong), drawn by one seed; none is taken from what mashlink looks for.
"""

import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

Row = dict[str, str]
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_GIVEN: Final = {
    "dutch": "Jan Piet Kees Willem Hendrik Johannes Maria Anna Cornelia Johanna Sanne Daan Lotte Bram Femke Sander Joost Marieke Thijs Noor"
    " Ruben Eline Jeroen Wouter Anouk Maarten Iris Bas Lieke Koen Esther Dirk Margriet Gerrit Truus Sjoerd Hanneke Rik Tess Mees",
    "german": "Hans Jürgen Klaus Günther Ursula Käthe Jörg Björn Heike Sabine Wolfgang Birgit Anneliese Lukas Leonie Jonas Mia Finn Emma Paul"
    " Lena Felix Marie Uwe Gisela Dieter Ingrid Rolf Elke Bernd Silke Torsten Anke Rainer Petra Götz Bärbel Sören Hannelore Matthias",
    "english": "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah"
    " Charles Karen Daniel Nancy Matthew Lisa Anthony Betty Mark Margaret Donald Sandra Steven Ashley Paul Kimberly Andrew Emily Joshua Donna",
}
_FAMILY_PARTS: Final = {
    "dutch": ("de Jong,Jansen,van den Berg,Bakker,Visser,Smit,Mulder,Bos,Vos,Peters,Hendriks,van Dijk,Dekker,Brouwer,de Wit", "Kuip,Hof,Linde,Wal,Meer,Berg,Dam,Veld,Zand,Brink,Rooi,Steen,Groen,Water,Kerk", "stra,sma,man,huis,ma,inga,huizen,mans"),
    "german": ("Müller,Schmidt,Schneider,Fischer,Weber,Schäfer,Koch,Bauer,Richter,Klein,Wolf,Schröder,Neumann,Krüger,Groß", "Stein,Berg,Roth,Wald,Feld,Hoff,Kauf,Lind,Eich,Buch,Grün,Schön,Lang,Böhm,Krän", "mann,er,bauer,hardt,meier,ert,inger,el"),
    "english": ("Smith,Johnson,Williams,Brown,Jones,Miller,Davis,Wilson,Moore,Taylor,Martin,Lee,Clark,Hall,Young", "Hart,Ash,Whit,Brad,Wood,Black,Hol,Stan,Mar,Thorn,Crow,Har,Lang,West,Fair", "ley,field,ford,son,well,man,worth,ton"),
}  # fmt: skip
_STREETS: Final = {
    "dutch": "Kerkstraat,Dorpsstraat,Molenweg,Julianalaan,Beukenlaan,Stationsweg,Prinsengracht,Schoolstraat,Wilgenlaan,Havenkade",
    "german": "Hauptstraße,Schulstraße,Gartenweg,Bahnhofstraße,Dorfstraße,Bergstraße,Lindenallee,Kirchplatz,Waldweg,Ringstraße",
    "english": "Oak St,Maple Ave,Cedar Rd,Elm St,Lake Dr,Hill Rd,Park Ave,Pine Ct,River Rd,Sunset Blvd",
}
_TOWNS: Final = {
    "dutch": "Utrecht,Zwolle,Arnhem,Breda,Delft,Leiden,Assen,Tilburg,Goes,Venlo",
    "german": "Kassel,Fürth,Ulm,Trier,Jena,Gießen,Celle,Göttingen,Worms,Hof",
    "english": "Springfield,Franklin,Clinton,Georgetown,Salem,Fairview,Madison,Bristol,Dover,Ashland",
}


@dataclass(frozen=True, slots=True)
class UnlikeSet:
    """One data set: its files (name -> rows with ``id`` and ``person``), a mapping for each, and what it is."""

    name: str
    about: str
    files: Mapping[str, list[Row]]
    fields: Mapping[str, str]
    duplicate_free: bool = False
    dates: str = "%Y-%m-%d"
    statements: str = field(default="")

    def write(self, directory: Path) -> dict[str, str]:
        """Write files and mappings below ``directory``; gives the true person of each record id."""
        truth: dict[str, str] = {}
        for name, rows in self.files.items():
            columns = [column for column in rows[0] if column != "person"]
            with (directory / f"{name}.csv").open("w", encoding="utf-8", newline="") as handle:
                writer = csv.DictWriter(handle, columns, extrasaction="ignore")
                writer.writeheader()
                writer.writerows(rows)
            lines = [f"{key} = {value}" for key, value in self.fields.items()]
            (directory / f"{name}.toml").write_text(
                f'feed = "{name}"\nagency = "{name}"\ndates = ["{self.dates}"]\nphone_region = "US"\n'
                f"duplicate_free = {str(self.duplicate_free).lower()}\n"
                '[label]\nmarking = "=shareable"\ncategory = "=ordinary"\n'
                f'[files.people]\npath = "{name}.csv"\n[[record]]\nfrom = "people"\nid = "id"\n'
                + "\n".join(lines) + f"\n{self.statements}",
                encoding="utf-8",
            )  # fmt: skip
            truth |= {f"{name}:{row['id']}": row["person"] for row in rows}
        return truth


class Chance:
    """People and errors, all drawn from one seed."""

    def __init__(self, seed: int, language: str) -> None:
        """``language``: dutch, german or english."""
        self.random = random.Random(seed)
        self._given = _GIVEN[language].split()
        common, starts, ends = (part.split(",") for part in _FAMILY_PARTS[language])
        self._common, self._starts, self._ends = common, starts, ends
        self._streets, self._towns = _STREETS[language].split(","), _TOWNS[language].split(",")

    def given(self) -> str:
        """A given name; some are far more common than others."""
        return self._given[int(len(self._given) * self.random.random() ** 1.5)]

    def family(self) -> str:
        """A family name: one of a few common ones, or one of many rare ones."""
        if self.random.random() < 0.3:
            return self.random.choice(self._common)
        middle = self.random.choice(["", "en", "er", "el", "in", "an"])
        return self.random.choice(self._starts) + middle + self.random.choice(self._ends)

    def date(self, first: int = 1930, last: int = 2005) -> tuple[int, int, int]:
        """Year, month and day."""
        return self.random.randint(first, last), self.random.randint(1, 12), self.random.randint(1, 28)

    def address(self) -> tuple[str, str]:
        """A street with its number, and a town."""
        return f"{self.random.choice(self._streets)} {self.random.randint(1, 150)}", self.random.choice(
            self._towns
        )

    def often(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random.random() < share

    def slip(self, text: str, share: float) -> str:
        """Text with, in this share of cases, one letter left out, put in, changed or swapped with its neighbour."""
        if len(text) < 3 or not self.often(share):
            return text
        at, kind = self.random.randrange(1, len(text) - 1), self.random.randrange(4)
        letter = self.random.choice(LETTERS)
        return [
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        ][kind]

    def wrong_date(self, date: tuple[int, int, int], share: float) -> tuple[int, int, int]:
        """A date with, in this share of cases, one part wrong or day and month swapped."""
        year, month, day = date
        if not self.often(share):
            return date
        swapped = (year, day, month) if day <= 12 else (year, month, self.random.randint(1, 28))
        return [(year + self.random.choice([-10, -1, 1, 10]), month, day), (year, self.random.randint(1, 12), day), swapped][
            self.random.randrange(3)
        ]  # fmt: skip

    def blank(self, text: str, share: float) -> str:
        """Nothing, in this share of cases."""
        return "" if self.often(share) else text
