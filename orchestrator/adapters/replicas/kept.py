"""The form in which the evidence keeps what a check saw, and the reading of it; what has another form is no check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orchestrator.checks.replicas.verdict import aspect_of
from orchestrator.model.recovering import CheckedSystem, KeptCheck, KeptReplica
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckStatus

KIND = "dr.checked"  # of the entries of the evidence
_BROKEN = "dr.existence.broken"
Told = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(CheckStatus)}) [a-z-]{{1,40}}$")]


class _Replica(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    address: str
    port: Annotated[int, Field(ge=0, le=65535)] = 0  # entries of the first days have none
    seconds: Annotated[float, Field(ge=-1e11, le=1e11, allow_inf_nan=False)] | None
    verdicts: dict[Aspect, Told]


class _System(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    missing: tuple[str, ...]
    broken: bool
    replicas: tuple[_Replica, ...]


class _Entry(BaseModel):
    began: AwareDatetime
    seen: dict[str, _System]


def told(systems: Sequence[CheckedSystem]) -> Mapping[str, object]:
    """Return, by system, what is kept: every verdict, without words, values and whatever machines said."""
    return {
        each.system: {
            "missing": [one.values.get("kind", "") for one in each.missing if one.code != _BROKEN],
            "broken": any(one.code == _BROKEN for one in each.missing),
            "replicas": [
                {
                    "kind": str(replica.kind),
                    "address": replica.address,
                    "port": replica.port,
                    "seconds": replica.seconds,
                    "verdicts": {
                        str(aspect_of(one)): f"{one.status} {one.code.split('.', 2)[2]}" for one in replica.results
                    },
                }
                for replica in each.replicas
            ],
        }
        for each in systems
    }


def read(data: Mapping[str, object], day_of: Callable[[datetime], date]) -> Iterator[KeptCheck]:
    """Yield what an entry keeps of each system; nothing of one that was written before there was this form."""
    try:
        entry = _Entry.model_validate(data)
    except ValidationError:
        return
    for system, each in entry.seen.items():
        yield KeptCheck(
            system=system,
            at=entry.began,
            day=day_of(entry.began),
            missing=each.missing,
            broken=each.broken,
            replicas=tuple(
                KeptReplica(
                    kind=one.kind,
                    address=one.address,
                    port=one.port,
                    seconds=one.seconds,
                    verdicts={str(aspect): text for aspect, text in one.verdicts.items()},
                )
                for one in each.replicas
            ),
        )
