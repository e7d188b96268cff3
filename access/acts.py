"""What can be done at the desk: each act with the sentence that the ledger's readers and the screens show."""

from typing import Final

# Acts that read personal data: one ledger entry each.
READS: Final[dict[str, str]] = {
    "lookup": "Looked for a person by description.",
    "person": "Opened a person's page.",
    "chronology": "Opened a person's chronology.",
    "network": "Opened a person's network.",
    "households": "Opened a person's households.",
    "links": "Looked at what holds a person's records together.",
    "paths": "Looked for the ways between two people.",
    "patterns": "Searched the network for a pattern.",
    "findings": "Opened the list of findings.",
    "finding": "Opened a finding.",
    "explain_link": "Asked why two records are, or are not, one person.",
    "review": "Opened pairs of records for review.",
    "seal_conflicts": "Looked for judgements that tie the two sides of a seal.",
    "meetings": "Opened MARAC meetings.",
    "meeting_candidates": "Looked who may come on a meeting's list.",
    "marac_pack": "Drew up a MARAC pack.",
    "outcomes": "Read what became of own referrals.",
    "statistics": "Drew up statistics.",
    "extract": "Took along the rows behind statistics.",
    "print": "Printed, or drew up to leave on paper or as a file.",
    "export": "Exported tables or a graph.",
    "ledger": "Read the ledger.",
    "grants": "Looked at what is released, listed, restricted or refused.",
    "contributions": "Looked at what came of their own agency's contributions.",
    "glass_reviews": "Looked through broken glass to review.",
    "waiting": "Looked at what waits for them.",
    "explain_access": "Asked why something can, or cannot, be seen.",
}
# Acts that change what stands: the ledger entry is the change.
CHANGES: Final[dict[str, str]] = {
    "disposition": "Decided on a finding.",
    "judge": "Judged whether two records are one person.",
    "seal": "Set or lifted a seal.",
    "hide": "Set or lifted a hide order.",
    "release": "Released records to agencies.",
    "meeting_list": "Put people on a meeting's list.",
    "restriction": "Restricted records to named people.",
    "location_protection": "Kept where people are to named workers.",
    "end_grant": "Ended a release, a restriction or another grant.",
    "consent": "Recorded an answer about consent to share.",
    "override": "Overrode consent, with grounds.",
    "refusal": "Refused to share an agency's own records.",
    "mark": "Marked how an agency's own records are to be handled.",
    "break_glass": "Broke the glass.",
    "review_glass": "Reviewed a broken glass.",
    "reveal": "Revealed an identity.",
    "save_picture": "Kept a picture of a network for a case.",
    "plan_meeting": "Planned a MARAC meeting.",
    "meeting_case": "Put a case on a meeting's list, or took one off.",
    "meeting_research": "Brought research to a case, or said what came of an action.",
    "meeting_minutes": "Wrote minutes, attendance or actions of a meeting.",
    "issue_pack": "Issued a MARAC pack or another document.",
    "feedback": "Told a referrer what became of a referral.",
}
ACTS: Final[dict[str, str]] = READS | CHANGES
# Ways in and out of the console; no data is seen by them.
VISITS: Final[dict[str, str]] = {
    "sign_in": "Signed in to the console.",
    "sign_out": "Signed out of the console.",
}
# The same as the ledger's entries name them: it has words of its own for a decision and for taking things back.
LEDGER_ACTS: Final[dict[str, str]] = {
    **{act: sentence for act, sentence in ACTS.items() if act != "disposition"},
    "dispose": "Decided on a finding.",
    "withdraw_disposition": "Took back a decision on a finding.",
    "suppress": "Kept a finding out of the list for a time.",
    "end_suppression": "Let a finding back into the list.",
    "save_thresholds": "Changed the thresholds of the detectors.",
    "withdraw_judgement": "Took back what was judged of two records.",
    "lift_seal": "Lifted a seal.",
    "lift_hide": "Lifted a hide order.",
    "witness": "Kept a partner hub's checkpoint as its witness.",
    "erase": "Blanked the reason and subjects of an entry.",
    "lift_refusal": "Took back a refusal to share.",
    "add_case": "Put a case on a meeting's list.",
    "drop_case": "Took a case off a meeting's list.",
    "meeting_attendance": "Noted who was at a meeting.",
    "meeting_minute": "Wrote minutes of a meeting.",
    "meeting_action": "Wrote down an action of a meeting.",
    "end_action": "Said what came of an action.",
    **VISITS,
}

# What a row shows beside the facts that every reader of the row gets (age band, sex, agencies, dates, kinds).
FIELDS: Final[dict[str, str]] = {
    "identity": "Names, dates of birth, identifiers, phones, vehicles, record ids.",
    "location": "Addresses, postcodes and the names of places.",
    "narrative": "Free text: summaries, opinions, statements.",
    "background": "Ethnic group, first language, disability.",
    "sexual_health": "What a row of sexual health says beyond its date, agency and kind.",
    "intelligence_source": "Who gave a piece of police intelligence.",
    "sex_and_name_history": "Former names, and names and sex on records of another sex (Gender Recognition Act 2004 s22).",
}
