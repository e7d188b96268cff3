"""A mapping tried on a sample of an agency's file before a build meets either: what came of it, and what would not pass."""

from typing import Annotated, Final

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import Response

from access import MOST_MAPPING_BYTES, MOST_SAMPLE_BYTES, BadFeed, Sample, SampleTried
from api.console.page import page
from api.console.visit import CurrentVisit

ADDRESS: Final = "/mappings"
router = APIRouter(prefix=ADDRESS, include_in_schema=False)
# Some browsers send the whole path that the file has where it comes from.
_SEPARATORS: Final = str.maketrans("\\", "/")


@router.get("")
def mappings_page(request: Request, visit: CurrentVisit) -> Response:
    """The empty form."""
    visit.stated_purpose()
    return _shown(request, 200)


@router.post("")
def try_mapping(
    request: Request,
    visit: CurrentVisit,
    mapping: Annotated[UploadFile | None, File()] = None,
    sample: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """What the mapping makes of the sample; neither is kept."""
    visit.stated_purpose()
    errors: dict[str, str] = {}
    if mapping is None or not mapping.filename:
        errors["mapping"] = "Select the mapping, a TOML file"
    if sample is None or not sample.filename:
        errors["sample"] = "Select a sample of one of the mapping's files"
    if mapping is None or sample is None or errors:
        return _shown(request, 422, errors=errors)
    handed_in = Sample(
        mapping.file.read(MOST_MAPPING_BYTES + 1),
        (sample.filename or "").translate(_SEPARATORS).rpartition("/")[2],
        sample.file.read(MOST_SAMPLE_BYTES + 1),
    )
    try:
        tried = visit.hub.desk.try_mapping(visit.principal, visit.purpose, handed_in)
    except BadFeed as refused:
        return _shown(request, 422, refused=str(refused))
    return _shown(request, 200, tried=tried, name=handed_in.name)


def _shown(
    request: Request,
    status: int,
    *,
    errors: dict[str, str] | None = None,
    tried: SampleTried | None = None,
    refused: str = "",
    name: str = "",
) -> Response:
    return page(
        request,
        "mappings.html",
        status,
        errors=errors or ({"mapping": refused} if refused else {}),
        tried=tried,
        name=name,
        most=MOST_SAMPLE_BYTES // 2**20,
    )
