"""The network: what is around people and things, the ways among people, what changed, groups and patterns."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from access import (
    ChangeList,
    GroupList,
    GroupRequest,
    NetworkPicture,
    NetworkRequest,
    PathAnswer,
    PatternAnswer,
    SharedAnswer,
    StayList,
)
from api.network_requests import NetworkQuery, PathsRequest, PatternSearch, SharedRequest
from api.reader import SomeReader

router = APIRouter(prefix="/v1", tags=["network"])
Handle = Annotated[
    str, Path(description="A person's handle, as an answer gave it to you.", examples=["p-4c81f0a2"])
]
Node = Annotated[
    str,
    Path(description="A node as a network names it: a place, a phone, an incident, or a person's handle."),
]
Hops = Annotated[
    int, Query(ge=1, le=4, description="How far: 1 is what the person is tied to, 2 who else is.")
]
AsOf = Annotated[date | None, Query(description="The ties as they were known on a day.")]
Since = Annotated[date | None, Query(description="Only what was still so on this day or later.")]
Asked = Annotated[NetworkQuery, Query()]


@router.get("/persons/{handle}/network", summary="Whom and what a person is tied to")
def network(handle: Handle, reader: SomeReader, asked: Asked) -> NetworkPicture:
    """People, places, things, organisations and incidents around a person, with what ties them and the evidence."""
    with reader.reading("network") as view:
        return view.network(handle, asked.request())


@router.get("/nodes/{node}/network", summary="Whom and what a place, a thing or an incident is tied to")
def around_node(node: Node, reader: SomeReader, asked: Asked) -> NetworkPicture:
    """As for a person: who lived at a flat and when, who used a phone, who had which part in an incident."""
    with reader.reading("network") as view:
        return view.network(node, asked.request())


@router.get("/persons/{handle}/lived", summary="Where, when and with whom a person lived")
def lived(handle: Handle, reader: SomeReader, as_of: AsOf = None) -> StayList:
    """Each spell at a place, oldest first, with those who shared the household there and when."""
    with reader.reading("households") as view:
        return view.lived(handle, as_of)


@router.get("/persons/{handle}/changes", summary="What became different around a person")
def changes(
    handle: Handle,
    reader: SomeReader,
    after: Annotated[date, Query(description="What was known on this day is not news.")],
    until: Annotated[date, Query(description="The last day looked at.")],
    hops: Hops = 1,
) -> ChangeList:
    """Ties that came, grew or ended after one day and up to another, oldest first, each in a sentence."""
    with reader.reading("network") as view:
        return view.changes(handle, after, until, NetworkRequest(hops=hops))


@router.get("/persons/{handle}/groups", summary="The close groups around a person")
def groups(
    handle: Handle,
    reader: SomeReader,
    hops: Hops = 4,
    resolution: Annotated[
        float, Query(gt=0, le=1, description="The tie that each two of a group must bear on average.")
    ] = 0.05,
    as_of: AsOf = None,
    since: Since = None,
) -> GroupList:
    """Who keeps company with whom, over what; where someone stands in a group says nothing of a part played."""
    with reader.reading("network") as view:
        return view.groups(handle, GroupRequest(hops, resolution, as_of, since))


@router.post("/paths", summary="The strongest ways among people")
def paths(body: PathsRequest, reader: SomeReader) -> PathAnswer:
    """How two or several people are connected, strongest first, with evidence and a sentence for each hop."""
    with reader.stating(body.stated_purpose()).reading("paths") as view:
        return view.paths(body.handles(), body.asked())


@router.post("/shared", summary="What two people have in common")
def shared(body: SharedRequest, reader: SomeReader) -> SharedAnswer:
    """Whom and what both are tied to, strongest first, and whether at the same time."""
    with reader.stating(body.stated_purpose()).reading("paths") as view:
        return view.shared(body.from_handle, body.to_handle, body.as_of)


@router.post("/patterns", summary="Search the network for a pattern")
def patterns(body: PatternSearch, reader: SomeReader) -> PatternAnswer:
    """People tied to others as the pattern says, each with what was matched and the evidence of it."""
    with reader.stating(body.stated_purpose()).reading("patterns") as view:
        return view.match(body.pattern, body.asked())
