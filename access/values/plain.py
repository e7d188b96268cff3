"""Any answer as plain values."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any


def as_plain(value: object) -> Any:
    """Any answer as dicts, lists, texts and numbers, dates in ISO form, for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
