"""The network: what is around people and things, the ways among people, what changed, groups and patterns."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fastapi import APIRouter, Path, Query, Response

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
from api.network_requests import (
    NetworkFile,
    NetworkQuery,
    NetworksRequest,
    PathsRequest,
    PatternSearch,
    SharedRequest,
)
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
MEDIA: Final = {
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "zip": "application/zip",
}
# The clock has no part in a file: the same picture is the same bytes.
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


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


@router.post("/networks", summary="The surroundings of several people or things as one picture")
def networks(body: NetworksRequest, reader: SomeReader) -> NetworkPicture:
    """As for a person, the first named in the middle; each node and each tie stands in it once."""
    with reader.stating(body.stated_purpose()).reading("network") as view:
        return view.networks(body.around, body.request())


@router.post(
    "/networks/{form}",
    summary="Surroundings as a file for Gephi, i2 or a notebook",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {media: {} for media in sorted(set(MEDIA.values()))}}
    },
)
def network_file(
    form: Annotated[NetworkFile, Path(description="GraphML, GEXF, or two CSV tables in one zip file.")],
    body: NetworksRequest,
    reader: SomeReader,
) -> Response:
    """The same picture, under the names and references of the JSON answer; needs the right to print what is seen."""
    with TemporaryDirectory(prefix="mashlink-network-") as folder:
        with reader.stating(body.stated_purpose()).reading("print") as view:
            files = view.network_file(body.around, FilePath(folder, f"network.{form}"), body.request())
        content = files[0].read_bytes() if len(files) == 1 else _zipped(files)
    ending = "zip" if len(files) > 1 else form.value
    named = {"Content-Disposition": f'attachment; filename="network.{ending}"'}
    return Response(content, media_type=MEDIA[ending], headers=named)


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


def _zipped(files: Iterable[FilePath]) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(ZipInfo(file.name, _LONG_AGO), file.read_bytes())
    return held.getvalue()
