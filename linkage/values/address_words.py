"""The words of British addresses that tell a dwelling from a building, a street from a name, a home from a hostel."""

from typing import Final

# Words before the number of a dwelling inside a building.
UNIT_WORDS: Final = (
    "FLAT",
    "FLT",
    "APARTMENT",
    "APART",
    "APPT",
    "APT",
    "UNIT",
    "STUDIO",
    "MAISONETTE",
    "ROOM",
    "RM",
    "BEDSIT",
    "PLOT",
    "CARAVAN",
)
FLOOR_WORDS: Final = (
    "BASEMENT",
    "LOWER GROUND",
    "GROUND",
    "FIRST",
    "SECOND",
    "THIRD",
    "UPPER",
    "TOP",
    "GARDEN",
)
STREET_TYPES: Final = frozenset(
    {
        "ROAD",
        "RD",
        "STREET",
        "ST",
        "STR",
        "AVENUE",
        "AVE",
        "AV",
        "LANE",
        "LN",
        "CLOSE",
        "CL",
        "DRIVE",
        "DR",
        "WAY",
        "WY",
        "TERRACE",
        "TER",
        "TERR",
        "CRESCENT",
        "CRES",
        "CR",
        "PLACE",
        "PL",
        "GARDENS",
        "GDNS",
        "GROVE",
        "GR",
        "HILL",
        "SQUARE",
        "SQ",
        "WALK",
        "WK",
        "ROW",
        "MEWS",
        "PARK",
        "PK",
        "RISE",
        "PARADE",
        "GREEN",
        "GRN",
        "VIEW",
        "BROADWAY",
    }
)
# A block named without any number is the building as a whole (a landlord's shorthand), not a home.
BUILDING_WORDS: Final = ("TOWER", "BLOCK", "HEIGHTS", "MANSIONS", "ESTATE", "BUILDINGS")
# Places where people stay who are not one household, and addresses that stand for an office.
COMMUNAL_PATTERN: Final = (
    r"\b(HOSTEL|REFUGE|SHELTER|FOYER|NIGHTSTOP|HOTEL|GUEST ?HOUSE|BED AND BREAKFAST|B ?AND ?B|TRAVELODGE|PREMIER INN"
    r"|HMP|HMYOI|YOI|PRISON|APPROVED PREMISES|BARRACKS|HOSPITAL|HOSPICE|INFIRMARY|CARE HOME|NURSING HOME|REST HOME"
    r"|RESIDENTIAL HOME|CHILDRENS HOME|SUPPORTED (LIVING|HOUSING)|SHELTERED HOUSING|HALLS? OF RESIDENCE|STUDENT (HALLS?|VILLAGE)"
    r"|(ESTATE|HOUSING|NEIGHBOURHOOD|COUNCIL|AREA) OFFICES?|HOUSING (ASSOCIATION|TRUST)|TOWN HALL|CIVIC CENTRE|POLICE STATION"
    r"|SOLICITORS?|NO FIXED (ABODE|ADDRESS)|NFA|OF NO FIXED|CARE OF|C/O|NOT KNOWN|UNKNOWN|PO BOX)\b"
)
