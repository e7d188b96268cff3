"""What a hub says of itself for its statistics: hours, targets, populations, costs, when partners joined."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from records.errors import BadInput


class HubFigures(BaseModel):
    """The figures of one hub. No population, cost or joining day is shipped: a rate without its hub's own is not shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    opens_at: time = Field(default=time(9), description="When the hub's working day begins")
    closes_at: time = Field(
        default=time(17), description="When it ends; also the end of the last day of a target"
    )
    closed_on: tuple[date, ...] = Field(
        default=(), description="Days on which the hub is closed beside weekends and England's bank holidays"
    )
    open_on: tuple[date, ...] = Field(
        default=(), description="Weekends and bank holidays on which the hub works"
    )
    target_minutes: dict[str, int] = Field(
        default={"red": 240, "amber": 480, "green": 1440},
        description="Working minutes to a decision by initial rating: 4 hours, 1 and 3 working days of 8 hours",
    )
    front_door: tuple[str, ...] = Field(
        default=(),
        description="Agencies whose contacts and referrals are the hub's; without any, those that record referrals",
    )
    children: dict[str, int] = Field(
        default={}, description="Children under 18 by district, for rates per 10,000 (ONS mid-year estimates)"
    )
    unit_costs: dict[str, float] = Field(
        default={},
        description="Pounds by event kind, from the hub's own costing, for cost per referral and family",
    )
    joined_on: dict[str, date] = Field(
        default={},
        description="The day from which each partner takes part; without one, its first report counts",
    )
    smallest_shown: int = Field(
        default=5, ge=1, description="Counts from 1 up to one below this are suppressed in what is exported"
    )

    @model_validator(mode="after")
    def _open_before_closed(self) -> "HubFigures":
        if self.opens_at >= self.closes_at:
            raise ValueError("closes_at must be later than opens_at")
        return self

    @property
    def day_minutes(self) -> int:
        """The length of a working day."""
        ends, starts = self.closes_at, self.opens_at
        return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute

    @classmethod
    def from_profile(cls, stated: Mapping[str, Any]) -> "HubFigures":
        """The figures that a settings file states. Raises BadInput for a key or value that is none."""
        try:
            return cls.model_validate(dict(stated))
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise BadInput(f"statistics: {wrong}. docs/statistics.md lists what can be said.") from error
