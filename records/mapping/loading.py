"""Mapping files from disk, with messages that name the file, the key and the mend."""

import os
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from records.errors import BadFeed
from records.mapping.feed import Mapping

SHIPPED = Path(__file__).resolve().parent.parent / "mappings"


def load_mapping(path: Path) -> Mapping:
    """The mapping in the TOML file ``path``.

    Raises ``BadFeed`` naming the file, the place in it and the nearest known key.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFeed(f"{path}: the mapping cannot be read ({error.strerror}); check the path") from None
    return parse_mapping(content, str(path))


def parse_mapping(content: bytes, name: str) -> Mapping:
    """The mapping that TOML in UTF-8 says; ``name`` is what messages call it. Raises ``BadFeed`` as ``load_mapping``."""
    try:
        told = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFeed(f"{name}: not a TOML file: {error}") from None
    try:
        return Mapping.model_validate(told)
    except ValidationError as invalid:
        problems = "; ".join(dict.fromkeys(_problem(dict(error)) for error in invalid.errors()[:5]))
        raise BadFeed(f"{name}: {problems} (every key is in docs/mappings.md)") from None


def own_mappings(feeds: Path) -> list[Path]:
    """The mapping files that a hub keeps beside its feeds; where there are none, the shipped mappings serve."""
    return sorted(feeds.rglob("*.toml"))


def load_mappings(feeds: Path) -> list[Mapping]:
    """The mappings for the files in ``feeds``, by feed name.

    Those in ``feeds`` (``*.toml``, at any depth) where there are any; else the shipped ones whose folder is in
    ``feeds``. Raises ``BadFeed`` when there are none, or two have one feed name.
    """
    if not feeds.is_dir():
        raise BadFeed(
            f"{feeds}: no such directory; --feeds names the directory that holds the agencies' files"
        )
    if not os.access(feeds, os.R_OK | os.X_OK):
        raise BadFeed(f"{feeds}: this user may not look into it; give it to the user that builds")
    own = own_mappings(feeds)
    found = [(path, load_mapping(path)) for path in own or sorted(SHIPPED.glob("*.toml"))]
    if not own:
        found = [(path, mapping) for path, mapping in found if _is_served(mapping, feeds)]
    if not found:
        raise BadFeed(
            f"{feeds}: no mapping (*.toml) there, and no shipped mapping fits its folders; see docs/mappings.md"
        )
    by_feed: dict[str, Path] = {}
    for path, mapping in found:
        if mapping.feed in by_feed:
            raise BadFeed(
                f'{path}: the feed name "{mapping.feed}" is already taken by {by_feed[mapping.feed]}'
            )
        by_feed[mapping.feed] = path
    return sorted((mapping for _, mapping in found), key=lambda mapping: mapping.feed)


def _is_served(mapping: Mapping, feeds: Path) -> bool:
    """Whether the folder of any of the mapping's files is there (a lost file in it is then an error)."""
    paths = [PurePosixPath(path) for files in mapping.files.values() for path in files.path]
    return any(
        (feeds / path.parts[0]).is_dir() if len(path.parts) > 1 else any(feeds.glob(str(path)))
        for path in paths
    )


def _problem(error: dict[str, Any]) -> str:
    place = ""
    for step in error["loc"]:
        place += f" {step + 1}" if isinstance(step, int) else f"{'.' if place else ''}{step}"
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        message = "this key is required"
    return f"{place}: {message}" if place else message
