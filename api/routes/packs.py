"""Documents that leave the hub, and what referrers are told."""

from fastapi import APIRouter
from starlette.responses import Response

from access import MeetingActTaken, OutcomeList
from api.meeting_requests import FeedbackRequest, PackRequest
from api.reader import Reader, SomeReader
from products import FORMS, Issued, Issuer, in_words, issue

router = APIRouter(prefix="/v1", tags=["packs"])


def issued_to(reader: Reader, body: PackRequest) -> Issued:
    """Issue what a body asks for, for the reader's purpose; one entry on the ledger."""
    act = "print" if body.kind == "chronology" else "issue_pack"
    with reader.reading(act) as view:
        on, as_of = view.days()
        purpose = in_words(reader.purpose.code) if reader.purpose else ""
        issuer = Issuer(reader.principal.name, purpose, on, as_of)
        return issue(view, body.request(), issuer, body.choice())


def as_file(issued: Issued) -> Response:
    """The document as a download, with what the ledger calls it in its headers."""
    headers = {
        "Content-Disposition": f'attachment; filename="{issued.file_name}"',
        "Document-Name": issued.pack,
        "Document-Digest": f"sha-256={issued.digest}",
    }
    return Response(issued.content, media_type=issued.media_type, headers=headers)


@router.post(
    "/packs",
    summary="Issue a pack or a chronology",
    response_class=Response,
    responses={200: {"description": "The document.", "content": {media: {} for media in FORMS.values()}}},
)
def pack(body: PackRequest, reader: SomeReader) -> Response:
    """A numbered copy for a recipient; the ledger keeps its digest and every report that stands in it."""
    return as_file(issued_to(reader.stating(body.stated_purpose()), body))


@router.post("/outcomes", summary="Tell a referrer what became of a referral")
def feed_back(body: FeedbackRequest, reader: SomeReader) -> MeetingActTaken:
    """As much as you release: the outcome, and words if you like."""
    with reader.stating(body.stated_purpose()).reading("feedback") as view:
        return view.give_feedback(body.given())


@router.get("/outcomes", summary="What became of your own referrals")
def outcomes(reader: SomeReader) -> OutcomeList:
    """What was released to you or to your agency, latest first."""
    with reader.reading("outcomes") as view:
        return view.outcomes()
