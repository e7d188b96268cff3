"""The vendored scripts and styles are what their manifest says, and ask nobody else for anything."""

import hashlib
import json
import re
from pathlib import Path

import api

VENDORED = Path(api.__file__).parent / "console" / "static" / "vendored"
MANIFEST = json.loads((VENDORED / "manifest.json").read_text())


def test_every_vendored_file_is_the_one_in_the_manifest() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDORED.iterdir()
        if path.suffix in {".js", ".css"}
    }
    assert found == {name: entry["sha256"] for name, entry in MANIFEST.items()}


def test_every_vendored_work_has_its_licence_beside_it() -> None:
    works = {entry["from"].split()[0].removesuffix(".org") for entry in MANIFEST.values()}
    assert works == {path.name.removesuffix("-LICENCE.txt") for path in VENDORED.glob("*-LICENCE.txt")}


def test_the_style_sheet_names_no_other_host_and_no_typeface_of_gov_uk() -> None:
    style = (VENDORED / "govuk-frontend.css").read_text()
    assert not re.search(r"url\(\"?(?:https?:)?//", style)
    assert "@import" not in style
    assert "GDS Transport" not in style
