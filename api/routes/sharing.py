"""Releases, meeting lists, restrictions, protected locations, consent, refusals, marks: who may see what, act by act."""

from typing import Annotated

from fastapi import APIRouter, Path

from access import PersonCard, SharingList, SharingTaken
from api.reader import SomeReader
from api.requests import WithPurpose
from api.sharing_requests import (
    ConsentRequest,
    EndRequest,
    KeptToRequest,
    MarkRequest,
    MeetingListRequest,
    RefusalRequest,
    ReleaseRequest,
)

router = APIRouter(prefix="/v1", tags=["sharing"])
SharingName = Annotated[str, Path(description="What stands, as the list names it.", max_length=100)]
Handle = Annotated[str, Path(description="A person's handle, as an answer gave it to you.")]


@router.post("/sharing/releases", summary="Release people to agencies")
def release(body: ReleaseRequest, reader: SomeReader) -> SharingTaken:
    """Open people's shareable rows to named agencies for named purposes until a day, from the next request on.

    Where consent is expected (s17) it must have been recorded as given, or overridden with grounds.
    """
    with reader.stating(body.stated_purpose()).reading("release") as view:
        return view.release(body.given())


@router.post("/sharing/meeting-lists", summary="Put people on a meeting's list")
def meeting_list(body: MeetingListRequest, reader: SomeReader) -> SharingTaken:
    """The coordinator of the meeting sees the people on its list and, unless told otherwise, those tied to them."""
    with reader.stating(body.stated_purpose()).reading("meeting_list") as view:
        return view.list_for_meeting(body.given())


@router.post("/sharing/restrictions", summary="Keep people's records to named workers")
def restriction(body: KeptToRequest, reader: SomeReader) -> SharingTaken:
    """For staff and their relatives, or an open investigation: to everybody else they are as not there."""
    with reader.stating(body.stated_purpose()).reading("restriction") as view:
        return view.restrict(body.given())


@router.post("/sharing/locations", summary="Keep where people are to named workers")
def location_protection(body: KeptToRequest, reader: SomeReader) -> SharingTaken:
    """Addresses and places are left out also of the answers about others that would give them away."""
    with reader.stating(body.stated_purpose()).reading("location_protection") as view:
        return view.protect_location(body.given())


@router.post("/sharing/consent", summary="Record consent, its refusal, or an override")
def consent(body: ConsentRequest, reader: SomeReader) -> SharingTaken:
    """The latest answer counts. An override is a decision without consent; its grounds stay on the ledger."""
    act = "override" if body.answer == "overridden" else "consent"
    with reader.stating(body.stated_purpose()).reading(act) as view:
        return view.consent(body.given())


@router.post("/sharing/refusals", summary="Refuse to share your agency's records of a person")
def refusal(body: RefusalRequest, reader: SomeReader) -> SharingTaken:
    """Releases end for them at once, and the decision-maker sees that, by whom and on which basis."""
    with reader.stating(body.stated_purpose()).reading("refusal") as view:
        return view.refuse_to_share(body.given())


@router.post("/sharing/marks", summary="Mark how your agency's records of a person are handled")
def mark(body: MarkRequest, reader: SomeReader) -> SharingTaken:
    """Tightening acts at once for everybody; loosening lets releases reach the records."""
    with reader.stating(body.stated_purpose()).reading("mark") as view:
        return view.mark(body.given())


@router.get("/sharing", summary="What is released, listed, restricted, protected or refused")
def standing(reader: SomeReader) -> SharingList:
    """What stands and is yours to know: made by or for you, or about people whom you see."""
    with reader.reading("grants") as view:
        return view.grants()


@router.post("/sharing/{sharing}/end", summary="End what stands")
def end(sharing: SharingName, body: EndRequest, reader: SomeReader) -> SharingTaken:
    """End a release, a list, a restriction, a protection or a refusal, from the next request on."""
    with reader.stating(body.stated_purpose()).reading("end_grant") as view:
        return view.end_grant(sharing, body.grounds)


@router.post("/persons/{handle}/reveal", summary="Reveal who somebody is")
def reveal(handle: Handle, body: WithPurpose, reader: SomeReader) -> PersonCard:
    """For readers under pseudonyms: an act of its own, with purpose, reason and case, that holds for that case."""
    with reader.stating(body.stated_purpose()).reading("reveal") as view:
        return view.reveal(handle)
