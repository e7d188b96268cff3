"""The base of every table in a mapping file: frozen, and strict about its keys."""

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


def did_you_mean(word: str, known: list[str]) -> str:
    """``; did you mean "x"?`` for the nearest of ``known``, or the whole list where none is near."""
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else f"; known here: {', '.join(known)}"


class Table(BaseModel):
    """A TOML table with fixed keys; an unknown key is refused with the nearest known one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def keys(cls) -> list[str]:
        """The keys as a mapping file writes them, sorted."""
        return sorted(field.alias or name for name, field in cls.model_fields.items())

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            known = cls.keys()
            for key in data:
                if key not in known:
                    raise ValueError(f'unknown key "{key}"{did_you_mean(str(key), known)}')
        return data
