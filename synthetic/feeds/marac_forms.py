"""The forms that come with referrals to MARAC: the risk checklist, how to reach the victim, whom not to tell."""

import numpy as np

from synthetic.feeds.books import Books
from synthetic.feeds.spoiling import Sheet
from synthetic.feeds.texts import ISO, dates, picked
from synthetic.options import EXTRACTED_ON, NOBODY, Indices, Texts

QUESTIONS = 24
# How likely a yes is at severity 1 to 5; so that most forms of high severity reach 14 yeses [assumption].
YES_AT_SEVERITY = (0.0, 0.15, 0.25, 0.42, 0.56, 0.68)
UNANSWERED_SHARE = 0.05
NOT_KNOWN_SHARE = 0.06
SAFE_CONTACT = (
    "Call only, never text; do not leave a voicemail",
    "Through the school office at drop-off",
    "Through her sister, whose number the advocate holds",
    "Email to the work address",
    "In person at the GP surgery",
)
SAFE_TIMES = (
    "Weekdays 10:00 to 14:00",
    "Tuesday and Thursday mornings",
    "During the working day",
    "After 09:15, not at weekends",
)
UNSAFE_TO_TELL = (
    "The named perpetrator and his mother, who lives next door",
    "The named perpetrator",
    "Anyone at the home address",
    "The named perpetrator; his cousin works at the housing office",
    "",
)


def marac_forms(books: Books, rows: Indices) -> Sheet:
    """The forms of those of the given social-care events that are referrals to MARAC and name the victim."""
    events = books.events
    rows = rows[events["kind"][rows] == "marac_referral"]
    victim = books.record_in_role(rows, "victim")
    rows, victim = rows[victim != NOBODY], victim[victim != NOBODY]
    severity = events["severity"][rows]
    rng = books.world.streams.stream("marac forms")
    # Drawn for every event, so that which hub's forms are written moves no answer.
    drawn = rng.random((len(events), QUESTIONS))[rows]
    words = rng.integers(0, 20, (len(events), 3))[rows]
    yes = np.array(YES_AT_SEVERITY)[np.clip(severity, 0, 5)]
    columns: dict[str, Texts] = {
        "event": books.event_ids[rows],
        "victim": picked(books.registers.own_id, victim),
        "completed": dates(events["day"][rows], ISO),
    }
    for number in range(QUESTIONS):
        answered = np.where(drawn[:, number] < yes, "Y", "N").astype(object)
        answered[drawn[:, number] > 1 - NOT_KNOWN_SHARE - UNANSWERED_SHARE] = "DK"
        answered[drawn[:, number] > 1 - UNANSWERED_SHARE] = ""
        columns[f"dash.q{number + 1}"] = answered
    for column, (name, choices) in enumerate(
        (("safe_contact", SAFE_CONTACT), ("safe_times", SAFE_TIMES), ("unsafe_to_tell", UNSAFE_TO_TELL))
    ):
        columns[name] = np.array(choices, dtype=object)[words[:, column] % len(choices)]
    return Sheet(f"social_care/marac_forms_{EXTRACTED_ON}.jsonl", columns)
