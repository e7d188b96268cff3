"""What people do all day, without a browser: each act tells of itself once, can be taken back, and is seen by whom it concerns."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import duckdb
import httpx
import pytest

from mashlink.settings import Settings
from mashlink.wiring import open_ledger
from records.snapshot import Store

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hub")]
Reader = Callable[..., httpx.Client]


@pytest.fixture
def entries(hub: Any) -> Iterator[Callable[[], int]]:
    with open_ledger(Store(hub.store), Settings()) as ledger:
        yield lambda: ledger.head().tree_size


def rows(hub: Any, sql: str) -> list[Any]:
    with duckdb.connect(str(Store(hub.store).current_path()), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def first(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return unescape(found[1])


def test_home_shows_what_waits_once_somebody_said_why_and_that_is_one_entry(
    reader: Reader, entries: Callable[[], int]
) -> None:
    daniel = reader("daniel")
    before = entries()
    assert "ml-count" not in daniel.get("/").text
    assert entries() == before
    daniel.post("/purpose", data={"purpose": "safeguarding_s47", "reason": "Morning round"})
    before = entries()
    home = daniel.get("/").text
    assert entries() == before + 1
    waiting = first(home, r'ml-count">([\d,]+)</span>findings? waits? for a decision')
    assert f"<strong>{waiting}</strong>" in daniel.get("/findings").text
    assert "You were last here" in reader("daniel", "safeguarding_s47").get("/").text


def test_a_purpose_is_kept_for_its_case_and_gone_back_to_with_one_press(reader: Reader) -> None:
    amina = reader("amina", "emerging_harm", "CASE-A")
    amina.post(
        "/purpose", data={"purpose": "crime_prevention", "reason": "County lines", "case_reference": "CASE-B"}
    )
    asked = amina.get("/purpose").text
    again = re.findall(
        r'name="(purpose|reason|case_reference)" value="([^"]*)"', asked[asked.index("Go back to a case") :]
    )
    assert dict(again)["case_reference"] == "CASE-A"
    assert "CASE-A" in amina.post("/purpose", data=dict(again)).text.split("</header>")[0]


def test_one_box_finds_a_person_by_whatever_is_known_of_them(reader: Reader, hub: Any) -> None:
    daniel = reader("daniel", "safeguarding_s47")
    [(_, given, family, born, number)] = rows(
        hub,
        """SELECT r.record_id, r.given_name, r.family_name, r.date_of_birth, i.value FROM record r
           JOIN identifier i USING (record_id) JOIN label l ON l.label_id = r.label_id
           WHERE i.kind = 'nhs_number' AND r.date_of_birth IS NOT NULL AND r.given_name IS NOT NULL
             AND l.category = 'ordinary' ORDER BY record_id LIMIT 1""",
    )
    for typed in (
        f"{number}",
        f"{born:%d/%m/%Y} {family} {given}",
        f"{family}, {given} born {born:%Y} {number}",
    ):
        answer = daniel.post("/search", data={"anything": typed}).text
        assert "ml-chip" in answer
        assert family in answer[answer.index('id="result"') :], typed
    nobody = daniel.post("/search", data={"anything": "9998610401"})
    assert nobody.status_code == 422
    assert "check digit" in nobody.text
    assert daniel.post("/search", data={"anything": " "}).status_code == 422


def test_a_plate_leads_to_whom_it_is_known_with_and_not_across_a_border(reader: Reader, hub: Any) -> None:
    plates = rows(
        hub,
        "SELECT value, min(record_id) FROM thing_use WHERE kind = 'vehicle' GROUP BY ALL ORDER BY ALL LIMIT 1",
    )
    for plate, _ in plates:
        found = reader("daniel", "safeguarding_s47").post("/search", data={"anything": plate}).text
        assert re.search(r'id="vehicle">.*?href="/people/', found, re.DOTALL)
        assert reader("eleri", "cross_border").post("/search", data={"anything": plate}).status_code == 403
    none = reader("daniel", "safeguarding_s47").post("/search", data={"anything": "ZZ99 ZZZ"}).text
    assert "Nobody whom you may see is known with this vehicle." in none


def test_a_decision_is_told_once_taken_back_and_only_by_who_made_it(reader: Reader) -> None:
    daniel = reader("daniel", "safeguarding_s47")
    address = "/findings/" + first(daniel.get("/findings").text, r'href="/findings/([^"?]+)" data-row')
    decided = daniel.post(
        f"{address}/disposition", data={"decision": "watch", "grounds": "Talked over on Thursday"}
    ).text
    assert "Recorded: watch." in decided
    assert "Recorded: watch." not in daniel.get(address).text
    undo = first(decided, r'action="([^"]+/disposition/withdrawal)"')
    taken_back = daniel.post(undo).text
    assert "The decision is taken back" in taken_back
    assert "Talked over on Thursday" not in daniel.get(address).text
    assert daniel.post(undo).status_code == 409


def test_a_judgement_goes_on_to_the_next_pair_and_is_taken_back(reader: Reader) -> None:
    rosa = reader("rosa", "data_quality")
    pair = first(rosa.get("/review").text, r'href="(/review/[^"]+)" data-row')
    judged = rosa.post(pair, data={"decision": "cannot_say", "grounds": "Not enough", "then": "next"})
    assert judged.url.path.startswith("/review/")
    assert judged.url.path != pair
    assert "What your judgement would change" in judged.text
    undone = rosa.post(f"{pair}/withdrawal")
    assert undone.url.path == pair
    assert "The judgement is taken back." in undone.text
    assert first(rosa.get("/review").text, r'href="(/review/[^"]+)" data-row') == pair


def test_a_release_reaches_the_agency_until_it_is_ended(reader: Reader) -> None:
    daniel, priya = reader("daniel", "safeguarding_s47"), reader("priya", "safeguarding_s47")
    finding = "/findings/" + first(daniel.get("/findings").text, r'href="/findings/([^"?]+)" data-row')
    person = first(daniel.get(finding).text, r'href="(/people/[^"]+)"')
    before = daniel.get("/sharing").text.count("Released to")
    refused = daniel.post(f"{person}/sharing/release", data={"agencies": "police", "grounds": "Agreed today"})
    assert refused.status_code == 422
    assert "Name the last day" in refused.text
    given = {
        "agencies": "police",
        "purposes": ["safeguarding_s47"],
        "ends_on": "2099-01-01",
        "grounds": "Agreed today",
    }
    released = daniel.post(f"{person}/sharing/release", data=given).text
    assert "Released to police" in released
    assert daniel.get("/sharing").text.count("Released to") == before + 1
    ended = daniel.post(first(released, r'action="(/sharing/[^"]+/end)"')).text
    assert "It is ended" in ended
    assert daniel.get("/sharing").text.count("Released to") == before
    assert priya.get("/sharing").status_code == 200


def test_an_agency_learns_what_was_decided_on_its_reports_and_not_why(reader: Reader) -> None:
    daniel, priya = reader("daniel", "safeguarding_s47"), reader("priya", "safeguarding_s47")
    finding = "/findings/" + first(
        daniel.get("/findings?detector=repeat_notifications").text, r'href="/findings/([^"?]+)" data-row'
    )
    shown = daniel.get(finding).text
    by_police = re.search(r"ml-timeline__when\">[^<]*police", shown) is not None
    decided = int(
        first(priya.get("/contributions").text, r'role="status"><strong>([\d,]+)</strong>').replace(",", "")
    )
    told = daniel.post(
        f"{finding}/disposition", data={"decision": "confirmed", "grounds": "Only ours to know"}
    ).text
    after = priya.get("/contributions").text
    counted = int(first(after, r'role="status"><strong>([\d,]+)</strong>').replace(",", ""))
    assert (counted > decided) == by_police
    assert "Only ours to know" not in after
    daniel.post(first(told, r'action="([^"]+/disposition/withdrawal)"'))
    assert f"<strong>{decided:,}</strong>" in priya.get("/contributions").text


def test_a_referrer_reads_what_the_decision_maker_releases_and_waits_no_longer(reader: Reader) -> None:
    daniel, priya = reader("daniel", "safeguarding_s47"), reader("priya", "safeguarding_s47")
    waiting = daniel.get("/feedback").text
    event = first(waiting, r'name="event" value="([^"]+)"')
    # Agencies are chosen from a list, as the feeds know them; what the referrer's words stand for is proposed.
    assert set(re.findall(r'<option value="([a-z_]+)"', waiting)) >= {"police", "health", "education"}
    assert re.search(r'<option value="[a-z_]+" selected', waiting)
    given = {"event": event, "to": "police", "outcome": "Assessment begun", "words": "Thank you"}
    told = daniel.post("/feedback", data=given).text
    assert "Police can now read what became of it." in told
    assert f'value="{event}"' not in told
    outcomes = priya.get("/outcomes").text
    assert "Assessment begun" in outcomes
    assert event not in outcomes
    assert daniel.post("/feedback", data={"event": event}).status_code == 400
    assert reader("gwen", "marac").get("/feedback").status_code == 403


def test_a_picture_is_kept_for_a_case_and_drawn_again_where_nodes_were_put(reader: Reader) -> None:
    amina = reader("amina", "emerging_harm", "CASE-P")
    finding = "/findings/" + first(amina.get("/findings").text, r'href="/findings/([^"?]+)" data-row')
    person = first(amina.get(finding).text, r'href="(/people/[^"]+)"')
    network = amina.get(f"{person}/network").text
    node = first(network, r'id="network-elements">\{"edges": .*?"nodes": \[\{"data": \{[^}]*"id": "([^"]+)"')
    given = {
        "title": "Ring at the start",
        "terms": '[["hops", "2"]]',
        "places": f'{{"{node}": [123.5, -45.5]}}',
    }
    kept = amina.post(f"{person}/network/pictures", data=given)
    assert "Ring at the start" in kept.text
    assert '"x": 123.5, "y": -45.5' in kept.text
    picture = first(kept.text, r'href="(/people/[^"]+picture=picture-\d+)"')
    assert "Ring at the start" not in reader("amina", "emerging_harm", "CASE-Q").get(f"{person}/network").text
    assert reader("amina", "emerging_harm", "CASE-Q").get(picture).status_code == 404
    without_case = reader("amina", "emerging_harm", "")
    assert without_case.post(f"{person}/network/pictures", data=given).status_code == 400
    for wrong in ("nonsense", "[1]", '{"a": [1]}'):
        assert amina.post(f"{person}/network/pictures", data={**given, "places": wrong}).status_code == 400


def test_a_broken_glass_is_reviewed_on_the_privacy_officers_page(reader: Reader, hub: Any) -> None:
    daniel, ines = reader("daniel", "safeguarding_s47"), reader("ines", "audit")
    finding = "/findings/" + first(daniel.get("/findings").text, r'href="/findings/([^"?]+)" data-row')
    handle = first(daniel.get(finding).text, r'href="/people/([^"]+)"')
    name = first(daniel.get(f"/people/{handle}").text, r"<h1[^>]*>([^<]+)</h1>")
    born = first(daniel.get(f"/people/{handle}").text, r"Born <strong>([^<]+)</strong>")
    typed = {"anything": f"{name} {born}"}
    assert daniel.post("/search/glass", data=typed).status_code == 422
    opened = daniel.post("/search/glass", data={**typed, "grounds": "Child said to be with him tonight"}).text
    assert "The glass is broken" in opened
    waiting = re.findall(r"/privacy/glass/([^\"]+)", ines.get("/privacy").text)
    name = waiting[0]
    shown = ines.get("/privacy").text
    assert f"/privacy/glass/{name}" in shown
    assert handle not in shown
    assert ines.post(f"/privacy/glass/{name}", data={"verdict": "justified"}).status_code == 422
    reviewed = ines.post(
        f"/privacy/glass/{name}", data={"verdict": "not_justified", "grounds": "No child there"}
    ).text
    assert "Reviewed: not justified." in reviewed
    assert f"/privacy/glass/{name}" not in reviewed


def test_thresholds_are_tried_and_nothing_is_saved(reader: Reader) -> None:
    daniel = reader("daniel", "safeguarding_s47")
    page = daniel.get("/settings?detector=repeat_notifications").text
    least = first(page, r'name="least_notifications"[^>]*value="(\d+)"')
    tried = daniel.post(
        "/settings/repeat_notifications", data={"least_notifications": str(int(least) + 50)}
    ).text
    assert "<strong>0</strong> then" in tried
    assert f'value="{least}"' in daniel.get("/settings?detector=repeat_notifications").text
    wrong = daniel.post("/settings/repeat_notifications", data={"least_notifications": "many"})
    assert (wrong.status_code, "must be a whole number" in wrong.text) == (422, True)
    assert f"--set repeat_notifications.least_notifications={int(least) + 50}" in tried
    low = daniel.post(
        "/settings/repeat_notifications", data={"window_days": "300", "least_notifications": "1"}
    )
    assert (low.status_code, "Least notifications must be at least 2" in low.text) == (422, True)


def test_a_seal_names_records_that_are_there_and_is_lifted_only_on_purpose(reader: Reader) -> None:
    sol = reader("sol", "data_quality")
    slip = sol.post(
        "/seals", data={"protected": "police:no-such", "other": "health:none", "grounds": "Adoption order"}
    )
    assert (slip.status_code, "No such record: health:none, police:no-such" in slip.text) == (422, True)
    assert sol.post("/seals", data={}).status_code == 422
    asked = sol.post("/seals/seal-1/lift", data={"grounds": "Order set aside"}).text
    assert "Lift seal-1?" in asked
    assert (
        sol.post("/seals/seal-1/lift", data={"grounds": "Order set aside", "confirmed": "yes"}).status_code
        == 409
    )
    assert reader("daniel", "safeguarding_s47").get("/seals").status_code == 403


def test_a_session_that_ended_by_itself_says_so(reader: Reader, hub: Any) -> None:
    daniel = reader("daniel", "safeguarding_s47")
    daniel.cookies.set("mashlink", "gone", domain="127.0.0.1")
    stale = httpx.get(f"{hub.address}/findings", cookies={"mashlink": "gone"}, follow_redirects=True).text
    assert "You were signed out." in stale
    assert "You were signed out." not in httpx.get(f"{hub.address}/sign-in").text
