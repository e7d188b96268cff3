"""Issuing: a document is drawn up with its copy number, written on the ledger with its digest, and only then handed over."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from access import BadInput, CaseFile, PackGiven, ScopedView
from products.chronology import ChronologyChoice, chronology_proforma
from products.chronology_document import chronology_document
from products.documents import Document, Handling, as_docx, as_page
from products.marac.pack import case_pack, meeting_pack, sources_of

MARKING: Final = "OFFICIAL-SENSITIVE: SAFEGUARDING"
CAVEAT: Final = "For the named recipient and purpose alone. Do not copy or pass on. Tell neither the perpetrator nor anybody of the household."
CHRONOLOGY_CAVEAT: Final = (
    "For the named recipient and purpose alone. Do not copy or pass on without the owning agency's consent."
)
FORMS: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """What to issue: kind case, meeting or chronology, about what, to whom, in which form."""

    kind: str
    about: str
    recipient: str
    form: str = "docx"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues, for which stated purpose, on which day, from rows up to which day."""

    name: str
    purpose: str
    on: date
    as_of: date


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as it leaves: its bytes, media type, file name, and what the ledger calls it."""

    content: bytes
    media_type: str
    file_name: str
    pack: str
    copy_number: int
    digest: str


def issue(
    view: ScopedView, request: IssueRequest, issuer: Issuer, choice: ChronologyChoice | None = None
) -> Issued:
    """Issue a document; the act is the ledger entry of this read, and the bytes leave after it alone.

    Raises BadInput for another kind or form, NotThere for what is not the reader's, Conflict when the copy number was
    taken at the same moment.
    """
    if request.form not in FORMS:
        raise BadInput(f"{request.form}: a document leaves as {' or '.join(FORMS)}.")
    number = view.next_copy(request.kind, request.about)
    handling = _handling(view, request, issuer, f"copy {number}")
    document, files, events = _drawn(view, request, handling, choice)
    content = as_docx(document) if request.form == "docx" else as_page(document).encode()
    digest = hashlib.sha256(content).hexdigest()
    given = PackGiven(request.kind, request.about, request.recipient, number, digest, events)
    taken = view.issue_pack(given, files)
    name = f"{request.kind}-{taken.name}-copy-{number}.{request.form}"
    return Issued(content, FORMS[request.form], name, taken.name, number, digest)


def draft(
    view: ScopedView, request: IssueRequest, issuer: Issuer, choice: ChronologyChoice | None = None
) -> Document:
    """The document as it would leave, marked as a draft; nothing is issued."""
    handling = _handling(view, request, issuer, "draft, not issued")
    return _drawn(view, request, handling, choice)[0]


def _handling(view: ScopedView, request: IssueRequest, issuer: Issuer, copy: str) -> Handling:
    return Handling(
        marking=MARKING,
        caveat=CHRONOLOGY_CAVEAT if request.kind == "chronology" else CAVEAT,
        recipient=request.recipient,
        purpose=issuer.purpose,
        copy=copy,
        by=issuer.name,
        on=issuer.on,
        as_of=issuer.as_of,
        may_print=view.may_print(),
    )


_Drawn = tuple[Document, tuple[CaseFile, ...], tuple[str, ...]]


def _drawn(
    view: ScopedView, request: IssueRequest, handling: Handling, choice: ChronologyChoice | None
) -> _Drawn:
    drawing: dict[str, Callable[[], _Drawn]] = {
        "case": lambda: _case(view, request, handling),
        "meeting": lambda: _meeting(view, request, handling),
        "chronology": lambda: _chronology(view, request, handling, choice),
    }
    if request.kind not in drawing:
        raise BadInput(f"{request.kind}: a document is of a {', '.join(drawing)}.")
    return drawing[request.kind]()


def _case(view: ScopedView, request: IssueRequest, handling: Handling) -> _Drawn:
    file = view.case_file(request.about)
    return case_pack(file, handling), (file,), sources_of([file])


def _meeting(view: ScopedView, request: IssueRequest, handling: Handling) -> _Drawn:
    meeting = view.meeting_file(request.about)
    return meeting_pack(meeting, handling), meeting.cases, sources_of(meeting.cases)


def _chronology(
    view: ScopedView, request: IssueRequest, handling: Handling, choice: ChronologyChoice | None
) -> _Drawn:
    proforma = chronology_proforma(view, request.about, choice)
    events = {version.source for item in proforma.happenings for version in item.versions}
    return chronology_document(proforma, handling), (), tuple(sorted(events))
