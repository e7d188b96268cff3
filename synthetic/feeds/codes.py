"""The agencies' code lists: what each writes for the same fact."""

from typing import Final

import numpy as np

from synthetic.name_lists import cultures
from synthetic.options import Flags, Indices, Texts

# Culture to police 18+1, NHS 16+1 and DfE codes and to social care's words.
ETHNICITY: Final = {
    "white_british": ("W1", "A", "WBRI", "White British"), "south_asian_muslim": ("A2", "J", "APKN", "Pakistani"),
    "bengali": ("A3", "K", "ABAN", "Bangladeshi"), "sikh": ("A1", "H", "AIND", "Indian"), "hindu": ("A1", "H", "AIND", "Indian"),
    "eastern_european": ("W9", "C", "WEEU", "White other"), "nigerian": ("B2", "N", "BAFR", "Black African"),
    "somali": ("B2", "N", "BSOM", "Black African"), "black_caribbean": ("B1", "M", "BCRB", "Black Caribbean"),
    "arabic": ("O2", "S", "OARA", "Arab"), "chinese": ("A4", "R", "CHNE", "Chinese"),
    "portuguese_spanish": ("W9", "C", "WOTH", "White other"), "turkish_kurdish": ("O9", "S", "OTUR", "Other"),
    "vietnamese": ("A9", "L", "OVIE", "Asian other"),
}  # fmt: skip
POLICE_ETHNICITY, NHS_ETHNICITY, DFE_ETHNICITY, WORDS_ETHNICITY = range(4)
NOT_STATED: Final = ("NS", "Z", "NOBT", "")
LANGUAGES: Final = {
    "white_british": "eng", "south_asian_muslim": "urd", "bengali": "ben", "sikh": "pan", "hindu": "guj", "eastern_european": "pol",
    "nigerian": "eng", "somali": "som", "black_caribbean": "eng", "arabic": "ara", "chinese": "zho", "portuguese_spanish": "por",
    "turkish_kurdish": "tur", "vietnamese": "vie",
}  # fmt: skip

CONCERN_POLICE: Final = {
    "domestic_abuse": "DA", "neglect": "NEG", "physical": "PHY", "emotional": "EMO", "sexual": "SEX", "sexual_exploitation": "CSE",
    "criminal_exploitation": "CCE", "missing": "MIS", "substance_misuse": "SUB", "mental_health": "MH", "self_harm": "SH",
    "parental_conflict": "PC", "honour_based": "HBA", "weapons": "WEA", "drugs_supply": "DRG", "violence": "VIO", "other": "OTH",
}  # fmt: skip
CONCERN_SCHOOL: Final = {
    "neglect": "Neglect", "physical": "Physical harm", "emotional": "Emotional harm", "sexual": "Sexual harm",
    "domestic_abuse": "Domestic abuse at home", "sexual_exploitation": "Exploitation - sexual", "criminal_exploitation": "Exploitation - criminal",
    "missing": "Missing", "substance_misuse": "Substance use", "mental_health": "Mental health", "self_harm": "Self-harm",
    "parental_conflict": "Parental conflict", "honour_based": "Honour-based", "weapons": "Weapon", "drugs_supply": "Drugs supply",
    "violence": "Violence", "other": "Other",
}  # fmt: skip
# Hospital, housing and social care write the concern in plain words.
CONCERN_WORDS: Final = {concern: concern.replace("_", " ").capitalize() for concern in CONCERN_POLICE}
EXCLUSION_REASONS: Final = {
    "violence": "PP", "other": "DB", "substance_misuse": "DA", "weapons": "OW", "emotional": "BU", "sexual": "SM",
}  # fmt: skip


def coded(values: Texts, codes: dict[str, str], default: str = "") -> Texts:
    """Each value's code, ``default`` where it has none."""
    unique, inverse = np.unique(values.astype(str), return_inverse=True)
    return np.array([codes.get(value, default) for value in unique], dtype=object)[inverse]


def ethnicities(culture: Indices, known: Flags, column: int) -> Texts:
    """The code of a code list (``POLICE_ETHNICITY`` …) for each culture."""
    table = np.array([ETHNICITY[item.name][column] for item in cultures()], dtype=object)
    return np.where(known, table[culture], NOT_STATED[column]).astype(object)


def languages(culture: Indices) -> Texts:
    """The language of each culture, ISO 639-3."""
    return np.array([LANGUAGES[item.name] for item in cultures()], dtype=object)[culture]
