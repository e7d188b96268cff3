import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.errors import BadFeed

GOOD_NHS = "9990000018"
DAY = datetime(2026, 1, 2)  # noqa: DTZ001  # feeds and cells hold local times


def balanced(taken: Any) -> bool:
    return all(
        read == accepted + quarantined
        for read, accepted, quarantined in taken.rows(
            "SELECT rows_read, rows_accepted, rows_quarantined FROM file_count"
        )
    )


def test_a_bad_value_is_set_aside_and_the_row_stays(take: Any, people_mapping: str) -> None:
    taken = take(
        {
            "m.toml": people_mapping,
            "people.csv": 'ID,NAME,DOB,NHS\n1,"SMITH, Baby Boy",31/04/2019,9990000011\n',
        }
    )
    assert taken.rows("SELECT family_name, given_name, date_of_birth, birth_year FROM record") == [
        ("SMITH", None, None, 2019)
    ]
    assert taken.rows("SELECT field, original, row_id, source_line FROM set_aside ORDER BY field") == [
        ("date_of_birth", "31/04/2019", "a:1", 2),
        ("given_name", "Baby Boy", "a:1", 2),
        ("nhs_number", "9990000011", "a:1", 2),
    ]
    assert taken.rows("SELECT count(*) FROM quarantine") == [(0,)]


@pytest.mark.parametrize(
    ("born", "year"),
    [("31/02/2011", None), ("2011-02-30", None), ("31/12/2011x", None), ("29/02/2011", 2011)],
)
def test_the_year_beside_a_day_that_stands_for_not_known_is_made_up_too(
    take: Any, people_mapping: str, born: str, year: int | None
) -> None:
    taken = take({"m.toml": people_mapping, "people.csv": f'ID,NAME,DOB,NHS\n1,"A, B",{born},\n'})
    assert taken.rows("SELECT date_of_birth, birth_year FROM record") == [(None, year)]
    assert taken.rows("SELECT original FROM set_aside") == [(born,)]


@pytest.mark.parametrize("born", ["01/01/1900", "1970-01-01", "11/11/1811"])
def test_placeholder_births_are_none(take: Any, people_mapping: str, born: str) -> None:
    taken = take({"m.toml": people_mapping, "people.csv": f'ID,NAME,DOB,NHS\n1,"A, B",{born},\n'})
    assert taken.rows("SELECT date_of_birth, birth_year FROM record") == [(None, None)]
    assert taken.rows("SELECT reason FROM set_aside") == [("a placeholder, not a date of birth",)]


def test_a_birth_after_the_extract_is_set_aside(take: Any, people_mapping: str) -> None:
    mapping = people_mapping.replace(
        "[label]", "extracted_on = { file_name = '(\\d{4}-\\d\\d-\\d\\d)' }\n[label]", 1
    )
    taken = take(
        {
            "m.toml": mapping,
            "people_2026-01-01.csv": 'ID,NAME,DOB,NHS\n1,"A, B",2026-01-02,\n2,"C, D",2026-01-01,\n',
        }
    )
    assert taken.rows("SELECT date_of_birth, extracted_on FROM record ORDER BY record_id") == [
        (None, date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
    ]
    assert taken.report.latest_extract == date(2026, 1, 1)


def test_unusable_rows_keep_their_line_reason_and_raw_text(take: Any, people_mapping: str) -> None:
    taken = take(
        {
            "m.toml": people_mapping,
            "people.csv": 'ID,NAME,DOB,NHS\n,"NOBODY, A",,\n2,x\n3,"C, D",,\n3,"C, D",,\n',
        }
    )
    assert taken.rows("SELECT source_line, field, reason, raw FROM quarantine ORDER BY source_line") == [
        (2, "id", "nothing in a field that the row needs", ',"NOBODY, A",,'),
        (3, None, "2 columns instead of 4", "2,x"),
        (5, None, "identical to line 4 of people.csv", '3,"C, D",,'),
    ]
    assert taken.rows("SELECT rows_read, rows_accepted, rows_quarantined FROM file_count") == [(4, 1, 3)]
    assert balanced(taken)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.sampled_from(
            ['1,"A, B",,', "2,x", ",,,", "3,C,31/02/2000,1", '4,"open', '5,"a\nb",,', "", "6,é,,"]
        ),
        max_size=12,
    )
)
def test_rows_in_are_rows_accepted_and_rows_quarantined(
    take: Any, people_mapping: str, lines: list[str]
) -> None:
    taken = take(
        {"m.toml": people_mapping, "people.csv": "ID,NAME,DOB,NHS\n" + "".join(f"{line}\n" for line in lines)}
    )
    assert balanced(taken)
    assert taken.rows(
        "SELECT count(*), count(DISTINCT (source_file, source_line)) FROM quarantine"
    ) == taken.rows("SELECT sum(rows_quarantined), sum(rows_quarantined) FROM file_count")
    assert taken.rows("SELECT count(*) FROM record") <= taken.rows(
        "SELECT sum(rows_accepted) FROM file_count"
    )


def test_the_newest_version_stands_and_the_former_name_is_kept(take: Any, head: str) -> None:
    mapping = head.replace(
        "[label]", "extracted_on = { file_name = '(\\d{8})', dates = ['%Y%m%d'] }\n[label]", 1
    ) + (
        '[files.p]\npath = "p*.csv"\n[[record]]\nfrom = "p"\nid = "ID"\ngiven_name = "G"\nfamily_name = "F"\n'
        'identifiers = { ref = "REF" }\n[[record.address]]\naddress = "ADDR"\n'
    )
    old, new = (
        "ID,G,F,REF,ADDR\n1,Ann,Old,R1,1 Low St\n2,Bo,Same,R2,3 Mid St\n",
        "ID,G,F,REF,ADDR\n1,Ann,New,R9,2 High St\n2,Bo,Same,R2,3 Mid St\n",
    )
    taken = take({"m.toml": mapping, "p20260101.csv": old, "p20260201.csv": new})
    assert taken.rows("SELECT record_id, family_name, source_file FROM record ORDER BY 1") == [
        ("a:1", "New", "p20260201.csv"),
        ("a:2", "Same", "p20260201.csv"),
    ]
    assert taken.rows("SELECT record_id, kind, family_name, valid_to FROM name") == [
        ("a:1", "former", "Old", date(2026, 2, 1))
    ]
    assert taken.rows("SELECT address, valid_to FROM address_spell WHERE record_id = 'a:1' ORDER BY 1") == [
        ("1 Low St", date(2026, 2, 1)),
        ("2 High St", None),
    ]
    assert taken.rows("SELECT value FROM identifier WHERE record_id = 'a:1'") == [("R9",)]
    assert balanced(taken)


def test_one_id_with_other_content_can_be_an_error(take: Any, people_mapping: str) -> None:
    taken = take(
        {
            "m.toml": people_mapping.replace("[label]", 'on_same_id = "error"\n[label]', 1),
            "people.csv": 'ID,NAME,DOB,NHS\n1,"A, B",,\n1,"C, D",,\n',
        }
    )
    assert taken.rows("SELECT full_name FROM record") == [("B A",)]
    assert taken.rows("SELECT source_line, field, raw FROM quarantine") == [(3, "id", '1,"C, D",,')]


def test_the_order_of_files_and_rows_changes_nothing(take: Any, people_mapping: str, tmp_path: Path) -> None:
    rows = ['1,"A, B",1980-01-02,', '2,"C, D",,' + GOOD_NHS, '3,"E, F",,']
    tables = ("record", "name", "identifier", "address_spell", "label")

    def contents(first: list[str], second: list[str]) -> list[Any]:
        taken = take(
            {
                "m.toml": people_mapping,
                "people_1.csv": "ID,NAME,DOB,NHS\n" + "\n".join(first) + "\n",
                "people_2.csv": "ID,NAME,DOB,NHS\n" + "\n".join(second) + "\n",
            }
        )
        own = {"record": " EXCLUDE (source_file, source_line)"}
        return [taken.rows(f"SELECT *{own.get(table, '')} FROM {table}") for table in tables]

    assert contents(rows[:1], rows[1:]) == contents([rows[2], rows[1]], rows[:1])


def test_labels_come_by_code_and_an_unknown_marking_is_never_guessed(take: Any, head: str) -> None:
    mapping = head.replace(
        'marking = "=shareable"', 'marking = { column = "M", codes = { O = "shareable", R = "restricted" } }'
    ) + (
        '[files.p]\npath = "p.csv"\n[[record]]\nfrom = "p"\nid = "ID"\n[[record.address]]\naddress = "ADDR"\n'
        'label = { category = "=protected_address" }\n'
    )
    taken = take({"m.toml": mapping, "p.csv": "ID,M,ADDR\n1,o,x st\n2,R,y st\n3,?,z st\n4,,w st\n"})
    assert taken.rows("SELECT * FROM label") == [
        (0, "h", "a", "restricted", "ordinary"),
        (1, "h", "a", "restricted", "protected_address"),
        (2, "h", "a", "shareable", "ordinary"),
        (3, "h", "a", "shareable", "protected_address"),
    ]
    assert taken.rows("SELECT record_id, label_id FROM record") == [("a:1", 2), ("a:2", 0)]
    assert taken.rows("SELECT record_id, label_id FROM address_spell") == [("a:1", 3), ("a:2", 1)]
    assert taken.rows("SELECT source_line, field FROM quarantine") == [(4, "marking"), (5, "marking")]


def test_references_repeats_and_loose_ends(take: Any, head: str) -> None:
    mapping = head + (
        '[files.pupils]\npath = "pupils.csv"\n[files.contacts]\npath = "contacts.csv"\n'
        '[[record]]\nfrom = "pupils"\nid = "UPN"\nfull_name = "NAME"\nfull_name_order = "given family"\n'
        '[[record]]\nfrom = "contacts"\nid = "CID"\nfull_name = "NAME"\nfull_name_order = "given family"\n'
        'refer.pupil = { file = "pupils", by = "UPN", key = "UPN" }\n'
        '[[record.address]]\naddress = { when = { column = "SAME", is = "y" }, then = "pupil.ADDR", otherwise = "ADDR" }\n'
        '[[record.thing]]\nrepeat = [1, 2]\nkind = "=phone"\nvalue = "TEL{n}"\n'
        '[[record.relationship]]\nother = "UPN"\nkind = "=parent"\nboth_ways = true\n'
    )
    taken = take(
        {
            "m.toml": mapping,
            "pupils.csv": "UPN,NAME,ADDR\nP1,Mr Joe Bloggs Smith,1 Low St\n",
            "contacts.csv": "CID,UPN,NAME,SAME,ADDR,TEL1,TEL2\nC1,P1,Mrs Jo Smith,Y,,07700900001,07700900002\n"
            "C2,P9,Al Smith,N,2 High St,,\n",
        }
    )
    assert taken.rows("SELECT record_id, title, given_name, family_name FROM record") == [
        ("a:C1", "Mrs", "Jo", "Smith"),
        ("a:C2", None, "Al", "Smith"),
        ("a:P1", "Mr", "Joe Bloggs", "Smith"),
    ]
    assert taken.rows("SELECT record_id, address FROM address_spell") == [
        ("a:C1", "1 Low St"),
        ("a:C2", "2 High St"),
    ]
    assert taken.rows("SELECT value FROM thing_use") == [("+447700900001",), ("+447700900002",)]
    assert taken.rows("SELECT record_id, other_record_id, kind FROM relationship") == [
        ("a:C1", "a:P1", "parent"),
        ("a:P1", "a:C1", "child"),
    ]
    assert taken.rows("SELECT field, original FROM set_aside") == [("other", "a:P9")]


def test_json_lists_and_paths(take: Any, head: str) -> None:
    mapping = head + (
        '[files.e]\npath = "e.jsonl"\n[[event]]\nfrom = "e"\nid = "id"\nkind = "=contact"\nstarted_at = "at.day"\n'
        'flags = ["flags"]\n[[record]]\nfrom = "e"\neach = { column = "people" }\nid = { made_from = ["id", "people.role"] }\n'
        'given_name = "people.name.first"\n[[record.involvement]]\nevent = "id"\nrole = "people.role"\n'
    )
    event = {
        "id": 7,
        "at": {"day": "2026-01-02"},
        "flags": ["repeat_risk", "missing"],
        "people": [{"role": "victim", "name": {"first": "Ann"}}, {"role": "victim", "name": {"first": "Bo"}}],
    }
    taken = take(
        {"m.toml": mapping, "e.jsonl": f'{json.dumps(event)}\r\n\n{{"id": "8", "people": []}}\n[1]\n{{"id": '}
    )
    assert taken.rows("SELECT event_id, started_at, date_precision, flags FROM event") == [
        ("a:7", DAY, "day", ["missing", "repeat_risk"]),
        ("a:8", None, None, []),
    ]
    assert taken.rows("SELECT record_id, role FROM involvement") == [
        ("a:7/victim/1", "victim"),
        ("a:7/victim/2", "victim"),
    ]
    assert taken.rows("SELECT source_line, reason FROM quarantine ORDER BY 1") == [
        (4, "not a JSON object"),
        (5, "the last line is torn: not a whole JSON object"),
    ]


def test_a_statement_inside_another_goes_through_a_list_of_its_own(take: Any, head: str) -> None:
    mapping = head + (
        '[files.e]\npath = "e.jsonl"\n'
        '[[event]]\nfrom = "e"\nid = { made_from = ["day"] }\nkind = "=contact"\n'
        '[[event.involvement]]\neach = { column = "people" }\nrecord = { made_from = ["day", "people.role"] }\nrole = "people.role"\n'
        '[[event.involvement]]\neach = { column = "workers", separator = "|" }\nrecord = { column = "workers", split = ":", part = 2 }\n'
        'role = { column = "workers", split = ":", codes = { W = "professional" } }\n'
        '[[record]]\nfrom = "e"\neach = { column = "people" }\nid = { made_from = ["day", "people.role"] }\n'
        '[[record.thing]]\neach = { column = "people.phones" }\nkind = "=phone"\nvalue = "people.phones"\n'
        '[[record]]\nfrom = "e"\nid = "worker"\nwhere = { column = "worker", empty = false }\n'
    )
    rows = [
        {"day": "d", "people": [{"role": "victim", "phones": ["07700900001", "07700900002"]}]},
        {"day": "d", "people": [], "worker": "w1"},
        {
            "day": "d",
            "people": [{"role": "victim"}, {"role": "victim", "phones": ["07700900003"]}],
            "workers": "W:w1||W:w1",
        },
    ]
    taken = take({"m.toml": mapping, "e.jsonl": "".join(f"{json.dumps(row)}\n" for row in rows)})
    assert taken.rows("SELECT event_id, record_id, role FROM involvement ORDER BY ALL") == [
        ("a:d/1", "a:d/victim/1", "victim"),
        ("a:d/3", "a:d/victim/2", "victim"),
        ("a:d/3", "a:d/victim/3", "victim"),
        ("a:d/3", "a:w1", "professional"),
    ]
    assert taken.rows("SELECT record_id, value FROM thing_use ORDER BY ALL") == [
        ("a:d/victim/1", "+447700900001"),
        ("a:d/victim/1", "+447700900002"),
        ("a:d/victim/3", "+447700900003"),
    ]


def test_parquet_and_workbooks_with_true_dates(take: Any, head: str) -> None:
    mapping = head + (
        '[files.p]\npath = "p.parquet"\n[files.x]\npath = "x.xlsx"\nsheet = "S"\n'
        '[[record]]\nfrom = "p"\nid = "id"\ndate_of_birth = "born"\ngiven_name = "name.first"\n'
        '[[event]]\nfrom = "x"\nid = "Ref"\nkind = "=exclusion"\nstarted_at = "Start"\nended_on = "End"\n'
    )
    table = pa.table({"id": [1.0, None, 3.0], "born": [date(2000, 1, 2)] * 3, "name": [{"first": "Ann"}] * 3})
    parquet_bytes, workbook_bytes = io.BytesIO(), io.BytesIO()
    pq.write_table(table, parquet_bytes)
    book = openpyxl.Workbook()
    book.active.title = "S"
    for row in (
        ["Ref", "Start", "End"],
        ["E1", DAY, 46025],
        [None, None, None],
        [12.0, "02/01/2026", "x"],
    ):  # cells have no zone
        book.active.append(row)
    book.save(workbook_bytes)
    taken = take(
        {"m.toml": mapping, "p.parquet": parquet_bytes.getvalue(), "x.xlsx": workbook_bytes.getvalue()}
    )
    assert taken.rows("SELECT record_id, date_of_birth, given_name, source_line FROM record") == [
        ("a:1", date(2000, 1, 2), "Ann", 1),
        ("a:3", date(2000, 1, 2), "Ann", 3),
    ]
    assert taken.rows("SELECT source_line, raw FROM quarantine") == [
        (2, '{"id":null,"born":"2000-01-02","name":{"first":"Ann"}}')
    ]
    assert taken.rows(
        "SELECT event_id, started_at::DATE, ended_on, date_precision, source_line FROM event"
    ) == [
        ("a:12", date(2026, 1, 2), None, "day", 4),
        ("a:E1", date(2026, 1, 2), date(2026, 1, 3), "day", 2),
    ]


@pytest.mark.parametrize(
    ("order", "name", "expected"),
    [
        ("family, given", "SMITH, Jo Ann", ("Jo Ann", "SMITH")),
        ("given, family", "Jo Ann, SMITH", ("Jo Ann", "SMITH")),
        ("family given", "SMITH Jo Ann", ("Jo Ann", "SMITH")),
        ("given family", "Jo Ann Smith", ("Jo Ann", "Smith")),
        ("given family", "Cher", (None, None)),
        ("capitals", "SMITH JONES Jo", ("Jo", "SMITH JONES")),
        ("capitals", "Jo SMITH", ("Jo", "SMITH")),
        ("family, given", "SMITH Jo", (None, None)),
        ("unordered", "Jo Smith", (None, None)),
    ],
)
def test_orders_of_a_full_name(
    take: Any, head: str, order: str, name: str, expected: tuple[str | None, ...]
) -> None:
    mapping = (
        head
        + f'[files.p]\npath = "p.csv"\n[[record]]\nfrom = "p"\nid = "I"\nfull_name = "N"\nfull_name_order = "{order}"\n'
    )
    taken = take({"m.toml": mapping, "p.csv": f'I,N\n1,"{name}"\n'})
    assert taken.rows("SELECT given_name, family_name FROM record") == [expected]
    assert taken.rows("SELECT full_name IS NOT NULL FROM record") == [(True,)]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"people.csv": "ID,NAME,DOB\n1,x,\n"},
            'the column "NHS" that the mapping of test uses is not in the file',
        ),
        ({"people.csv": ""}, "the file is empty"),
        ({"people.csv": "ID,ID,NAME,DOB,NHS\n"}, "2 times"),
        ({}, "no file people"),
    ],
)
def test_a_feed_that_cannot_be_read_is_refused(
    take: Any, people_mapping: str, files: dict[str, str], message: str
) -> None:
    with pytest.raises(BadFeed) as refused:
        take({"m.toml": people_mapping, **files})
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content"), [("p.parquet", b"PAR1 not really"), ("p.xlsx", b"PK not really")]
)
def test_a_damaged_binary_file_is_refused(take: Any, head: str, name: str, content: bytes) -> None:
    mapping = head + f'[files.p]\npath = "{name}"\n[[record]]\nfrom = "p"\nid = "I"\n'
    with pytest.raises(BadFeed, match="not a readable"):
        take({"m.toml": mapping, name: content})


def test_a_header_alone_is_an_empty_feed_and_said(take: Any, people_mapping: str) -> None:
    taken = take({"m.toml": people_mapping, "people.csv": "ID,NAME,DOB,NHS\n"})
    assert taken.rows("SELECT rows_read FROM file_count") == [(0,)]
    assert taken.report.notes == ("people.csv has no rows below its header.",)


def test_hostile_texts_stay_texts(take: Any, people_mapping: str) -> None:
    hostile = "'); DROP TABLE record; --"
    mapping = people_mapping.replace('full_name = "NAME"', f'full_name = "NAME"\ntitle = "={hostile}"')
    taken = take({"m.toml": mapping, "people.csv": f'ID,NAME,DOB,NHS\n"{hostile}","{hostile}, x",,\n'})
    assert taken.rows("SELECT record_id, title FROM record") == [(f"a:{hostile}", hostile)]


def test_rows_that_a_filter_leaves_out_are_accepted_and_counted(take: Any, people_mapping: str) -> None:
    mapping = people_mapping.replace(
        'path = "people*.csv"', 'path = "people*.csv"\nwhere = { column = "ID", is_not = "2" }'
    )
    taken = take({"m.toml": mapping, "people.csv": 'ID,NAME,DOB,NHS\n1,"A, B",,\n2,"C, D",,\n'})
    assert taken.rows("SELECT record_id FROM record") == [("a:1",)]
    assert taken.rows("SELECT rows_read, rows_accepted, rows_left_out FROM file_count") == [(2, 2, 1)]


def test_intake_leaves_nothing_behind_but_the_row_tables(take: Any, people_mapping: str) -> None:
    taken = take({"m.toml": people_mapping, "people.csv": 'ID,NAME,DOB,NHS\n1,"A, B",,\n1,"C, D",,1\n'})
    assert taken.rows("SELECT table_name FROM duckdb_tables() WHERE temporary") == []
    assert (
        taken.rows("SELECT function_name FROM duckdb_functions() WHERE starts_with(function_name, 'normal_')")
        == []
    )


def test_a_record_stated_twice_in_one_extract_is_one_record_with_open_addresses(take: Any, head: str) -> None:
    mapping = head.replace("[label]", 'extracted_on = "=2026-01-01"\n[label]', 1) + (
        '[files.p]\npath = "p.csv"\n[[record]]\nfrom = "p"\nid = "ID"\nfamily_name = "F"\n'
        '[[record]]\nfrom = "p"\nid = "ID"\n[[record.address]]\naddress = "ADDR"\n'
    )
    taken = take({"m.toml": mapping, "p.csv": "ID,F,ADDR\n1,Old,1 Low St\n1,Old,2 High St\n"})
    assert taken.rows("SELECT record_id, family_name FROM record") == [("a:1", "Old")]
    assert taken.rows("SELECT address, valid_to FROM address_spell") == [
        ("1 Low St", None),
        ("2 High St", None),
    ]


def test_the_network_of_the_documentation(take: Any) -> None:
    page = (Path(__file__).parents[3] / "docs" / "mappings.md").read_text(encoding="utf-8")
    section = page.partition("## Node and edge lists")[2]
    mapping = section.partition("```toml\n")[2].partition("```")[0]
    taken = take(
        {
            "m.toml": mapping,
            "network/nodes.csv": "id,name\n1,Ann\n2,Bo\n",
            "network/edges.csv": "source,target,date\n1,2,\n1,2,2020-01-02\n2,1,2020-01-03\n",
        }
    )
    assert taken.rows("SELECT record_id, other_record_id, kind FROM relationship") == [
        ("network:1", "network:2", "associate"),
        ("network:2", "network:1", "associate"),
    ]
    assert taken.rows("SELECT event_id FROM event") == [("network:1/2/1",), ("network:2/1/1",)]
    assert taken.rows("SELECT count(*) FROM involvement") == [(4,)]
    assert taken.rows("SELECT count(*) FROM quarantine") == [(0,)]


def test_the_first_mapping_of_the_documentation_holds(take: Any) -> None:
    page = (Path(__file__).parents[3] / "docs" / "mappings.md").read_text(encoding="utf-8")
    mapping = page.partition("## A whole mapping")[2].partition("```toml\n")[2].partition("```")[0]
    taken = take(
        {
            "fire.toml": mapping,
            "fire/visits_2026-01-31.csv": "OCCUPIER_ID,OCCUPIER,DOB,NHS_NO,HOUSE,STREET,TOWN,POSTCODE,TEL,VISIT_ID,REASON,DATE,TIME\n"
            '7,"BEGUM, Amina",1980-01-02,,1,Low St,Larkhaven,qd12xn,07700 900001,V1,HOARD,03/01/2026,\n',
        }
    )
    assert taken.rows("SELECT record_id, given_name, extracted_on FROM record") == [
        ("fire:7", "Amina", date(2026, 1, 31))
    ]
    assert taken.rows("SELECT event_id, concern, date_precision FROM event") == [
        ("fire:V1", "neglect", "day")
    ]


def test_a_file_without_its_header_is_refused_and_nobody_in_it_is_named(
    take: Any, people_mapping: str
) -> None:
    with pytest.raises(BadFeed) as refused:
        take({"m.toml": people_mapping, "people.csv": '1,"BRACKWATER, Ottoline",2012-03-09,9990000018\n'})
    assert "its first line may be data" in str(refused.value)
    assert not [one for one in ("BRACKWATER", "2012", "999") if one in str(refused.value)]
