"""The form in which the evidence keeps drills: that one began, what came of it; what has another form is none.

One that ended before anything was copied says nothing of the replica: it is over, and an earlier result stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from orchestrator.adapters.evidence import Entry
from orchestrator.model.drill import Drilled, KeptDrill
from orchestrator.model.drill_record import WholeDrill

BEGUN, OVER, ENDED = "dr.drill-begun", "dr.drill-over", "dr.drilled"  # of the entries of the evidence
# Of years that any place's clock can show: the first and the last of the calendar overflow in some of them.
Moment = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))]
Seconds = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


class _Drill(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    system: str
    kind: str
    address: str
    port: int
    id: str
    at: Moment
    sound: bool
    rto: Seconds | None
    rpo: Seconds | None
    failed: str
    code: str = ""  # entries of the first days have none
    parts: dict[str, Seconds]
    checks: dict[str, str]
    left: int


class _Entry(BaseModel):
    drill: _Drill


def told(came: Drilled) -> Mapping[str, object]:
    """Return what is kept of a drill: times, verdicts, and no word of a machine."""
    statuses: dict[str, str] = {}
    for check in came.checks:  # of many alike one that did not pass is kept
        if statuses.get(check.code, "pass") == "pass":
            statuses[check.code] = str(check.status)
    return {
        "system": came.system,
        "kind": came.kind,
        "address": came.address,
        "port": came.port,
        "id": came.id,
        "at": came.at.isoformat(),
        "sound": came.sound,
        "rto": came.rto,
        "rpo": came.rpo,
        "failed": came.failed,
        "code": came.code,
        "parts": {each.step: round(each.seconds, 3) for each in came.timed},
        "checks": statuses,
        "left": len(came.left),
    }


def place_of(data: Mapping[str, object]) -> tuple[str, str]:
    """Return the system and its replica's key whose drill an entry says to have begun or to be over."""
    return str(data.get("system", "")), str(data.get("replica", ""))


def read(data: Mapping[str, object], day_of: Callable[[datetime], date]) -> KeptDrill | None:
    """Return the drill that an entry keeps; None where it has another form."""
    drill = _drill(data)
    return None if drill is None else _kept(drill, day_of)


def read_whole(entry: Entry, day_of: Callable[[datetime], date]) -> WholeDrill | None:
    """Return the drill that an entry keeps, with all that it says of it; None where it has another form."""
    drill = _drill(entry.data)
    if entry.kind != ENDED or drill is None:
        return None
    return WholeDrill(
        drill=_kept(drill, day_of),
        seconds=drill.parts,
        checks=drill.checks,
        code=drill.code,
        left=drill.left,
        seq=entry.seq,
        hash=entry.hash,
        actor=entry.actor,
    )


def _drill(data: Mapping[str, object]) -> _Drill | None:
    try:
        return _Entry.model_validate(data).drill
    except ValidationError:
        return None


def _kept(drill: _Drill, day_of: Callable[[datetime], date]) -> KeptDrill:
    return KeptDrill(**drill.model_dump(exclude={"parts", "checks", "code", "left"}), day=day_of(drill.at))
