"""The tables of ``docs/access.md`` that the running policy writes: roles, what each view shows to whom, purposes, rules."""

from collections.abc import Iterable
from typing import Final

from access.acts import ACTS, FIELDS, READS
from access.policy import NO_GRANT, FieldContext, Label, Policies
from access.principal import PURPOSES, ROLES, Principal
from records.vocabulary import CATEGORIES, RESTRICTED_CATEGORIES

# Views that show rows of people; the others show lists of acts, tables or the ledger.
_VIEWS: Final = (
    "lookup",
    "person",
    "chronology",
    "network",
    "households",
    "links",
    "paths",
    "findings",
    "review",
)
_OWN: Final = "own"
_OTHER: Final = "other"


def access_tables(policies: Policies) -> str:
    """Markdown: a table of roles, the matrix of role, view and field, and the purposes."""
    roles = [_reader(role) for role in ROLES]
    return "\n".join(
        [
            "### Acts\n",
            *_table(
                ("role", "acts, each for at least one purpose"),
                ((f"`{one.role}`", _acts(policies, one)) for one in roles),
            ),
            "\n### Rows\n",
            *_table(
                ("role", "own agency's", "other agencies'", "other agencies', restricted"),
                ((f"`{one.role}`", *_rows(policies, one)) for one in roles),
            ),
            "\n### Fields in each view\n",
            "What is shown beside age band, sex, agencies, dates and kinds of events, for the purpose for which most is shown; "
            "*r*: once revealed; *o*: on rows of the own agency. An empty cell: the role does not open the view.\n",
            *_table(("role", *_VIEWS), ((f"`{one.role}`", *_fields(policies, one)) for one in roles)),
            "\n### Kinds of fields\n",
            *_table(("field", "what it is"), ((f"`{name}`", sentence) for name, sentence in FIELDS.items())),
            "\n### Purposes\n",
            *_table(("code", "when"), ((f"`{code}`", sentence) for code, sentence in PURPOSES.items())),
            "\n### Rules\n",
            *_table(
                ("rule", "effect", "what it is for"),
                ((f"`{rule.rule_id}`", rule.effect, rule.reason) for rule in policies.rules),
            ),
            "",
        ]
    )


def _reader(role: str) -> Principal:
    return Principal("somebody", "Somebody", role, _OWN, "hub")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _acts(policies: Policies, reader: Principal) -> str:
    open_to = [
        act for act in ACTS if any(policies.may_do(reader, act, purpose).allowed for purpose in PURPOSES)
    ]
    return ", ".join(open_to) or "none"


def _rows(policies: Policies, reader: Principal) -> tuple[str, str, str]:
    """For rows of each kind: all, none, some (which categories not), or under which grant."""
    ordinary = sorted(CATEGORIES - RESTRICTED_CATEGORIES)

    def told(agency: str, categories: Iterable[str]) -> str:
        labels = [Label(reader.hub, agency, "shareable", category) for category in categories]
        for grant in (NO_GRANT, "release", "meeting_list", "break_glass"):
            most = max(
                (
                    [one.allowed for one in policies.may_see(reader, labels, purpose, grant)]
                    for purpose in PURPOSES
                    if grant != "break_glass" or policies.may_do(reader, "break_glass", purpose).allowed
                ),
                key=sum,
                default=[False],
            )
            if any(most):
                closed = [label.category for label, allowed in zip(labels, most, strict=True) if not allowed]
                how = "yes" if grant == NO_GRANT else f"by {grant.replace('_', ' ')}"
                return f"{how}, but {', '.join(closed)}" if closed else how
        return "no"

    return (
        told(_OWN, sorted(CATEGORIES)),
        told(_OTHER, ordinary),
        told(_OTHER, sorted(RESTRICTED_CATEGORIES)),
    )


def _fields(policies: Policies, reader: Principal) -> Iterable[str]:
    for view in _VIEWS:
        assert view in READS  # noqa: S101 - a view that is no act could not be opened
        purposes = [purpose for purpose in PURPOSES if policies.may_do(reader, view, purpose).allowed]
        if not purposes:
            yield ""
            continue
        marks = {"": FieldContext(), " *r*": FieldContext(revealed=True), " *o*": FieldContext(own=True)}
        shown = {
            mark: {name for name in FIELDS if _shown(policies, reader, name, purposes, about)}
            for mark, about in marks.items()
        }
        cells = [
            name + next(mark for mark in marks if name in shown[mark])
            for name in FIELDS
            if any(name in names for names in shown.values())
        ]
        yield ", ".join(cells) or "none"


def _shown(
    policies: Policies, reader: Principal, field: str, purposes: list[str], about: FieldContext
) -> bool:
    return any(policies.may_show(reader, field, purpose, about).allowed for purpose in purposes)
