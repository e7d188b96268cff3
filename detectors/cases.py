"""One case with several reasons: findings of different rules about the same people on the same evidence."""

from collections import defaultdict
from collections.abc import Sequence

from detectors.finding import Finding


def cases_of(findings: Sequence[Finding]) -> dict[str, str]:
    """Each finding's id to the id of its case, which is that of the finding that leads it; a finding alone leads its own.

    A finding joins a leading one of another rule when all of its people are among the leader's and at least half of
    its events are too; of several leaders, the one that shares most. The finding about most people leads. Nobody is
    joined through a third: two findings that share no evidence do not meet in one case because each shares some with
    a common neighbour, unless that neighbour holds both whole.
    """
    leaders: dict[str, list[tuple[Finding, frozenset[str], frozenset[str]]]] = defaultdict(list)
    cases: dict[str, str] = {}
    told = [(finding, _people(finding), _events(finding)) for finding in findings]
    for finding, people, events in sorted(
        told, key=lambda one: (-len(one[1]), -len(one[2]), one[0].detector, one[0].finding_id)
    ):
        holding = [
            (-len(events & others), leader.finding_id)
            for leader, crowd, others in leaders[min(people)]
            if leader.detector != finding.detector
            and people <= crowd
            and events
            and 2 * len(events & others) >= len(events)
        ]
        cases[finding.finding_id] = min(holding)[1] if holding else finding.finding_id
        if not holding:
            for person in people:
                leaders[person].append((finding, people, events))
    return cases


def _people(finding: Finding) -> frozenset[str]:
    return frozenset(subject.person_id for subject in finding.subjects)


def _events(finding: Finding) -> frozenset[str]:
    return frozenset(row.event_id for row in finding.evidence if row.event_id)
