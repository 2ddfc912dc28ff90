"""Turns `recovery:` of `programme.yaml` into the model, and refuses figures that no document holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib import resources

from orchestrator.adapters.intake.recovery_parts import (
    CloudEndPart,
    ClusterEndPart,
    CopyPart,
    EndPart,
    FailoverPart,
    FollowerPart,
    GradesPart,
    ImagePart,
    MakePart,
    MariaEndPart,
    MariaMakePart,
    PolicyPart,
    RecoveryPart,
    StandbyPart,
    SystemRecoveryPart,
    TreeEndPart,
    VolumePart,
)
from orchestrator.adapters.intake.yamltext import parse_yaml
from orchestrator.model.machines import Pooler, Reach
from orchestrator.model.problem import Problem
from orchestrator.model.replica import (
    End,
    FailoverRules,
    Figure,
    Grade,
    Grades,
    Heartbeat,
    Policy,
    Recovery,
    Replica,
    ReplicaKind,
    Site,
)
from orchestrator.model.standby import Make

# What people name as the source of "level 3 means RPO ≤ 4 h". Its clauses ask for copies elsewhere, in no number.
_MLPS = re.compile(r"等保|等级保护|\bmlps\b|22239|28448", re.IGNORECASE)
_GRADES = re.compile(r"20988(?:\s*[-—–]\s*(\d{4}))?")
_OBJECTIVES = ("rpo", "rto")


@cache
def grade_tables() -> Mapping[int, Grades]:
    """Return the tables that ship with the tool, by the standard's year."""
    folder = resources.files("orchestrator.adapters.intake") / "grades"
    return {
        year: _grades(year, GradesPart.model_validate(parse_yaml((folder / f"{year}.yaml").read_bytes())))
        for year in (2007, 2025)
    }


def _grades(year: int, part: GradesPart) -> Grades:
    levels = {
        level: Grade(
            level=level, name=each.name, rto=Figure(**each.rto.model_dump()), rpo=Figure(**each.rpo.model_dump())
        )
        for level, each in part.levels.items()
    }
    return Grades(year=year, levels=levels, **part.model_dump(exclude={"levels"}))


def recovery_problems(part: RecoveryPart, clouds: Collection[str], file: str) -> Iterator[Problem]:
    """Yield figures without a document or not of it, and sites and clouds that nobody declared."""
    for level, policy in part.levels.items():
        yield from _policy_problems(policy, level, f"recovery.levels.{level}", file)
    for system, each in part.systems.items():
        place = f"recovery.systems.{system}"
        yield from _policy_problems(each, each.level, place, file)
        for cell, end in _ends(each):
            if end.site and end.site not in part.sites:
                yield Problem(code="programme.recovery-site", file=file, cell=f"{place}.{cell}.site", value=end.site)
            if isinstance(end, CloudEndPart) and end.cloud not in clouds:
                yield Problem(code="programme.recovery-cloud", file=file, cell=f"{place}.{cell}.cloud", value=end.cloud)


def _ends(part: SystemRecoveryPart) -> Iterator[tuple[str, EndPart | CloudEndPart]]:
    declared: dict[str, Sequence[StandbyPart | FollowerPart | CopyPart | VolumePart | ImagePart]] = {
        "postgresql": part.postgresql,
        "mariadb": part.mariadb,
        "files": part.files,
        "volume": part.volume,
        "image": part.image,
    }
    for name, replicas in declared.items():
        for index, one in enumerate(replicas):
            yield f"{name}[{index}].source", one.source
            yield f"{name}[{index}].replica", one.replica


def _policy_problems(part: PolicyPart, level: int | None, place: str, file: str) -> Iterator[Problem]:
    def problem(code: str, at: str, **values: str) -> Problem:
        return Problem(
            code=f"programme.recovery-{code}", file=file, cell=f"{place}.{at}", value=part.basis, values=values
        )

    said = [name for name in _OBJECTIVES if getattr(part, name) is not None]
    if said and not part.basis:
        yield problem("no-basis", said[0], key=said[0])
    if _MLPS.search(part.basis):
        yield problem("myth", "basis")
        return
    found = _GRADES.search(part.basis)
    if found is None:
        return
    table = grade_tables().get(int(found[1] or 0))
    if table is None:
        yield problem("edition", "basis", known=", ".join(str(year) for year in grade_tables()))
    elif not table.verified:
        yield problem("unverified", "basis", standard=table.standard, source=table.source)
    elif level is None:
        yield problem("no-level", "basis", standard=table.standard)
    else:
        for name in said:
            figure = _figure(table.levels[level], name)
            if getattr(part, name) != figure.most:
                values = {"key": name, "level": str(level), "standard": table.standard, "figure": figure.text}
                yield problem("not-in-standard", name, **values)


def _figure(grade: Grade, name: str) -> Figure:
    return grade.rpo if name == "rpo" else grade.rto


def recovery_rules(part: RecoveryPart) -> Recovery:
    """Return the model of a declaration without problems."""
    return Recovery(
        sites={name: Site(name=name, **site.model_dump()) for name, site in part.sites.items()},
        levels={level: _policy(each, level) for level, each in part.levels.items()},
        systems={system: _policy(each, each.level) for system, each in part.systems.items()},
        replicas={
            system: (
                *(
                    Replica(
                        system=system,
                        kind=ReplicaKind.POSTGRESQL,
                        source=_end(one.source),
                        replica=_end(one.replica),
                        heartbeat=Heartbeat(**one.heartbeat.model_dump()) if one.heartbeat else None,
                        drill_role=one.drill_role,
                        failover=_failover(one.failover),
                        make=_make(one.make),
                        failback=_make(one.failback),
                    )
                    for one in each.postgresql
                ),
                *(
                    Replica(
                        system=system,
                        kind=ReplicaKind.MARIADB,
                        source=_end(one.source),
                        replica=_end(one.replica),
                        heartbeat=Heartbeat(**one.heartbeat.model_dump()) if one.heartbeat else None,
                        make=_make(one.make),
                    )
                    for one in each.mariadb
                ),
                *(
                    Replica(system=system, kind=ReplicaKind.FILES, source=_end(one.source), replica=_end(one.replica))
                    for one in each.files
                ),
                *(_kept(system, one) for one in each.volume),
                *(_kept(system, one) for one in each.image),
            )
            for system, each in part.systems.items()
        },
    )


def _kept(system: str, part: VolumePart | ImagePart) -> Replica:
    if isinstance(part, VolumePart):
        kind, item, every = ReplicaKind.VOLUME, part.source.volume, part.every
        records = part.replica.records or ""
    else:
        kind, item, every, records = ReplicaKind.IMAGE, part.source.image, None, ""
    source = _cloud_end(part.source, item)
    copies = _cloud_end(part.replica, part.replica.name or item, records)
    return Replica(system=system, kind=kind, source=source, replica=copies, every=every)


def _cloud_end(part: CloudEndPart, item: str, records: str = "") -> End:
    return End(cloud=part.cloud, item=item, site=part.site, port=0, records=records)


def _policy(part: PolicyPart, level: int | None) -> Policy:
    spans: dict[str, timedelta | None] = {
        name: getattr(part, name) for name in (*_OBJECTIVES, "retention", "drill", "check")
    }
    found = _GRADES.search(part.basis)
    if found and level is not None:  # what is left out is what the standard says
        grade = grade_tables()[int(found[1])].levels[level]
        for name in _OBJECTIVES:
            spans[name] = spans[name] if spans[name] is not None else _figure(grade, name).most
    basis = {name: part.basis for name, value in spans.items() if value is not None}
    return Policy(level=level, headroom=part.headroom, away=part.away, basis=basis, **spans)


def _failover(part: FailoverPart | None) -> FailoverRules:
    if part is None:
        return FailoverRules()
    if (told := part.pooler) is None:
        return FailoverRules(databases=part.databases, roles=part.roles)
    pooler = Pooler(
        name="pooler",
        reach=Reach(address=told.address, user=told.user, port=told.ssh_port),
        file=told.file,
        port=told.port,
        socket=told.socket,
        account=told.account,
    )
    return FailoverRules(databases=part.databases, roles=part.roles, pooler=pooler)


def _make(part: MakePart | None) -> Make | None:
    if part is None:
        return None
    return Make(
        data=part.data,
        superuser=part.superuser,
        user=part.owner if isinstance(part, MariaMakePart) else "",
        rate_kib=part.rate,
        config=part.config or "",
        start=part.start,
        stop=part.stop,
    )


def _end(part: EndPart) -> End:
    reach = Reach(address=part.address, user=part.user, port=part.ssh_port)
    if isinstance(part, ClusterEndPart | MariaEndPart):
        return End(
            reach=reach,
            site=part.site,
            account=part.account,
            port=part.port,
            socket=part.socket,
            role=part.role,
            secret=str(part.secret or "") if isinstance(part, ClusterEndPart) else "",
        )
    return End(
        reach=reach, site=part.site, account=part.account, path=part.path if isinstance(part, TreeEndPart) else ""
    )
