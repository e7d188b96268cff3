"""The mapping language: one declarative TOML file a feed (``docs/mappings.md``)."""

from records.mapping.feed import Mapping
from records.mapping.files import Files
from records.mapping.loading import load_mapping, load_mappings, own_mappings, parse_mapping
from records.mapping.statements import (
    Address,
    Each,
    Event,
    Identifier,
    Involvement,
    Label,
    OfRecord,
    Organisation,
    OtherName,
    Record,
    Reference,
    Relationship,
    Statement,
    Thing,
)
from records.mapping.values import Condition, Value

__all__ = [
    "Address",
    "Condition",
    "Each",
    "Event",
    "Files",
    "Identifier",
    "Involvement",
    "Label",
    "Mapping",
    "OfRecord",
    "Organisation",
    "OtherName",
    "Record",
    "Reference",
    "Relationship",
    "Statement",
    "Thing",
    "Value",
    "load_mapping",
    "load_mappings",
    "own_mappings",
    "parse_mapping",
]
