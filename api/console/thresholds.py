"""The numbers that findings are decided by, where each comes from, and what another number would do; nothing is saved here."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from access import BadInput, DetectorRule, WhatIf
from api.console.numbers import number_in
from api.console.page import page
from api.console.visit import CurrentVisit, Visit
from api.console.words import DETECTORS

router = APIRouter(prefix="/settings", include_in_schema=False)


@router.get("")
def settings_page(request: Request, visit: CurrentVisit, detector: str = "") -> Response:
    """The thresholds of one detector, the first without a choice, with a form to try others."""
    return _shown(request, visit, 200, detector if detector in DETECTORS else next(iter(DETECTORS)))


class ThresholdForm(BaseModel):
    """A field a threshold, under the threshold's own name."""

    model_config = ConfigDict(extra="allow")

    def given(self) -> dict[str, str]:
        """What was typed, by threshold."""
        return {name: str(value).strip() for name, value in (self.model_extra or {}).items()}


@router.post("/{detector}")
def try_out(
    request: Request, visit: CurrentVisit, detector: str, form: Annotated[ThresholdForm, Form()]
) -> Response:
    """Which findings would come and go under other numbers, on the data at hand. Raises BadInput for another detector."""
    if detector not in DETECTORS:
        raise BadInput("There is no such pattern. Choose one from the list.")
    return _shown(request, visit, 200, detector, form.given())


def _shown(
    request: Request, visit: Visit, status: int, detector: str, given: dict[str, str] | None = None
) -> Response:
    errors: dict[str, str] = {}
    changes: dict[str, Any] = {}
    answer: WhatIf | None = None
    with visit.reading("findings") as view:
        rule = next(one for one in view.rules() if one.detector == detector)
        if given is not None:
            changes, errors = _changes(rule, given)
            if changes and not errors:
                try:
                    answer = view.what_if({detector: changes})
                except BadInput as error:
                    errors |= _refused(detector, changes, str(error))
    return page(
        request,
        "settings.html",
        422 if errors else status,
        rule=rule,
        detectors=DETECTORS,
        given=given or {},
        errors=errors,
        answer=answer,
        changes=[f"{detector}.{name}={value}" for name, value in changes.items()],
        tried=given is not None and not errors,
    )


def _refused(detector: str, changes: dict[str, Any], said: str) -> dict[str, str]:
    """What is wrong, beside the threshold that it is wrong with; beside the first changed one where it names none."""
    for name in changes:
        place = f"thresholds, {detector}.{name}: "
        if said.startswith(place):
            return {name: f"{_in_words(name)} {said.removeprefix(place).split(';')[0]}"}
    return {next(iter(changes)): said}


def _in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _changes(rule: DetectorRule, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings that differ from the snapshot's own, and what is wrong with the others."""
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for line in rule.thresholds:
        stands, told = number_in(line.value), given.get(line.name, line.value)
        if stands is None or told == line.value:
            continue
        wanted = number_in(told)
        if wanted is None or (isinstance(stands, int) and not isinstance(wanted, int)):
            whole = "a whole number" if isinstance(stands, int) else "a number"
            errors[line.name] = f"{_in_words(line.name)} must be {whole}"
        else:
            changes[line.name] = wanted
    return changes, errors
