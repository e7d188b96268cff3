"""From what the statements of all feeds say to the row tables: versions, labels, ends that exist.

The statements' tables hold accepted rows only. One id stated with differing content is one record or event: the
newest version stands; former names, addresses, things and organisations stay, closed on the day they were replaced.
"""

from dataclasses import dataclass
from typing import Final

from records.intake.sql import content_of, literal
from records.intake.staging import Intake
from records.snapshot import ROW_TABLES

# Statement class -> table of the snapshot.
TABLE_OF: Final = {
    "Record": "record",
    "Event": "event",
    "Identifier": "identifier",
    "OtherName": "name",
    "Address": "address_spell",
    "Thing": "thing_use",
    "Organisation": "organisation_tie",
    "Relationship": "relationship",
    "Involvement": "involvement",
    "Answer": "risk_answer",
    "Arrangement": "contact_arrangement",
}
_FROM_FEED: Final = ("feed", "agency", "system", "duplicate_free", "source_file", "source_line", "label_id")
_NEWEST: Final = "version_on DESC NULLS LAST, extracted_on DESC NULLS LAST, rank, row_id DESC, copy DESC"
_WITHOUT: Final = {
    "identifier": "value",
    "name": "coalesce(given_name, family_name, full_name)",
    "address_spell": "coalesce(address, postcode, uprn)",
    "thing_use": "value",
    "organisation_tie": "coalesce(organisation_key, organisation_name)",
    "relationship": "other_record_id",
    "involvement": "event_id",
    "risk_answer": "answer",
    "contact_arrangement": "value",
}
_WORD: Final = {"involvement": "role", "address_spell": "kind", "risk_answer": "question"} | dict.fromkeys(
    ("identifier", "name", "thing_use", "organisation_tie", "relationship", "contact_arrangement"), "kind"
)
# Of what several extracts say of an event, or of how to reach somebody, the newest alone stands.
_NEWEST_OF: Final = {"involvement": "event_id", "risk_answer": "event_id", "contact_arrangement": "record_id"}


@dataclass(frozen=True, slots=True)
class StatementTable:
    """The accepted rows of one statement: its temporary table, its columns, and the facts of its feed."""

    table: str
    kind: str
    columns: frozenset[str]
    feed: str
    agency: str
    system: str | None
    duplicate_free: bool
    rank: int
    both_ways: bool


def types_of(table: str) -> dict[str, str]:
    """The columns of a row table with their SQL types, from the contract."""
    pairs = (part.split() for part in ROW_TABLES[table].split(","))
    return {part[0]: part[1] for part in pairs}


def settle(intake: Intake, tables: list[StatementTable], hub: str) -> None:
    """Fill every row table but ``quarantine``, ``set_aside`` and ``file_count``."""
    _label_rows(intake, tables, hub)
    for kind, own_id in (("Record", "record_id"), ("Event", "event_id")):
        _settle_versions(intake, _of_kind(tables, kind), TABLE_OF[kind], own_id)
        _let_go(intake, _of_kind(tables, kind))
    for kind in (
        "Identifier",
        "OtherName",
        "Address",
        "Thing",
        "Organisation",
        "Relationship",
        "Involvement",
        "Answer",
        "Arrangement",
    ):
        _settle_details(intake, _of_kind(tables, kind), TABLE_OF[kind])
        _let_go(intake, _of_kind(tables, kind))
    _former_names(intake)


def _of_kind(tables: list[StatementTable], kind: str) -> list[StatementTable]:
    return [table for table in tables if table.kind == kind]


def _let_go(intake: Intake, tables: list[StatementTable]) -> None:
    """Give the memory of settled statements back."""
    for one in tables:
        intake.connection.execute(f"DROP TABLE {one.table}")


def _label_rows(intake: Intake, tables: list[StatementTable], hub: str) -> None:
    each = " UNION ".join(
        f"SELECT DISTINCT {literal(one.agency)} AS agency, marking, category FROM {one.table}"
        for one in tables
    )
    intake.connection.execute(
        "INSERT INTO label SELECT row_number() OVER (ORDER BY agency, marking, category) - 1, ?, agency, marking, "
        f"category FROM ({each}) ORDER BY agency, marking, category",
        [hub],
    )


def _union(tables: list[StatementTable], target: str) -> str:
    """SQL: the rows of ``tables`` with the columns of ``target`` and those that settling needs."""
    types = types_of(target)
    selects = []
    for one in tables:
        columns = [
            name if name in one.columns else f"CAST(NULL AS {kind}) AS {name}"
            for name, kind in types.items()
            if name not in {*_FROM_FEED, "extracted_on"}
        ]
        version = "version_on" if "version_on" in one.columns else "CAST(NULL AS DATE) AS version_on"
        system = literal(one.system) if one.system is not None else "CAST(NULL AS VARCHAR)"
        selects.append(
            f"SELECT row_id, copy, extracted_on, {version}, {one.rank} AS rank, marking, category, "
            f"{str(one.both_ways).lower()} AS both_ways, {literal(one.feed)} AS feed, {literal(one.agency)} AS agency, {system} AS system, "
            f"{str(one.duplicate_free).lower()} AS duplicate_free, {', '.join(columns)} FROM {one.table}"
        )
    return " UNION ALL ".join(f"({select})" for select in selects)


def _settle_versions(intake: Intake, tables: list[StatementTable], target: str, own_id: str) -> None:
    connection = intake.connection
    types = types_of(target)
    connection.execute(
        f"CREATE TEMP TABLE superseded_{target} ({own_id} VARCHAR, row_id BIGINT, replaced_on DATE, "
        "given_name VARCHAR, family_name VARCHAR, full_name VARCHAR, label_id USMALLINT)"
    )
    if not tables:
        return
    union = _union(tables, target)
    content = content_of([name for name in types if name not in {*_FROM_FEED, "extracted_on"}])
    connection.execute(
        f"""
        CREATE TEMP TABLE versions AS
        SELECT *, first_value(content) OVER newest AS newest_content, row_number() OVER newest AS version_number,
            CASE WHEN lag(said_on) OVER newest > said_on THEN lag(said_on) OVER newest END AS replaced_on
        FROM (SELECT *, {content} AS content, coalesce(version_on, extracted_on) AS said_on FROM ({union}) WHERE {own_id} IN (
            SELECT {own_id} FROM ({union}) GROUP BY {own_id} HAVING count(*) > 1))
        WINDOW newest AS (PARTITION BY {own_id} ORDER BY {_NEWEST})
        """
    )
    names = "given_name, family_name, full_name" if target == "record" else "NULL, NULL, NULL"
    connection.execute(
        f"INSERT INTO superseded_{target} SELECT {own_id}, row_id, replaced_on, {names}, label_id "
        "FROM versions JOIN label USING (agency, marking, category) WHERE content <> newest_content"
    )
    own = {
        "feed": "stated.feed",
        "source_file": "file_names.name",
        "source_line": "row_id & ((1::BIGINT << 40) - 1)",
        "is_professional": "coalesce(is_professional, false)",
        "flags": "coalesce(flags, [])",
    }
    columns = ", ".join(f"{own.get(name, name)} AS {name}" for name in types)
    connection.execute(
        f"""
        INSERT INTO {target} SELECT {columns}
        FROM (
            SELECT * FROM ({union}) WHERE {own_id} NOT IN (SELECT {own_id} FROM versions)
            UNION ALL BY NAME
            SELECT * EXCLUDE (content, said_on, newest_content, version_number, replaced_on) FROM versions WHERE version_number = 1
        ) AS stated
        JOIN file_names ON file_names.file_id = stated.row_id >> 40
        JOIN label USING (agency, marking, category)
        ORDER BY {own_id}
        """
    )
    connection.execute("DROP TABLE versions")


def _settle_details(intake: Intake, tables: list[StatementTable], target: str) -> None:
    if not tables:
        return
    connection, types = intake.connection, types_of(target)
    union = _union(tables, target)
    connection.execute(
        f"""
        CREATE TEMP TABLE detail AS
        SELECT stated.* EXCLUDE (copy, version_on, rank, marking, category, feed, agency, system, duplicate_free),
            label_id
        FROM ({union}) AS stated JOIN label USING (agency, marking, category)
        WHERE {_WITHOUT[target]} IS NOT NULL AND {_WORD[target]} IS NOT NULL AND record_id IS NOT NULL
        """
    )
    _set_loose_ends_aside(intake, target)
    if target == "relationship":
        _state_both_ways(intake)
    columns = ", ".join(types)
    if target in _KEEPS_HISTORY:
        connection.execute(_current_and_former(target, columns))
    elif target in _NEWEST_OF:
        connection.execute(
            f"INSERT INTO {target} SELECT DISTINCT {columns} FROM (SELECT *, max(extracted_on) OVER "
            f"(PARTITION BY {_NEWEST_OF[target]}) AS newest FROM detail) WHERE extracted_on IS NOT DISTINCT FROM newest ORDER BY ALL"
        )
    else:
        old = "WHERE (record_id, row_id) NOT IN (SELECT record_id, row_id FROM superseded_record)"
        connection.execute(
            f"INSERT INTO {target} SELECT DISTINCT {columns} FROM detail "
            f"{old if target == 'identifier' else ''} ORDER BY ALL"
        )
    connection.execute("DROP TABLE detail")


_KEEPS_HISTORY: Final = frozenset({"name", "address_spell", "thing_use", "organisation_tie"})


def _current_and_former(target: str, columns: str) -> str:
    """INSERT of what current rows say, and of what only superseded ones said, closed when they were replaced."""
    names = [name for name in types_of(target) if name != "valid_to"]
    same = " AND ".join(f"former.{name} IS NOT DISTINCT FROM current.{name}" for name in names)
    keys = ", ".join(names)
    return f"""
        INSERT INTO {target} ({columns})
        WITH dated AS (
            SELECT detail.*, superseded.row_id IS NOT NULL AS is_former, superseded.replaced_on
            FROM detail LEFT JOIN (SELECT DISTINCT record_id, row_id, min(replaced_on) AS replaced_on
                FROM superseded_record GROUP BY ALL) AS superseded USING (record_id, row_id)
        ), current AS (
            SELECT DISTINCT {columns} FROM dated WHERE NOT is_former
        ), former AS (
            SELECT {keys}, max(coalesce(valid_to, replaced_on)) AS valid_to FROM dated WHERE is_former GROUP BY {keys}
        )
        SELECT {columns} FROM (
            SELECT {columns} FROM current
            UNION ALL
            SELECT {columns} FROM former WHERE NOT EXISTS (SELECT 1 FROM current WHERE {same})
        ) ORDER BY ALL
    """


LOOSE_ENDS: Final = {kind: f"no accepted row of any feed states this {kind}" for kind in ("record", "event")}
_FIELD_OF: Final = {"record_id": "record", "other_record_id": "other", "event_id": "event"}


def _set_loose_ends_aside(intake: Intake, target: str) -> None:
    """Take statements about records and events that no feed states out of ``detail``; keep them as set aside."""
    ends = {"record_id": "record", "other_record_id": "record", "event_id": "event"}
    for column, kind in ends.items():
        if column not in types_of(target):
            continue
        loose = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {kind}_id FROM {kind})"
        about = "event_id" if target == "involvement" and column == "record_id" else "record_id"
        intake.connection.execute(
            f"""
            INSERT INTO left_aside SELECT DISTINCT row_id, {literal(_FIELD_OF[column])},
                {literal(LOOSE_ENDS[kind])}, 'hand in the file that holds it, or correct the id',
                {column}, {about}
            FROM detail WHERE {loose}
            """
        )
        if target == "thing_use" and column == "event_id":
            intake.connection.execute(f"UPDATE detail SET event_id = NULL WHERE {loose}")
        else:
            intake.connection.execute(f"DELETE FROM detail WHERE {loose}")


_INVERSE: Final = {
    "parent": "child",
    "child": "parent",
    "carer": "cared_for",
    "cared_for": "carer",
    "next_of_kin": "kin",
}


def _state_both_ways(intake: Intake) -> None:
    cases = "".join(f" WHEN {literal(kind)} THEN {literal(inverse)}" for kind, inverse in _INVERSE.items())
    intake.connection.execute(
        f"INSERT INTO detail BY NAME SELECT * REPLACE (other_record_id AS record_id, record_id AS other_record_id, "
        f"CASE kind{cases} ELSE kind END AS kind) FROM detail WHERE both_ways"
    )


def _former_names(intake: Intake) -> None:
    intake.connection.execute(
        """
        INSERT INTO name
        SELECT DISTINCT ON (former.record_id, former.given_name, former.family_name, former.full_name)
            former.record_id, 'former', former.given_name, former.family_name, former.full_name, NULL,
            former.replaced_on, former.label_id
        FROM superseded_record AS former JOIN record USING (record_id)
        WHERE coalesce(former.given_name, former.family_name, former.full_name) IS NOT NULL
            AND (former.given_name, former.family_name, former.full_name)
                IS DISTINCT FROM (record.given_name, record.family_name, record.full_name)
        ORDER BY former.record_id, former.given_name, former.family_name, former.full_name,
            former.replaced_on DESC NULLS LAST, former.label_id
        """
    )
