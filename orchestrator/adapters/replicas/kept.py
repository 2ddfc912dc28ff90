"""The form in which the evidence keeps what a check saw, and the reading of it; what has another form is no check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from orchestrator.checks.replicas.verdict import aspect_of
from orchestrator.model.recovering import CheckedSystem, KeptCheck, KeptReplica, Place, SeenSource
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckStatus

KIND = "dr.checked"  # of the entries of the evidence
_BROKEN = "dr.existence.broken"
Told = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(CheckStatus)}) [a-z-]{{1,40}}$")]


Number = Annotated[int, Field(ge=-(1 << 63), le=1 << 63)]
Seconds = Annotated[float, Field(ge=-1e11, le=1e11, allow_inf_nan=False)]


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    identifier: Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]
    lsn: Annotated[int, Field(ge=0, le=1 << 63)]
    ahead: Seconds
    n: Number | None
    ts: Seconds | None


class _Replica(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    address: str
    port: Annotated[int, Field(ge=0, le=65535)] = 0  # entries of the first days have none
    seconds: Seconds | None
    verdicts: dict[Aspect, Told]
    source: _Source | None = None  # earlier entries have none


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
                    "source": _numbers(replica.source),
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


def read_source(data: Mapping[str, object], system: str, key: str) -> SeenSource | None:
    """Return what an entry keeps of the source of one replica; None where that check had no answer of it."""
    try:
        entry = _Entry.model_validate(data)
    except ValidationError:
        return None
    for one in entry.seen[system].replicas if system in entry.seen else ():
        if one.source and Place(kind=one.kind, address=one.address, port=one.port).key == key:
            return SeenSource(**one.source.model_dump(), at=entry.began)
    return None


def _numbers(source: SeenSource | None) -> Mapping[str, object] | None:
    if source is None:
        return None
    return {name: value for name, value in asdict(source).items() if name != "at"}
