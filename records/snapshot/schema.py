"""Every table of a snapshot, in the order in which the build fills them; the hand-overs between the rooms.

Row tables hold what the feeds say, one row a statement, each with the ``label_id`` of its handling facts.
Resolved tables hold what mashlink made of them; those with a ``scope`` column hold one set of rows for each
standing scope. Ids of records and events are ``<agency>:<the agency's own id>``. All texts are NFC.
"""

from typing import Final

ROW_TABLES: Final[dict[str, str]] = {
    # The handling facts of rows. Ids are dense from 0 in the order (hub, agency, marking, category).
    "label": """
        label_id USMALLINT, hub VARCHAR, agency VARCHAR, marking VARCHAR, category VARCHAR""",
    # One agency's description of one person. Unknown is NULL, never an empty string.
    "record": """
        record_id VARCHAR, feed VARCHAR, agency VARCHAR, system VARCHAR, authority VARCHAR,
        title VARCHAR, given_name VARCHAR, family_name VARCHAR, full_name VARCHAR,
        date_of_birth DATE, birth_year SMALLINT, sex VARCHAR, ethnic_group VARCHAR,
        first_language VARCHAR, disability VARCHAR, died_on DATE, is_professional BOOLEAN,
        duplicate_free BOOLEAN,
        extracted_on DATE, source_file VARCHAR, source_line BIGINT, label_id USMALLINT""",
    # Other names of a record: alias, maiden, former (the current one stands in record).
    "name": """
        record_id VARCHAR, kind VARCHAR, given_name VARCHAR, family_name VARCHAR, full_name VARCHAR,
        valid_from DATE, valid_to DATE, label_id USMALLINT""",
    # Identifiers whose check holds, normalised; kind is nhs_number, upn, pnc_id, cro_number or a mapping's own.
    "identifier": """
        record_id VARCHAR, kind VARCHAR, value VARCHAR, label_id USMALLINT""",
    # Where a record's person lived; kind home, temporary, tenancy or correspondence.
    "address_spell": """
        record_id VARCHAR, kind VARCHAR, address VARCHAR, postcode VARCHAR, uprn VARCHAR,
        valid_from DATE, valid_to DATE, label_id USMALLINT""",
    # Phones (E.164) and vehicles (plate without spaces) that a record's person uses.
    "thing_use": """
        record_id VARCHAR, kind VARCHAR, value VARCHAR, event_id VARCHAR,
        valid_from DATE, valid_to DATE, label_id USMALLINT""",
    # Schools, GP practices, hostels, employers of a record's person.
    "organisation_tie": """
        record_id VARCHAR, kind VARCHAR, organisation_key VARCHAR, organisation_name VARCHAR,
        valid_from DATE, valid_to DATE, label_id USMALLINT""",
    # record_id is the <kind> of other_record_id: (A, B, 'parent') says that A is a parent of B.
    "relationship": """
        record_id VARCHAR, other_record_id VARCHAR, kind VARCHAR, valid_from DATE, valid_to DATE,
        label_id USMALLINT""",
    # Something that happened. known_on is the day the agency recorded it; as-of questions use it.
    "event": """
        event_id VARCHAR, feed VARCHAR, agency VARCHAR, system VARCHAR, authority VARCHAR,
        kind VARCHAR, plan_kind VARCHAR, concern VARCHAR, severity UTINYINT, offence VARCHAR,
        started_at TIMESTAMP, date_precision VARCHAR, ended_on DATE, known_on DATE,
        status VARCHAR, outcome VARCHAR, rag_initial VARCHAR, rag_final VARCHAR, decided_at TIMESTAMP,
        referrer VARCHAR, related_event_id VARCHAR, reference VARCHAR,
        place VARCHAR, postcode VARCHAR, uprn VARCHAR,
        sessions_possible INTEGER, sessions_absent INTEGER, wait_seconds INTEGER, duration_seconds INTEGER,
        summary VARCHAR, opinion VARCHAR, flags VARCHAR[],
        source_file VARCHAR, source_line BIGINT, label_id USMALLINT""",
    # A record's part in an event; a record may hold several roles in one event, a row each.
    "involvement": """
        event_id VARCHAR, record_id VARCHAR, role VARCHAR, label_id USMALLINT""",
    # What a victim answered to one question of a risk checklist (DASH), as the form of an event states it.
    "risk_answer": """
        record_id VARCHAR, event_id VARCHAR, question VARCHAR, answer VARCHAR, label_id USMALLINT""",
    # How and when a record's person can be reached safely, and who must not learn of it: kind safe_contact,
    # safe_time or unsafe_to_tell. Of several extracts the newest stands: an old arrangement may be a danger.
    "contact_arrangement": """
        record_id VARCHAR, kind VARCHAR, value VARCHAR, agreed_on DATE, label_id USMALLINT""",
    # Rows that could not be used, with the raw text (invariant 1).
    "quarantine": """
        feed VARCHAR, source_file VARCHAR, source_line BIGINT, field VARCHAR, reason VARCHAR, mend VARCHAR,
        raw VARCHAR""",
    # Values that were left out of a row that was accepted, with the original kept.
    "set_aside": """
        feed VARCHAR, source_file VARCHAR, source_line BIGINT, field VARCHAR, reason VARCHAR, mend VARCHAR,
        original VARCHAR, row_id VARCHAR""",
    # One row a file: read = accepted + quarantined. rows_left_out: of the accepted, those a mapping's filter passed over.
    "file_count": """
        feed VARCHAR, source_file VARCHAR, rows_read BIGINT, rows_accepted BIGINT, rows_quarantined BIGINT,
        fields_set_aside BIGINT, rows_left_out BIGINT, extracted_on DATE""",
}

RESOLVED_TABLES: Final[dict[str, str]] = {
    # Two records compared, scored once for all scopes. record_id_a < record_id_b. weight: bits (log2 of the
    # posterior odds). comparisons: a digit for each field of linkage/model/comparisons.py, its level from 1 (differs) up, 0 for
    # not known; linkage.explain_link gives the words. rule: why the weight may not be used as it stands (twins,
    # contradiction, two given names, conclusive identifier), NULL otherwise. The last three are linkage's own row numbers and the
    # connected component, by which the table is sorted. Linkage keeps tables of its own beside it, for lookups, for
    # scopes on demand and for the next build: comparison_record, blocking_key, crowded_key, link_component,
    # tied_pair, circle, record_digest, linkage_state, linkage_label and lookup_*.
    "link": """
        record_id_a VARCHAR, record_id_b VARCHAR, weight DOUBLE, rule VARCHAR, comparisons VARCHAR,
        number_a INTEGER, number_b INTEGER, component INTEGER""",
    # Which person a record belongs to. weight: bits of the strongest link or tie that holds it, NULL when alone;
    # via_record_id: the record at its other end.
    "membership": """
        scope VARCHAR, record_id VARCHAR, person_id VARCHAR, weight DOUBLE, via_record_id VARCHAR""",
    # record -> person over builds, carried forward by each build. since_build/until_build number the builds
    # of a store from 1; until_build NULL is current. cause: new, unchanged, merge, split, judgement, removed.
    "identity": """
        scope VARCHAR, record_id VARCHAR, person_id VARCHAR, since_build INTEGER, until_build INTEGER,
        cause VARCHAR""",
    # Links for people to look at, an entry a pair of people or a doubtful hold inside one (then both ids are the same),
    # shown by the two records that speak most for one person. kind: near_threshold, kept_apart, weak_hold, doubted;
    # rule: as in link. record_ids_a, record_ids_b: all records of either side. second_opinion: the other model's chance
    # of one person, NULL where it has none. expected_change = uncertainty (0-1) x what a judgement would move, the sum
    # of the four counts; linkage/review/queue.py says how. Judgements are not in it: readers leave out what was judged.
    "review_pair": """
        scope VARCHAR, record_id_a VARCHAR, record_id_b VARCHAR, person_id_a VARCHAR, person_id_b VARCHAR,
        kind VARCHAR, rule VARCHAR, weight DOUBLE, second_opinion DOUBLE, uncertainty DOUBLE,
        records_moved INTEGER, open_events INTEGER, children INTEGER, agencies_joined INTEGER, expected_change DOUBLE,
        record_ids_a VARCHAR[], record_ids_b VARCHAR[]""",
    # The best-supported description of a person, from its records in the scope alone.
    "person": """
        scope VARCHAR, person_id VARCHAR, anchor_record_id VARCHAR, given_name VARCHAR, family_name VARCHAR,
        full_name VARCHAR, date_of_birth DATE, birth_year SMALLINT, sex VARCHAR, ethnic_group VARCHAR,
        died_on DATE, authority VARCHAR, is_professional BOOLEAN, agencies VARCHAR[], record_count INTEGER""",
    # People living together: who was in which household when, a row a place. household_id follows the people, from
    # home to home and from build to build. evidence_record_ids: the records whose address
    # spells, tenancies or relationships say so.
    "household_spell": """
        scope VARCHAR, household_id VARCHAR, person_id VARCHAR, place_id VARCHAR, valid_from DATE, valid_to DATE,
        evidence_record_ids VARCHAR[]""",
    # What happened to a household: formed, joined, left, moved_together, child_born, died, separated, dissolved.
    # person_ids: whom it happened to; place_id: where, for a move the new home.
    "household_event": """
        scope VARCHAR, household_id VARCHAR, kind VARCHAR, happened_on DATE, person_ids VARCHAR[], place_id VARCHAR,
        evidence_record_ids VARCHAR[]""",
    # A place people live at or things happen at: a UPRN, or a normalised address with its postcode.
    "place": """
        place_id VARCHAR, address VARCHAR, postcode VARCHAR, uprn VARCHAR, is_communal BOOLEAN""",
    # Which place a row of address_spell or event refers to (key: address, postcode and uprn as in the row).
    # is_communal: the words of this very line say so; place.is_communal sums up all lines of the place.
    # code, dwelling, street: the postcode, numbers and street word that the place was told by.
    "place_of": """
        address VARCHAR, postcode VARCHAR, uprn VARCHAR, place_id VARCHAR, is_communal BOOLEAN,
        code VARCHAR, dwelling VARCHAR, street VARCHAR""",
    # One happening, however many agencies reported it. via_event_id: the event that holds this one to the others best,
    # with the score of the two and why, in words; NULL for an event told alone.
    "incident": """
        scope VARCHAR, event_id VARCHAR, incident_id VARCHAR, via_event_id VARCHAR, score INTEGER, why VARCHAR""",
    # What each referrer that events state in free text stands for. agency_key: agency:<key>, organisation:<key> or
    # kind:<kind>; NULL where nothing is known by that name or several are. score: 1 as written, less for slips.
    "agency_name": """
        scope VARCHAR, text VARCHAR, agency_key VARCHAR, kind VARCHAR, score DOUBLE""",
    # Typed, dated, evidence-carrying edges, both directions, sorted by scope, source_id, target_id.
    # Node ids: person ids as they are, 'place:…', 'phone:…', 'vehicle:…', 'organisation:…', 'incident:…',
    # 'household:…'. strength: 0-1, evidence weight after the hub discount. degree: distinct people at target.
    # precision: month or year where valid_from is told no closer than that, NULL where a day is told.
    "edge": """
        scope VARCHAR, source_id VARCHAR, target_id VARCHAR, kind VARCHAR, role VARCHAR,
        valid_from DATE, valid_to DATE, known_on DATE, agencies VARCHAR[], strength DOUBLE,
        record_ids VARCHAR[], event_ids VARCHAR[], precision VARCHAR""",
    "node": """
        scope VARCHAR, node_id VARCHAR, kind VARCHAR, name VARCHAR, degree INTEGER""",
    # What the detectors raised. body: the whole Finding as JSON; the columns are for lists and ranks.
    "finding": """
        scope VARCHAR, finding_id VARCHAR, detector VARCHAR, version VARCHAR, rank INTEGER, raised_on DATE,
        expires_on DATE, window_from DATE, window_to DATE, excess DOUBLE, body VARCHAR""",
    "finding_subject": """
        scope VARCHAR, finding_id VARCHAR, person_id VARCHAR, role VARCHAR""",
    "finding_evidence": """
        scope VARCHAR, finding_id VARCHAR, event_id VARCHAR, record_id VARCHAR, role VARCHAR""",
    # One case with several reasons: case_id is the finding_id of the one that leads it; a finding alone leads its own.
    "finding_case": """
        scope VARCHAR, case_id VARCHAR, finding_id VARCHAR""",
    # The rules as this build applied them. thresholds: a JSON list of name, value, shipped value and source;
    # configuration: the version of the hub's thresholds, "shipped" where it has none of its own.
    "detector_rule": """
        detector VARCHAR, version VARCHAR, rule VARCHAR, thresholds VARCHAR, configuration VARCHAR""",
    # Findings over builds, carried forward by each build with those that are not raised now. anchor: what the finding is
    # about, in the person ids of last_build, the last build that raised it. state: raised, lapsed (its days ran out
    # without new evidence), cleared (the rule no longer finds it) or merged (successor_id goes on for it). renewed_on:
    # the as-of date of the last build that brought new evidence.
    "finding_identity": """
        scope VARCHAR, finding_id VARCHAR, detector VARCHAR, anchor VARCHAR[], state VARCHAR, successor_id VARCHAR,
        since_build INTEGER, last_build INTEGER, first_raised_on DATE, renewed_on DATE, expires_on DATE""",
    # What each of them stood on in its last build, as far as those records are still in the scope and those events still
    # there: the rows of its evidence with the person who held the record then.
    "finding_trace": """
        scope VARCHAR, finding_id VARCHAR, person_id VARCHAR, record_id VARCHAR, event_id VARCHAR, role VARCHAR""",
    # Records that the ledger kept out of a standing scope when it was built, there or not, each as a digest: whether what
    # was built of a scope is still a reader's is decided by these and the ledger, not by which rows there are.
    "scope_kept_back": """
        scope VARCHAR, record_digest VARCHAR""",
    # One row: what this snapshot is. erasures: how many of the ledger's erasures were carried out in it.
    "build": """
        snapshot_id VARCHAR, build_number INTEGER, as_of DATE, hub VARCHAR, engine VARCHAR, version VARCHAR,
        calibration_digest VARCHAR, erasures INTEGER""",
}

TABLES: Final[dict[str, str]] = ROW_TABLES | RESOLVED_TABLES

# What readers look a few rows up by (see ``records.snapshot.about``).
INDEXED: Final[tuple[tuple[str, str], ...]] = (
    *((table, "record_id") for table in ("record", "name", "identifier", "address_spell", "thing_use")),
    *((table, "record_id") for table in ("organisation_tie", "relationship", "involvement", "membership")),
    ("relationship", "other_record_id"),
    ("event", "event_id"),
    ("involvement", "event_id"),
    ("incident", "event_id"),
    ("membership", "person_id"),
    ("person", "person_id"),
    ("household_spell", "person_id"),
    ("household_spell", "household_id"),
    ("place_of", "place_id"),
    # Who lived where somebody did is asked by the postcode that either was written with.
    ("place_of", "postcode"),
    ("address_spell", "postcode"),
)


def create_table(name: str) -> str:
    """SQL that creates the table ``name`` of a snapshot, empty, where it was not carried over from the last one."""
    return f"CREATE TABLE IF NOT EXISTS {name} ({TABLES[name]})"


def create_index(table: str, column: str) -> str:
    """SQL that makes rows of ``table`` quick to find by some values of ``column``."""
    return f"CREATE INDEX {table}_by_{column} ON {table} ({column})"


def drop_index(table: str, column: str) -> str:
    """SQL that takes ``create_index`` back, where it was done."""
    return f"DROP INDEX IF EXISTS {table}_by_{column}"
