"""Taking back what one decided of a finding or judged of two records: an entry of its own; nothing is rubbed out."""

from records.errors import Conflict
from records.ledger.acts import Actor, write_act
from records.ledger.entry import Receipt
from records.ledger.ledger import Ledger
from records.ledger.state import LedgerState


def withdraw_disposition(ledger: Ledger, actor: Actor, finding_id: str) -> Receipt:
    """Take back the actor's own decision on a finding, and on whatever was decided along with it.

    What stood before it stands again.

    Raises Conflict when no decision stands, or somebody else's does: who disagrees decides anew, with reasons.
    """
    decided = decided_along_with(ledger.state(), finding_id)

    def check(state: LedgerState) -> None:
        standing = state.dispositions.get(finding_id)
        if standing is None or decided_along_with(state, finding_id) != decided:
            raise Conflict("No such decision stands any more. Open the finding again.")
        if standing.by != actor.subject:
            raise Conflict("Only who decided takes a decision back. Decide anew, with your reasons.")

    return write_act(ledger, actor, "withdraw_disposition", (), {"finding_ids": decided}, check)


def decided_along_with(state: LedgerState, finding_id: str) -> frozenset[str]:
    """The findings decided in one act with this one, itself among them; none where no decision stands."""
    standing = state.dispositions.get(finding_id)
    return frozenset(
        other
        for other, one in state.dispositions.items()
        if standing is not None and (one.by, one.at) == (standing.by, standing.at)
    )


def withdraw_own_judgement(ledger: Ledger, actor: Actor, record_id_a: str, record_id_b: str) -> Receipt:
    """Take back what the actor judged of two records; what others said of them stays. Raises Conflict when nothing was."""
    first, second = sorted((record_id_a, record_id_b))

    def check(state: LedgerState) -> None:
        if (first, second, actor.subject) not in state.judgements:
            raise Conflict("No judgement of yours stands on these two records.")

    facts = {"record_id_a": first, "record_id_b": second, "whose": actor.subject}
    return write_act(ledger, actor, "withdraw_judgement", (first, second), facts, check)
