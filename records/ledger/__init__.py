"""The append-only ledger of what people did: judgements, seals, grants, dispositions, every search and view."""

from records.ledger.acts import (
    Actor,
    GrantTerms,
    JudgementTerms,
    break_glass,
    dispose,
    end_grant,
    hide,
    judge,
    keep_checkpoint,
    lift_hide,
    lift_seal,
    list_for_meeting,
    release,
    restrict,
    reveal,
    seal,
    withdraw_judgement,
)
from records.ledger.checkpoint import Checkpoint
from records.ledger.database import downgrade, upgrade
from records.ledger.entry import OUTCOMES, Entry, LoggedEntry, Receipt
from records.ledger.head import SignedHead
from records.ledger.keys import secret_file
from records.ledger.ledger import Ledger, utc_now
from records.ledger.state import (
    DISPOSITION_DECISIONS,
    GRANT_KINDS,
    JUDGEMENT_DECISIONS,
    FindingDisposition,
    Grant,
    HideOrder,
    Judgement,
    LedgerState,
    Reveal,
    Seal,
)
from records.ledger.verification import LedgerProblem, VerificationReport

__all__ = [
    "DISPOSITION_DECISIONS",
    "GRANT_KINDS",
    "JUDGEMENT_DECISIONS",
    "OUTCOMES",
    "Actor",
    "Checkpoint",
    "Entry",
    "FindingDisposition",
    "Grant",
    "GrantTerms",
    "HideOrder",
    "Judgement",
    "JudgementTerms",
    "Ledger",
    "LedgerProblem",
    "LedgerState",
    "LoggedEntry",
    "Receipt",
    "Reveal",
    "Seal",
    "SignedHead",
    "VerificationReport",
    "break_glass",
    "dispose",
    "downgrade",
    "end_grant",
    "hide",
    "judge",
    "keep_checkpoint",
    "lift_hide",
    "lift_seal",
    "list_for_meeting",
    "release",
    "restrict",
    "reveal",
    "seal",
    "secret_file",
    "upgrade",
    "utc_now",
    "withdraw_judgement",
]
