"""A full name of one word: whether it is a given name or a family name.

A caller says "Hart", and the log has one field for names. Which of the two it is the word itself tells: by what the records that the
calibration was learnt from bear it as, and where they do not, by the given names that are known. Of what is left
most are family names, of which there are far more.
"""

from linkage.model.calibration import LinkageCalibration
from linkage.values.names import NameParts, name_parts, nickname_roots
from linkage.values.traditions import ENGLISH, given_traditions


def one_word(full_name: str | None) -> str | None:
    """The folded word that a full name comes to; None where there are more, or a title or a comma says what it is."""
    if not full_name or "," in full_name:
        return None
    parts = name_parts(None, None, full_name)
    return parts.given[0] if len(parts.given) == 1 and not parts.family else None


def is_family_name(word: str, calibration: LinkageCalibration) -> bool:
    """Whether a folded word that stands alone is likelier a family name than a given name."""
    as_given, as_family = (
        calibration.frequencies.get(column, {}).get(word, 0.0) for column in ("forename", "surname")
    )
    if as_given or as_family:
        return as_family > as_given
    return not (nickname_roots(word) or ENGLISH in given_traditions(word))


def readings_of(full_name: str | None) -> list[NameParts]:
    """Both readings of a full name of one word; none of any other."""
    word = one_word(full_name)
    return [NameParts((word,), ()), NameParts((), (word,))] if word else []
