"""What the JSON views take in their bodies; the answers are the values of ``access`` as they are."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from access import Description, JudgementGiven, Purpose

# Without control characters: none belongs in a name, and a NUL ends a text in more than one store.
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
ShortText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)
]
Handle = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)
]
# A reason is prose and may run over lines.
Prose = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=3000, pattern=r"^[^\x00-\x08\x0e-\x1f\x7f]*$"
    ),
]

DECISIONS = ("confirmed", "not_confirmed", "watch", "escalated_to_manager")
Decision = Literal["confirmed", "not_confirmed", "watch", "escalated_to_manager"]


class WithPurpose(BaseModel):
    """A body that may state why its sender looks, in place of the Purpose headers."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    purpose: ShortText | None = Field(
        default=None, description="A purpose code, in place of the header Purpose."
    )
    reason: Prose | None = Field(
        None, description="The reason in your own words, in place of Purpose-Reason."
    )
    case_reference: ShortText | None = Field(
        default=None, description="The case, in place of Case-Reference."
    )

    def stated_purpose(self) -> Purpose | None:
        """The purpose the body states, ``None`` where it states none."""
        if self.purpose is None and self.reason is None:
            return None
        return Purpose(self.purpose or "", self.reason or "", self.case_reference)


class IdentifierSought(BaseModel):
    """A number that someone is known by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ShortText = Field(description="nhs_number, upn, pnc_id, cro_number or a kind of the hub's own.")
    value: ShortText = Field(description="The number, spaces and all.")


class LookupRequest(WithPurpose):
    """Whom someone looks for; at least one thing must be known."""

    given_name: ShortText | None = None
    family_name: ShortText | None = None
    date_of_birth: date | None = None
    sex: Literal["female", "male", "other"] | None = None
    postcode: ShortText | None = None
    address: ShortText | None = None
    phone: ShortText | None = None
    identifiers: tuple[IdentifierSought, ...] = Field(default=(), max_length=10)

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "purpose": "safeguarding_s47",
                    "reason": "Strategy discussion called for today",
                    "case_reference": "MASH-2026-0417",
                    "given_name": "Marta",
                    "family_name": "Quillfeather",
                    "date_of_birth": "2013-05-02",
                    "postcode": "ZZ1 4AB",
                },
                {
                    "purpose": "cross_border",
                    "reason": "Family reported to have moved here",
                    "identifiers": [{"kind": "nhs_number", "value": "999 000 0018"}],
                },
            ]
        }
    )

    @model_validator(mode="after")
    def _something_to_look_for(self) -> Self:
        known = (
            self.given_name,
            self.family_name,
            self.date_of_birth,
            self.postcode,
            self.address,
            self.phone,
        )
        if not any(known) and not self.identifiers:
            raise ValueError("give a name, a date of birth, a postcode, an address, a phone or an identifier")
        return self

    def description(self) -> Description:
        """The person sought, as the scoped view takes it."""
        return Description(
            given_name=self.given_name,
            family_name=self.family_name,
            date_of_birth=self.date_of_birth,
            sex=self.sex,
            postcode=self.postcode,
            address=self.address,
            phone=self.phone,
            identifiers=tuple((item.kind, item.value) for item in self.identifiers),
        )


class LinkRequest(WithPurpose):
    """Two records of which the reader asks why they are, or are not, one person."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"record_a": "police:N-10442", "record_b": "health:88120"}]}
    )

    record_a: Handle = Field(description="A record as an answer names it.")
    record_b: Handle = Field(description="The other record.")


class DispositionRequest(WithPurpose):
    """What a person decides of a finding; the finding's reason is asked apart from the reason to look."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "watch", "grounds": "Known to the team; plan in place"}]}
    )

    decision: Decision = Field(description="What you decided.")
    grounds: Prose = Field(description="Why, for whoever opens the finding next.")
    whole_case: bool = Field(
        default=True, description="Decide on the other findings of the case that wait for a decision too."
    )


class WhatIfRequest(WithPurpose):
    """Thresholds to try, by detector and setting; docs/detectors lists them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"thresholds": {"gang_network": {"least_members": 4}}}]}
    )

    thresholds: dict[ShortText, dict[ShortText, int | float | bool | str | list[str] | list[float]]] = Field(
        min_length=1, max_length=20, description="Detector to setting to the value to try."
    )


class SuppressionRequest(WithPurpose):
    """Until when a person keeps a finding out of the list, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"until": "2026-06-30", "grounds": "In court on 24 June; the team knows"}]
        }
    )

    until: date | None = Field(
        default=None, description="The last day, at most a year ahead; without it, until new evidence comes."
    )
    grounds: Prose = Field(description="Why, for whoever comes upon the finding next.")


class EndSuppressionRequest(WithPurpose):
    """Why a finding comes back into the list."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"grounds": "The hearing was put off"}]})

    grounds: Prose = Field(description="Why, for whoever opens the finding next.")


class JudgementRequest(WithPurpose):
    """What a person judges of two records; the grounds are asked apart from the reason to look."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"decision": "not_same", "grounds": "Cousins: the school knows both mothers"}]
        }
    )

    decision: Literal["same", "not_same", "cannot_say"] = Field(description="What you judge of the two.")
    grounds: Prose = Field(description="Why, for whoever looks at the pair next.")
    settles: bool = Field(default=False, description="Take back what others judged of these two records.")

    def given(self) -> JudgementGiven:
        """The judgement, as the scoped view takes it."""
        return JudgementGiven(self.decision, self.grounds, self.settles)


class RecordsJudgementRequest(JudgementRequest):
    """A judgement on two records as answers name them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "record_a": "police:N-10442",
                    "record_b": "health:88120",
                    "decision": "same",
                    "grounds": "Both give the school's own number",
                }
            ]
        }
    )

    record_a: Handle = Field(description="A record as an answer names it.")
    record_b: Handle = Field(description="The other record.")
