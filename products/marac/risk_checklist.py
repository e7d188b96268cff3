"""The DASH risk checklist as MARACs read it: how many yeses, which level, and what counts at any number.

The questions are told here by what they are about, in our own words; the form itself is SafeLives'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from access import RiskAnswer

QUESTIONS: Final[tuple[str, ...]] = (
    "Injured in the present incident",
    "Very frightened",
    "What the victim fears: more injury or violence",
    "Cut off from family or friends",
    "Low, or thinking of suicide",
    "Separated, or tried to, within the last year",
    "Conflict over contact with children",
    "Constant calls or messages, following, stalking or harassment",
    "Pregnant, or a baby within the last 18 months",
    "Abuse is happening more often",
    "Abuse is getting worse",
    "Controls what the victim does, or is very jealous",
    "Used weapons or objects to hurt",
    "Threatened to kill the victim or somebody else",
    "Tried to strangle, choke, suffocate or drown",
    "Sexual acts or words that distress or hurt",
    "Somebody else threatens the victim, or is feared",
    "Hurt anybody else",
    "Mistreated an animal",
    "Money troubles, or money withheld",
    "Drugs, drink or mental health, within the last year",
    "Threatened or attempted suicide",
    "Broke bail, an injunction or an agreement",
    "Has been in trouble with the police",
)
# Stalking, threats to kill and strangulation are told apart whatever the number of yeses.
GRAVE_AT_ANY_NUMBER: Final = {8: "stalking or harassment", 14: "threats to kill", 15: "strangulation"}
HIGH_FROM: Final = 14
MEDIUM_FROM: Final = 10
ANSWERS: Final = {"yes": "Yes", "no": "No", "not_known": "Not known"}


@dataclass(frozen=True, slots=True)
class RiskReading:
    """What a checklist says: yeses, of how many answered, the level by number, what is grave at any number."""

    yeses: int
    answered: int
    level: str
    grave: tuple[str, ...]

    @property
    def words(self) -> str:
        """The reading in a sentence; a number is no verdict, and says so."""
        said = f"{self.yeses} of {self.answered} answered questions are yes: {self.level} by number."
        if self.grave:
            said += f" Answered yes, and grave at any number: {', '.join(self.grave)}."
        return said + " Professional judgement may set it higher."


def risk_reading(answers: Sequence[RiskAnswer]) -> RiskReading | None:
    """The reading of a checklist, None without one. 1 to 9 standard, 10 to 13 medium, 14 and more high (SafeLives)."""
    if not answers:
        return None
    yes = {one.question for one in answers if one.answer == "yes"}
    level = "high" if len(yes) >= HIGH_FROM else "medium" if len(yes) >= MEDIUM_FROM else "standard"
    grave = tuple(words for number, words in GRAVE_AT_ANY_NUMBER.items() if number in yes)
    return RiskReading(
        len(yes), len({one.question for one in answers if one.answer != "not_known"}), level, grave
    )
