"""Office packages: ZIP files of XML parts, the same bytes for the same parts."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The earliest moment that a ZIP file can state: a package says nothing of when it was made.
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"


def package(parts: Mapping[str, str]) -> bytes:
    """The package of these parts (name to XML without its head), in the order given."""
    return _packed({name: (HEAD + xml).encode() for name, xml in parts.items()})


def repacked(content: bytes) -> bytes:
    """A package that somebody else wrote, with the same parts in the same order and nothing of when or where it was made."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _packed({entry.filename: archive.read(entry) for entry in archive.infolist()})


def _packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The same on every system that packs it.
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """The relationships part: id to (type, target)."""
    listed = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{listed}</Relationships>'


def content_types(overrides: Mapping[str, str]) -> str:
    """The list of what each part is."""
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def core_properties(title: str, subject: str) -> str:
    """Title, subject and language of a package; no author and no time, so that equal contents are equal bytes."""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{text_of(title)}</dc:title><dc:subject>{text_of(subject)}</dc:subject>"
        "<dc:creator>mashlink</dc:creator><dc:language>en-GB</dc:language></cp:coreProperties>"
    )


def text_of(text: str) -> str:
    """``text`` fit to stand in XML: escaped, without the control characters that XML cannot hold."""
    return escape(readable(text), {'"': "&quot;"})


def readable(text: str) -> str:
    """``text`` without the control characters that XML cannot hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n"
        or (ord(sign) >= 32 and not 0xD800 <= ord(sign) <= 0xDFFF and ord(sign) not in (0xFFFE, 0xFFFF))
    )
