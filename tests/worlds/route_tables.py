"""What the routes of the service need to be asked with, and which of them leave another number of entries than one."""

# No personal data and no entry, signed in or not; all others ask who is there.
OPEN = {
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /sign-in",
    "GET /v1/openapi.json",
    "MOUNT /static",
}
# The ways in and out; tests/api/test_sessions.py has their entries.
WAYS_IN = {
    "POST /sign-in",
    "GET /sign-in/start",
    "GET /sign-in/return",
    "POST /sign-in/ended",
    "POST /sign-out",
}
# Empty forms, and what the session remembers: nothing of anybody is on them.
QUIET = {
    "GET /purpose",
    "GET /search",
    "GET /compare",
    "GET /exchange/ask",
    "GET /mappings",
    "GET /audit/record",
    "GET /why",
}
# Pages of several reads, for those who may do them: an entry each. A seal that is refused shows the list again.
SEVERAL = {
    "GET /": {1, 2},
    "GET /privacy": {3},
    "GET /audit/workers": {2},
    "POST /seals": {1, 2},
    "POST /hide-orders": {1, 2},
}
# From other hubs: proved by a signature instead of a sign-in, and refused with an entry without one.
FROM_HUBS = "/v1/exchange/hub/"
PURPOSES = {
    "administrator": "data_quality",
    "auditor": "audit",
    "exchange_officer": "cross_border",
    "link_reviewer": "data_quality",
    "marac_coordinator": "marac",
    "privacy_officer": "audit",
    "seal_keeper": "data_quality",
}
# Values of path and query by their name; {person}, {finding} and {record} are looked up in the hub.
PLACES = {
    "handle": "{person}",
    "to": "{person}",
    "node": "{person}",
    "finding_id": "{finding}",
    "detector": "gang_network",
    "statistic": "turnaround",
    "deed": "consent",
    "request_id": "77d0b2c46a1f4e5c",
    "form": "csv",
}
# What a form has to hold for its route to read anything.
FORMS: dict[str, dict[str, str]] = {
    "POST /search": {"anything": "Marta Quillfeather 2 May 2013"},
    "POST /search/glass": {"anything": "Marta Quillfeather 2 May 2013", "grounds": "Missing tonight"},
    "POST /exchange/ask": {
        "question_id": "5f1c1c0e7a5b4f0d",
        "hub": "neighbour",
        "legal_basis": "children_act_1989_s47",
        "nhs_number": "9990000018",
    },
    "POST /exchange/requests": {
        "hub": "neighbour",
        "question_id": "5f1c1c0e7a5b4f0d",
        "request_id": "77d0b2c46a1f4e5c",
        "legal_basis": "children_act_1989_s47",
        "asked": "Concerns of the last two years",
    },
    "POST /exchange/requests/{request_id}/decision": {"decision": "refused", "grounds": "Not ours"},
    "POST /people/{handle}/network/pictures": {"title": "The family"},
    "POST /people/{handle}/chronology/issue": {"recipient": "PS A. Reader, police"},
    "POST /people/{handle}/sharing/{deed}": {"answer": "given", "grounds": "Asked at the visit"},
    "POST /findings/{finding_id}/disposition": {"decision": "watch", "grounds": "Plan in place"},
    "POST /findings/{finding_id}/suppression": {"why": "In court on 24 June"},
    "POST /review/{pair}": {"decision": "same", "grounds": "Same number"},
    "POST /compare": {"record_a": "{record}", "record_b": "police:none"},
    "POST /sharing/{sharing}/end": {"grounds": "The plan has ended"},
    "POST /privacy/glass/{sharing}": {"verdict": "justified", "grounds": "A child was missing"},
    "POST /seals": {"protected": "police:none", "other": "council:none", "grounds": "Adoption order"},
    "POST /hide-orders": {
        "records": "police:none",
        "workers": "demo:daniel",
        "grounds": "Witness protection",
    },
    "POST /hide-orders/{order}/lift": {"grounds": "Ended by the court", "confirmed": "yes"},
    "POST /seals/{seal}/lift": {"grounds": "Set in error", "confirmed": "yes"},
    "POST /meetings": {"reference": "MARAC-9", "held_on": "2026-11-20", "area": "Larkhaven"},
    "POST /meetings/{meeting}/cases": {"candidate": "nobody", "grounds-nobody": "Referred by the police"},
    "POST /feedback": {"event": "council:none", "to": "police", "outcome": "Advice given"},
    "POST /meetings/{meeting}/attendance": {"agency": "housing", "name": "R. Jones", "standing": "apologies"},
    "POST /meetings/{meeting}/minutes": {"text": "Locks to be changed"},
    "POST /meetings/{meeting}/packs": {"recipient": "PS A. Reader, police"},
    "POST /meetings/{meeting}/cases/{case}/research": {"fact": "Two calls in October"},
    "POST /meetings/{meeting}/cases/{case}/actions": {"what": "Change the locks", "agency": "housing"},
    "POST /meetings/{meeting}/actions/{action}/end": {"ended": "done", "result": "Locks changed"},
    "POST /meetings/{meeting}/cases/{case}/drop": {"grounds": "Withdrawn"},
    "POST /meetings/{meeting}/cases/{case}/packs": {"recipient": "PS A. Reader, police"},
    "POST /audit/record": {"record": "{record}"},
}


# What a form hands in: name and content of each file.
FILES: dict[str, dict[str, tuple[str, bytes]]] = {
    "POST /mappings": {"mapping": ("fire.toml", b"agency = 'fire'"), "sample": ("visits.csv", b"ID,NAME")},
}
