"""Who gave a piece of police intelligence: of which labels a reader may know it, and records that tell of nothing else."""

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from access.policy import FieldContext, Label
from access.scope.granting import Reading
from records.scope import Scope
from records.snapshot.scoped import INTELLIGENCE, SOURCE_ROLE, source_parts


def sources_told(reading: Reading, labels: Mapping[int, Label]) -> frozenset[int]:
    """Labels of police intelligence of which the policy lets this reader know who gave it.

    What the build made of a standing scope (its graph, its findings) was made without any; rows read one by one are not.
    """
    principal = reading.principal

    def told(own: bool) -> bool:
        about = FieldContext(revealed=False, own=own)
        return reading.policies.may_show(
            principal, "intelligence_source", reading.purpose.code, about
        ).allowed

    by_owner = {own: told(own) for own in (False, True)}
    return frozenset(
        label_id
        for label_id, label in labels.items()
        if label.category == INTELLIGENCE and by_owner[label.agency == principal.agency]
    )


def without_sources(
    connection: duckdb.DuckDBPyConnection, scope: Scope, labels: Mapping[int, Label]
) -> Scope:
    """The scope without records of police intelligence that do nothing in it but give it, where that is kept back.

    Such a record is the intelligence's own description of its source: to show it as somebody known to the police would
    tell who gave something. A record that has another part under the same label stays, and so does one of any other
    label: the source's own part alone is left out of those.
    """
    reached = scope.label_ids | scope.granted_label_ids
    reached = reached.union(*(one.label_ids for one in scope.additions))
    guarded = sorted(
        label_id for label_id in reached - scope.source_label_ids if labels[label_id].category == INTELLIGENCE
    )
    if not guarded:
        return scope
    rows = connection.execute(
        f"""SELECT r.record_id FROM record r
            WHERE list_contains($1::INTEGER[], r.label_id)
              AND r.record_id IN (SELECT record_id FROM {source_parts(scope)})
              AND NOT EXISTS (SELECT 1 FROM involvement i WHERE i.record_id = r.record_id
                              AND i.label_id = r.label_id AND i.role IS DISTINCT FROM '{SOURCE_ROLE}')""",
        [guarded],
    ).fetchall()
    alone = frozenset(record_id for (record_id,) in rows)
    return replace(scope, removed_record_ids=scope.removed_record_ids | alone)
