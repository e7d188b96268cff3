"""Every number a detector decides by, with where it comes from; a hub's profile may change any of them.

``[check]`` in a source marks a figure that no published definition settles: it ships as a local parameter.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from records.errors import BadInput

# What pydantic finds wrong with a number, in the words of whoever typed it.
_WRONG = {"greater_than_equal": "must be at least {ge}", "greater_than": "must be more than {gt}", "less_than_equal": "must be at most {le}", "less_than": "must be less than {lt}", "extra_forbidden": "there is no such setting", "int_parsing": "must be a whole number", "int_from_float": "must be a whole number", "float_parsing": "must be a number"}  # fmt: skip
HARM_AT_HOME = ("neglect", "physical", "emotional", "sexual", "domestic_abuse", "honour_based", "parental_conflict")  # fmt: skip


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Capacity(_Group):
    """How many findings a hub can review."""

    findings_a_week_per_100k: float = Field(
        default=60.0,
        gt=0,
        description="Findings of one detector a week per 100,000 people; a hub's choice [check]",
    )
    review_days: int = Field(
        default=91,
        ge=7,
        description="A finding lapses after this many days without new evidence; a hub's choice [check]",
    )


class RepeatNotifications(_Group):
    """Who is notified again and again."""

    window_days: int = Field(
        default=365, ge=30, description="DfE: a re-referral is one within 12 months of a previous one"
    )
    least_notifications: int = Field(
        default=3, ge=2, description="Distinct happenings in the window, one role side [check]"
    )
    least_at_usual_rates: float = Field(
        default=3.5,
        ge=0,
        description="As many as this at the hub's usual rates; authorities differ several-fold (DfE: 7 to 63% re-referred) [check]",
    )
    least_ratio: float = Field(
        default=1.5,
        ge=1.0,
        description="Lower end of the 90% interval of observed over expected, shrunk [check]",
    )
    kinds: tuple[str, ...] = Field(
        default=(
            "contact",
            "referral",
            "incident",
            "missing_episode",
            "school_concern",
            "antisocial_behaviour",
            "marac_referral",
        ),
        description="Event kinds that notify the hub of somebody (London MASH model, core element 1)",
    )
    kinds_with_concern: tuple[str, ...] = Field(
        default=("ed_attendance", "call", "admission", "custody"),
        description="Event kinds that notify only when they carry a concern [check]",
    )
    referral_kinds: tuple[str, ...] = Field(
        default=("contact", "referral"),
        description="DfE: none of these is counted while a case of the person is open",
    )


class EscalatingHarm(_Group):
    """One pair, more often or worse."""

    window_days: int = Field(default=365, ge=30, description="MARAC escalation example: 12 months")
    least_incidents: int = Field(
        default=5, ge=2, description="MARAC escalation example: at least 5 incidents, or"
    )
    least_crimes: int = Field(default=3, ge=2, description="MARAC escalation example: at least 3 crimes")
    crime_severity: int = Field(
        default=3,
        ge=1,
        le=5,
        description="An incident without an offence code counts as a crime from this severity [check]",
    )
    half_life_days: int = Field(
        default=120, ge=7, description="Days in which an incident's harm counts half [check]"
    )
    least_more: float = Field(
        default=2.0,
        ge=1.0,
        description="Incidents in the later half of the window over the earlier: more often [check]",
    )
    least_trend: float = Field(
        default=0.5,
        description="Laplace's test of trend (Cox and Lewis 1966), in standard deviations: even spacing gives 0 [check]",
    )
    least_graver: float = Field(
        default=1.25,
        ge=1.0,
        description="Harm an incident, later half of the incidents over the earlier: graver [check]",
    )
    least_steadiness: float = Field(
        default=0.5,
        ge=-1,
        le=1,
        description="Kendall's concordance of harm with time: graver steadily, not by one outlier [check]",
    )
    may_ease: float = Field(
        default=-0.4,
        ge=-1,
        le=0,
        description="More often counts only while harm does not fall steadily: least concordance with time [check]",
    )


class RepeatMarac(_Group):
    """Abuse after a MARAC referral."""

    window_days: int = Field(
        default=365, ge=30, description="SafeLives: within 12 months of the last referral"
    )


class SerialPerpetrator(_Group):
    """One suspect, several victims."""

    window_days: int = Field(default=1095, ge=90, description="Victims within 3 years")
    least_victims: int = Field(default=2, ge=2, description="At least two victims in different families")
    least_age: int = Field(
        default=16,
        ge=10,
        description="Domestic abuse is defined from 16 years of age (Domestic Abuse Act 2021)",
    )
    live_days: int = Field(default=365, ge=30, description="The latest incident is at most this old [check]")


class ExploitationNetwork(_Group):
    """Unrelated children with indicators, tied through adults, places and things."""

    window_days: int = Field(
        default=182, ge=30, description="Practice guidance keeps the last 6 months apart from earlier"
    )
    child_age: int = Field(default=18, ge=16, description="A child is under 18 (Children Act 1989)")
    young_age: int = Field(
        default=13, ge=10, description="At this age or below a single high indicator is enough"
    )
    missing_episodes: int = Field(default=3, ge=1, description="Missing episodes in missing_days [check]")
    missing_days: int = Field(
        default=90, ge=14, description="Days in which the missing episodes fall [check]"
    )
    absence_rate: float = Field(
        default=0.15,
        gt=0,
        lt=1,
        description="Sessions absent over possible that count as an indicator [check]",
    )
    least_children: int = Field(default=2, ge=2, description="Unrelated children in one network")
    most_users: int = Field(
        default=25,
        ge=3,
        description="A place, thing or adult tied to more people than this is not a link (school, GP, hostel) [check]",
    )
    least_strength: float = Field(
        default=1.25,
        gt=0,
        description="Sum of 1/log2(1 + users) over the ties that join one child to the others [check]",
    )


class GangNetwork(_Group):
    """Small dense groups that offend together."""

    window_days: int = Field(default=365, ge=30, description="Co-involvement in the last 12 months [check]")
    concerns: tuple[str, ...] = Field(
        default=("violence", "weapons", "drugs_supply", "criminal_exploitation"),
        description="Concerns of an organised group; domestic abuse is not one",
    )
    least_of_concern: int = Field(
        default=2, ge=1, description="Of the happenings, at least this many with such a concern [check]"
    )
    private_concerns: tuple[str, ...] = Field(
        default=HARM_AT_HOME,
        description="Harm at home or to one child: being suspected of it together ties nobody to a group",
    )
    most_together: int = Field(
        default=12,
        ge=4,
        description="A happening with more people than this says nothing about pairs [check]",
    )
    resolution: float = Field(
        default=0.3, gt=0, description="Constant Potts model: least density of a group [check]"
    )
    least_members: int = Field(
        default=3, ge=3, description="At least three people (Policing and Crime Act 2009, s34)"
    )
    least_incidents: int = Field(
        default=4, ge=2, description="Distinct happenings that hold the group together [check]"
    )
    seed: int = Field(
        default=7, description="Seed of the Leiden algorithm, so that the same rows give the same groups"
    )


class CrossBoundaryFamily(_Group):
    """A family that crossed a border with a concern behind it."""

    concern_days: int = Field(
        default=183, ge=30, description="Eastern-counties protocol: plan now or within 6 months, s47"
    )
    live_days: int = Field(default=183, ge=14, description="A move older than this is no longer news [check]")
    child_age: int = Field(default=18, ge=16, description="A child is under 18 (Children Act 1989)")
    kinds: tuple[str, ...] = Field(
        default=("plan", "s47_enquiry", "strategy_discussion", "assessment", "referral"),
        description="Kinds that are a concern by themselves: CP or CIN plan, s47 (eastern-counties protocol), and their steps",
    )
    plan_kinds: tuple[str, ...] = Field(
        default=("cin", "cp", "looked_after"),
        description="Plans that count (eastern-counties protocol: CP and CIN)",
    )


class MissingFromView(_Group):
    """Children who left and arrived nowhere."""

    quiet_days: int = Field(
        default=90, ge=14, description="Days without any trace after the last leaving act [check]"
    )
    leaving_days: int = Field(
        default=120, ge=14, description="Leaving acts that belong together fall within this [check]"
    )
    least_leavings: int = Field(
        default=1, ge=1, description="School roll, GP list and tenancy: at least this many left [check]"
    )
    needs_concern: bool = Field(
        default=False,
        description="Raise only children with a concern in concern_days; a hub's choice [check]",
    )
    concern_days: int = Field(
        default=365, ge=30, description="A concern is shown from this long before leaving [check]"
    )
    live_days: int = Field(
        default=365, ge=30, description="A leaving older than this is no longer news [check]"
    )
    child_age: int = Field(default=18, ge=16, description="A child is under 18 (Children Act 1989)")


class CumulativeConcern(_Group):
    """Several agencies, each below its own threshold."""

    window_days: int = Field(default=183, ge=30, description="Concerns within 6 months [check]")
    least_agencies: int = Field(
        default=3, ge=2, description="At least 3 agencies, each below its own threshold"
    )
    highest_severity: int = Field(
        default=2,
        ge=1,
        le=5,
        description="An event above this severity is over an agency's threshold [check]",
    )
    retold_days: int = Field(
        default=3,
        ge=0,
        description="The same concern told by another agency within this is the same matter [check]",
    )
    cap_per_agency: float = Field(
        default=1.5, gt=0, description="Log-excess that one agency may add at most [check]"
    )
    least_sum: float = Field(
        default=3.5,
        gt=0,
        description="Summed log-excess of all agencies: one at its cap and a single note, seldom made, at two more [check]",
    )
    child_age: int = Field(default=18, ge=16, description="A child is under 18 (Children Act 1989)")


class BridgingAdult(_Group):
    """One adult, several unrelated households with children in harm."""

    window_days: int = Field(
        default=730,
        ge=30,
        description="Ties and harm within 2 years: moves from family to family take longer than one [check]",
    )
    least_households: int = Field(default=2, ge=2, description="At least 2 otherwise unrelated households")
    most_households: int = Field(
        default=8, ge=3, description="An adult on more than this is on the records for their work [check]"
    )
    concerns: tuple[str, ...] = Field(
        default=(*HARM_AT_HOME, "substance_misuse", "mental_health"),
        description="Harm that an adult brings into a home; gangs and exploitation have rules of their own [check]",
    )
    child_age: int = Field(default=18, ge=16, description="A child is under 18 (Children Act 1989)")


class Thresholds(BaseModel):
    """All thresholds of one hub; frozen, every field with its source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    capacity: Capacity = Field(default=Capacity(), description="What the hub can review")
    repeat_notifications: RepeatNotifications = Field(
        default=RepeatNotifications(), description="Repeat notifications"
    )
    escalating_harm: EscalatingHarm = Field(default=EscalatingHarm(), description="Escalating harm")
    repeat_marac: RepeatMarac = Field(default=RepeatMarac(), description="Repeat MARAC")
    serial_perpetrator: SerialPerpetrator = Field(
        default=SerialPerpetrator(), description="Serial perpetrator"
    )
    exploitation_network: ExploitationNetwork = Field(
        default=ExploitationNetwork(), description="Exploitation network"
    )
    gang_network: GangNetwork = Field(default=GangNetwork(), description="Gang or organised group")
    cross_boundary_family: CrossBoundaryFamily = Field(
        default=CrossBoundaryFamily(), description="Cross-boundary family"
    )
    missing_from_view: MissingFromView = Field(default=MissingFromView(), description="Missing from view")
    cumulative_concern: CumulativeConcern = Field(
        default=CumulativeConcern(), description="Cumulative concern"
    )
    bridging_adult: BridgingAdult = Field(default=BridgingAdult(), description="Bridging adult")

    @classmethod
    def from_profile(cls, profile: Mapping[str, Any]) -> "Thresholds":
        """Thresholds from a hub profile: a table a detector, ``{"gang_network": {"least_members": 4}}``.

        Whatever the profile does not name keeps its shipped value. Raises ``BadInput`` naming the setting.
        """
        try:
            return cls.model_validate(dict(profile))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            wrong = _WRONG.get(first["type"], first["msg"]).format(**first.get("ctx", {}))
            raise BadInput(f"thresholds, {place}: {wrong}; see docs/detectors for the settings") from error

    def capacity_a_week(self, people: int) -> int:
        """Findings of one detector that a hub of ``people`` people reviews in a week; at least one."""
        return max(1, round(self.capacity.findings_a_week_per_100k * people / 100_000))

    def review_period(self) -> timedelta:
        """How long a finding stands without new evidence."""
        return timedelta(days=self.capacity.review_days)
