"""The shape of `schedule:` in `programme.yaml`, and of what a batch and a cloud say of it."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from orchestrator.adapters.intake.parts import Count, Day, Minutes, Name, Part, Text, Texts, Weekday
from orchestrator.model.schedule import LONGEST_WINDOW, Basis, Clusters, CutoverPhase


class FreezePart(Part):
    """Days, first and last included, that no cutover may touch."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    name: Text


class TrialPart(Part):
    """Trial running (试运行), and whether it must be over by the deadline."""

    days: Annotated[int, Field(ge=0, le=365)] = 30
    in_deadline: bool = False


class WindowPart(Part):
    """When cutover windows are: hours for every night, long_hours where the next day is no working day."""

    opens: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "22:00"
    hours: Annotated[int, Field(ge=1, le=LONGEST_WINDOW)] = 8
    long_hours: Annotated[int, Field(ge=1, le=LONGEST_WINDOW)] | None = None
    slack: Minutes = 0
    evenings: Annotated[tuple[Weekday, ...], Field(min_length=1)] = get_args(Weekday)


class PeoplePart(Part):
    """Who is on duty in a night; a cutover takes two at least: one acts, one reviews."""

    on_duty: Count = 6
    per_cutover: Annotated[int, Field(ge=2, le=100)] = 2


class RestPart(Part):
    """After how many evenings in a row the crews rest, and for how many."""

    after: Annotated[int, Field(ge=1, le=60)]
    nights: Annotated[int, Field(ge=1, le=60)] = 1


class PilotPart(Part):
    """The very first night is a small one."""

    systems: Count


class PerWindowPart(Part):
    """The most that one window may hold; what is missing is unlimited."""

    systems: Count | None = None
    servers: Count | None = None
    data_gib: Count | None = None


class CloudSchedulePart(Part):
    """What one cloud takes in one window, and the first evening it can take anything."""

    opens: Day | None = Field(default=None, alias="from")
    per_window: PerWindowPart = PerWindowPart.model_construct()


class BatchSchedulePart(Part):
    """First evening of a batch's windows, and whether it takes units that no batch lists."""

    opens: Day | None = Field(default=None, alias="from")
    open: bool = False


class MonthStartPart(Part):
    """Systems that keep off the first working day of a month: by words in unit or name, and by id."""

    words: Texts | None = None
    systems: Texts = ()


class MinutesPart(Part):
    """How long a cutover takes where nobody measured or declared it."""

    freeze: Minutes = 10
    final_sync: Minutes = 20
    sync_per_100_gib: Minutes = 10
    verify: Minutes = 20
    switch: Minutes = 10
    accept: Minutes = 30
    rollback: Minutes = 40
    margin: Minutes = 20
    assumed_data_gib: Count = 100


class TimingPart(Part):
    """What a rehearsal measured of one system, or its owner declared."""

    basis: Literal[Basis.MEASURED, Basis.DECLARED] = Basis.DECLARED
    source: Text = ""
    minutes: dict[CutoverPhase, Minutes] = Field(default_factory=dict)
    rollback: Minutes | None = None


class SchedulePart(Part):
    """What cutover planning has to keep to."""

    start: Day | None = None
    trial: TrialPart = TrialPart.model_construct()
    window: WindowPart = WindowPart.model_construct()
    holidays: bool = True
    freezes: tuple[FreezePart, ...] = ()
    people: PeoplePart = PeoplePart.model_construct()
    rest: RestPart | None = None
    pilot: PilotPart | None = None
    per_window: PerWindowPart = PerWindowPart.model_construct()
    clouds: dict[Name, CloudSchedulePart] = Field(default_factory=dict)
    batches: dict[Annotated[int, Field(ge=1, le=999)], BatchSchedulePart] = Field(default_factory=dict)
    together: tuple[Texts, ...] = ()
    clusters: Clusters = Clusters.ONE_WINDOW
    groups: Literal["stay", "return"] = "stay"  # what is open of a dependency group that was not opened as a whole
    month_start: MonthStartPart = MonthStartPart.model_construct()
    minutes: MinutesPart = MinutesPart.model_construct()
    systems: dict[Text, TimingPart] = Field(default_factory=dict)
