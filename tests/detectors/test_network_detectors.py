"""Rules about groups: exploitation networks, gangs, families across a boundary."""

from datetime import date

from detectors import Settings, Thresholds

TEEN = date(2010, 1, 1)
GROWN = date(1985, 1, 1)


def exploited(world, names, phone=True, known=100):
    children = [world.person(name, TEEN) for name in names]
    for child in children:
        for days in (5, 25, 45):
            world.event("missing_episode", world.days_ago(days), {child: "subject"})
        if phone:
            world.phone(child, "+447700900001", world.days_ago(known))
    return children


def test_unrelated_missing_children_with_one_phone_and_one_adult_are_a_network(world):
    children = exploited(world, ["amy", "bea"])
    older = world.person("older", GROWN)
    for child in children:
        world.event("incident", world.days_ago(10), {child: "victim", older: "associate"}, concern="sexual")
    (finding,) = world.find("exploitation_network")
    assert {(s.person_id, s.role) for s in finding.subjects} == {
        ("amy", "subject"), ("amy", "victim"), ("bea", "subject"), ("bea", "victim"), ("older", "associate"),
    }  # fmt: skip


def test_three_children_exploited_beside_one_adult_are_a_network_two_are_not_yet(world):
    older = world.person("older", GROWN)
    children = exploited(world, ["amy", "bea", "cat"], phone=False)
    for child in children[:2]:
        world.event(
            "incident", world.days_ago(10), {child: "victim", older: "suspect"}, concern="sexual_exploitation"
        )
    assert world.find("exploitation_network") == []
    world.event(
        "incident",
        world.days_ago(9),
        {children[2]: "victim", older: "suspect"},
        concern="sexual_exploitation",
    )
    (finding,) = world.find("exploitation_network")
    assert {s.person_id for s in finding.subjects} == {"amy", "bea", "cat", "older"}


def beside(world, child, older, days, place=None):
    world.event(
        "contact",
        world.days_ago(days),
        {child: "subject", older: "suspect"},
        concern="sexual_exploitation",
        place=place,
    )


def test_two_children_exploited_beside_one_adult_more_than_once_are_a_network(world):
    older, children = world.person("older", GROWN), [world.person(name, TEEN) for name in ("amy", "bea")]
    for child in children:
        beside(world, child, older, 30)
    assert world.find("exploitation_network") == []
    for child in children:
        beside(world, child, older, 20)
    (finding,) = world.find("exploitation_network")
    assert {s.person_id for s in finding.subjects} == {"amy", "bea", "older"}
    assert world.replay(finding)


def test_the_adult_and_the_address_of_one_night_are_one_meeting(world):
    older, children = world.person("older", GROWN), [world.person(name, TEEN) for name in ("amy", "bea")]
    world._insert("place_of", address="3 Low Street", place_id="place:low", is_communal=False)
    for child in children:
        beside(world, child, older, 30, "3 Low Street")
    assert world.find("exploitation_network") == []


def in_the_car(world, name, days, role="subject", concern="criminal_exploitation", born=TEEN):
    record = world.person(name, born)
    for ago in days:
        event = world.event("contact", world.days_ago(ago), {record: role}, concern=concern)
        world._insert(
            "thing_use", record_id=record, kind="vehicle", value="QY12ABC", event_id=event, label_id=0
        )
    return record


def test_a_car_named_in_notices_of_exploitation_ties_the_children_whoever_drives_it(world):
    in_the_car(world, "amy", (40, 20))
    in_the_car(world, "bea", (35, 15))
    in_the_car(world, "driver", (10,), "suspect", "drugs_supply", GROWN)
    (finding,) = world.find("exploitation_network")
    assert {"amy", "bea", "driver"} == {s.person_id for s in finding.subjects}
    assert world.replay(finding)


def test_the_children_of_one_home_are_no_network_though_no_household(world):
    for child in exploited(world, ["amy", "bea", "cat", "dot"]):
        world.home(child.partition(":")[2], child, "ZA1/9", world.days_ago(120))
    world.connection.execute("DELETE FROM household_spell")
    assert world.find("exploitation_network") == []


def test_sisters_who_share_a_phone_are_no_network(world):
    one, other = exploited(world, ["amy", "bea"])
    world.kin(one, other, "sibling")
    assert world.find("exploitation_network") == []


def test_a_phone_that_many_use_ties_nobody(world):
    exploited(world, ["amy", "bea", "cat"])
    for number in range(30):
        world.phone(world.person(f"client{number}", GROWN), "+447700900001", world.days_ago(50))
    assert world.find("exploitation_network") == []


def test_children_without_signs_are_no_network(world):
    older = world.person("older", GROWN)
    for name in ("amy", "bea", "cat"):
        child = world.person(name, TEEN)
        world.phone(child, "+447700900001", world.days_ago(50))
        world.event("incident", world.days_ago(10), {child: "witness", older: "associate"})
    assert world.find("exploitation_network") == []


def fights(world, company, days=(100, 80, 60, 40), concern="violence"):
    for index, ago in enumerate(days):
        chosen = [company[(index + step) % len(company)] for step in range(3)]
        world.event("incident", world.days_ago(ago), dict.fromkeys(chosen, "suspect"), concern=concern)


def test_people_suspected_together_in_changing_company_are_a_group(world):
    fights(world, [world.person(f"p{n}", date(2004, 1, 1)) for n in range(4)])
    (finding,) = world.find("gang_network")
    assert {s.person_id for s in finding.subjects} == {"p0", "p1", "p2", "p3"}
    assert {s.role for s in finding.subjects} == {"suspect"}


def test_a_group_may_mix_its_crimes_but_thefts_alone_are_none(world):
    company = [world.person(f"p{n}", date(2004, 1, 1)) for n in range(4)]
    fights(world, company, (100, 80, 60), "other")
    fights(world, company[1:], (50,))
    assert world.find("gang_network") == []
    fights(world, company[2:] + company[:2], (30,), "weapons")
    assert len(world.find("gang_network")) == 1


def test_a_feed_that_tells_no_concerns_hides_no_group_and_it_is_said(world):
    fights(world, [world.person(f"p{n}") for n in range(4)], concern=None)
    (finding,) = world.find("gang_network")
    assert "Of 4 of its 4 happenings no agency tells what they were about." in finding.counter_evidence
    assert world.replay(finding) is not None


def test_a_victim_is_not_drawn_into_the_group_that_harmed_them(world):
    company = [world.person(f"p{n}", date(2004, 1, 1)) for n in range(4)]
    fights(world, company)
    victim = world.person("victim", date(2004, 1, 1))
    for ago in (90, 70, 50):
        world.event(
            "incident",
            world.days_ago(ago),
            {victim: "victim", company[0]: "suspect", company[1]: "suspect"},
            concern="violence",
        )
    (finding,) = world.find("gang_network")
    assert "victim" not in {s.person_id for s in finding.subjects}


def test_a_school_class_in_one_brawl_is_no_group(world):
    pupils = [world.person(f"p{n}", TEEN) for n in range(28)]
    for ago in (100, 60, 20):
        world.event("incident", world.days_ago(ago), dict.fromkeys(pupils, "suspect"), concern="violence")
    assert world.find("gang_network") == []


def test_one_family_is_no_group(world):
    company = [world.person(f"p{n}", date(2004, 1, 1)) for n in range(4)]
    for number, record in enumerate(company):
        world.home(f"p{number}", record, "ZA1/9", world.days_ago(900))
    fights(world, company)
    assert world.find("gang_network") == []


def test_a_group_keeps_its_finding_while_it_grows(world):
    company = [world.person(f"p{n}", date(2004, 1, 1)) for n in range(3)]
    fights(world, company, (130, 120, 110, 100))
    fights(world, [*company, world.person("new", date(2004, 1, 1))], (60, 50, 40, 30))
    early, late = world.find("gang_network", world.days_ago(95), world.days_ago(25))
    assert (len(early.subjects), len(late.subjects)) == (3, 4)
    assert early.finding_id == late.finding_id


def neighbours(world):
    for authority, district in (("east", "ZA1"), ("west", "ZB1")):
        for number in range(4):
            name = f"{authority}{number}"
            world.home(
                name,
                world.person(name, GROWN, authority=authority),
                f"{district}/{number}",
                world.days_ago(900),
            )


def family(world, moved=60):
    neighbours(world)
    records = {"kid": world.person("kid", date(2015, 1, 1)), "mum": world.person("mum", GROWN)}
    for name, record in records.items():
        world.home(name, record, "ZA1/90", world.days_ago(800), world.days_ago(moved))
        world.home(name, record, "ZB1/91", world.days_ago(moved))
    return records


def test_a_child_on_a_plan_who_moves_across_is_raised_with_the_household(world):
    records = family(world)
    world.event("plan", world.days_ago(300), {records["kid"]: "subject"}, plan_kind="cin")
    (finding,) = world.find("cross_boundary_family")
    assert {(s.person_id, s.role) for s in finding.subjects} == {("kid", "subject"), ("mum", "associate")}


def test_the_day_of_the_move_is_within_the_findings_window_though_no_event_tells_it(world):
    records = family(world)
    world.event("plan", world.days_ago(300), {records["kid"]: "subject"}, plan_kind="cin")
    (finding,) = world.find("cross_boundary_family")
    told = max(row.happened_on for row in finding.evidence if row.event_id)
    assert finding.window_to > told


def test_a_family_that_moved_for_work_is_not(world):
    records = family(world)
    world.event("gp_registration", world.days_ago(50), {records["kid"]: "subject"}, authority="west")
    assert world.find("cross_boundary_family") == []


def test_a_concern_closed_long_before_the_move_is_not(world):
    records = family(world)
    world.event(
        "plan", world.days_ago(700), {records["kid"]: "subject"}, plan_kind="cp", ended_on=world.days_ago(400)
    )
    assert world.find("cross_boundary_family") == []


def test_a_move_within_an_authority_is_not(world):
    neighbours(world)
    kid = world.person("kid", date(2015, 1, 1))
    world.home("kid", kid, "ZA1/90", world.days_ago(800), world.days_ago(60))
    world.home("kid", kid, "ZA1/92", world.days_ago(60))
    world.event("plan", world.days_ago(300), {kid: "subject"}, plan_kind="cp")
    assert world.find("cross_boundary_family") == []


def test_a_hub_may_ask_for_larger_groups(world):
    fights(world, [world.person(f"p{n}", date(2004, 1, 1)) for n in range(4)])
    asked = Thresholds.from_profile({"gang_network": {"least_members": 5}})
    assert world.find("gang_network", settings=Settings(thresholds=asked)) == []
