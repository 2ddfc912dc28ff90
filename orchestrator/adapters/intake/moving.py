"""Turns `moving:` of `programme.yaml` into the model."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from orchestrator.adapters.intake.credentials import shorten
from orchestrator.adapters.intake.moving_parts import (
    DatabaseMovePart,
    DirectDatabaseMovePart,
    DirectMariaMovePart,
    DirectRoutesPart,
    ExternalMovePart,
    FilesLimitsPart,
    FilesMovePart,
    FloatingPart,
    MariaMovePart,
    MoveLimitsPart,
    MovingPart,
    NamePart,
    NamesPart,
    ProbePart,
    RehostLimitsPart,
    RehostMovePart,
    RoutesPart,
    StaticMovePart,
    ToolLimitsPart,
    TreePart,
    WebappMovePart,
)
from orchestrator.adapters.tools.place import digest_of
from orchestrator.model.machines import Service
from orchestrator.model.move import Kind, Limits, Pages, Tool
from orchestrator.model.moving import (
    ClusterRules,
    DatabaseRules,
    ExternalRules,
    FilesRules,
    FloatingRules,
    ForwardRules,
    KeeperRules,
    MariaRules,
    MovingRules,
    NameRules,
    PoolerRules,
    ProbeRules,
    ProxyRules,
    ReaderRules,
    RehostRules,
    RoutesRules,
    StaticRules,
    TreeRules,
    WebappRules,
)
from orchestrator.model.problem import Problem


def moving_problems(part: MovingPart, clouds: Collection[str], file: str) -> Iterator[Problem]:
    """Yield what one key alone cannot tell: two kinds of one system, parts that are missing, clouds nobody declared."""
    kind_of: dict[str, str] = {}
    for kind in Kind:
        for system, item in getattr(part, kind).items():
            cell = f"moving.{kind}.{system}"
            if kind_of.setdefault(system, kind) != kind:
                told = {"other": kind_of[system]}
                yield Problem(code="programme.two-kinds", file=file, cell=cell, value=shorten(system), values=told)
            routes = getattr(item.files if isinstance(item, WebappMovePart) else item, "routes", None)
            for number, address in enumerate(routes.floating_ips if isinstance(routes, DirectRoutesPart) else ()):
                if address.cloud not in clouds:
                    where, value = f"{cell}.routes.floating_ips[{number}].cloud", shorten(address.cloud)
                    yield Problem(code="programme.floating-cloud", file=file, cell=where, value=value)
    for system, webapp in part.webapp.items():
        if bool(webapp.postgresql) is bool(webapp.mariadb):
            cell, value = f"moving.webapp.{system}", shorten(system)
            yield Problem(code="programme.one-database", file=file, cell=cell, value=value)


def moving_rules(part: MovingPart, folder: Path) -> MovingRules:
    """Return the model's rules of moving data; a tool is the bytes that it has in the programme's folder now."""
    digests = {name: digest_of(folder, name) for name in {item.tool for item in part.external.values()}}
    return MovingRules(
        approvals=part.approvals == "required",
        approvers=part.approvers,
        schedule="" if part.windows == "any" else part.windows,
        rehearsal=part.rehearsal == "required",
        rehearsal_days=part.rehearsal_days,
        soak_days=part.soak_days,
        databases={
            **{system: _databases(item) for system, item in part.postgresql.items()},
            **{system: _mariadb(item) for system, item in part.mariadb.items()},
            **{system: _files(item) for system, item in part.files.items()},
            **{system: _static(item) for system, item in part.static.items()},
            **{system: _webapp(item) for system, item in part.webapp.items()},
            **{system: _external(item, digests[item.tool]) for system, item in part.external.items()},
            **{system: _rehost(item) for system, item in part.rehost.items()},
        },
    )


def _databases(part: DatabaseMovePart) -> DatabaseRules:
    return DatabaseRules(pooler=PoolerRules(**part.pooler.model_dump()), **_of_any_kind(part))


def _mariadb(part: MariaMovePart) -> MariaRules:
    return MariaRules(proxy=ProxyRules(**part.proxy.model_dump()), **_of_any_kind(part))


def _files(part: FilesMovePart) -> FilesRules:
    return FilesRules(**_of_trees(part))


def _static(part: StaticMovePart) -> StaticRules:
    port = part.port or (443 if part.tls else 80)
    pages = Pages(host=part.host, port=port, tls=part.tls, paths=part.paths, sample=part.sample)
    probe = None
    if part.probe:
        probe = ReaderRules(
            address=part.probe.address or "",
            name=part.probe.name or "",
            port=part.probe.port or port,
            path=part.probe.path or part.paths[0],
            rate=part.probe.rate,
        )
    proxy = None
    if part.proxy:
        told = part.proxy.model_dump()
        proxy = ProxyRules(**{**told, "port": told["port"] or port})
    return StaticRules(pages=pages, probe=probe, proxy=proxy, **_of_trees(part))


def _of_trees(part: FilesMovePart) -> dict[str, Any]:
    return {
        "server": part.server,
        "source": _tree(part.source),
        "target": _tree(part.target),
        "hash": part.hash,
        "method": part.method,
        "algorithms": {str(name): text for name, text in part.algorithms.items()},
        "limits": _files_limits(part.limits),
        "routes": _routes(part.routes),
    }


def _routes(part: DirectRoutesPart | NamesPart | None) -> RoutesRules | None:
    if part is None:
        return None
    forward = part.forward if isinstance(part, RoutesPart) else None
    floating = part.floating_ips if isinstance(part, DirectRoutesPart) else ()
    return RoutesRules(
        names=tuple(NameRules(**_ends(each)) for each in part.names),
        forward=ForwardRules(**forward.model_dump()) if forward else None,
        floating_ips=tuple(FloatingRules(**_ends(each)) for each in floating),
    )


def _ends(part: NamePart | FloatingPart) -> dict[str, Any]:
    return {**part.model_dump(), "source": part.source or "", "target": part.target or ""}


def _tree(part: TreePart) -> TreeRules:
    others = tuple(Service(**each.model_dump()) for each in part.others)
    return TreeRules(path=part.path, stop=part.stop, start=part.start, others=others)


def _webapp(part: WebappMovePart) -> WebappRules:
    files = _files(part.files)
    if part.postgresql:
        return WebappRules(files=files, database=_databases(part.postgresql))
    if part.mariadb:
        return WebappRules(files=files, database=_mariadb(part.mariadb))
    raise AssertionError("a webapp without a database is refused before")


def _external(part: ExternalMovePart, digest: str) -> ExternalRules:
    return ExternalRules(
        server=part.server,
        tool=Tool(name=part.tool, digest=digest),
        options=part.options,
        limits=_tool_limits(part.limits),
    )


def _rehost(part: RehostMovePart) -> RehostRules:
    return RehostRules(
        server=part.server,
        disk=part.disk,
        root=part.root,
        keeper=KeeperRules(**part.keeper.model_dump()),
        answers=part.answers,
        boot=part.boot,
        services=tuple(Service(**each.model_dump()) for each in part.services),
        limits=_disk_limits(part.limits),
        routes=_routes(part.routes),
        algorithms={str(name): text for name, text in part.algorithms.items()},
    )


def _disk_limits(part: RehostLimitsPart) -> Limits:
    return Limits(
        hold=timedelta(seconds=part.hold),
        catch_up=timedelta(seconds=part.catch_up),
        frozen=timedelta(seconds=part.frozen),
        step=timedelta(seconds=10),
    )


def _tool_limits(part: ToolLimitsPart) -> Limits:
    return Limits(
        hold=timedelta(seconds=part.hold),
        catch_up=timedelta(seconds=part.catch_up),
        frozen=timedelta(seconds=part.frozen),
        step=timedelta(seconds=part.step),
        lag_bytes=part.lag_bytes,
    )


def _of_any_kind(part: DatabaseMovePart | MariaMovePart) -> dict[str, Any]:
    return {
        "server": part.server,
        "databases": part.databases,
        "source": ClusterRules(**part.source.model_dump()),
        "target": ClusterRules(**part.target.model_dump()),
        "method": part.method,
        "algorithms": {str(name): text for name, text in part.algorithms.items()},
        "limits": _limits(part.limits),
        "probe": _probe(part.probe),
        "routes": _routes(part.routes) if isinstance(part, DirectDatabaseMovePart | DirectMariaMovePart) else None,
    }


def _files_limits(part: FilesLimitsPart) -> Limits:
    return Limits(
        hold=timedelta(seconds=part.hold),
        catch_up=timedelta(seconds=part.catch_up),
        frozen=timedelta(seconds=part.frozen),
        step=timedelta(seconds=min(10.0, part.frozen)),
    )


def _probe(part: ProbePart | None) -> ProbeRules | None:
    return ProbeRules(**part.model_dump()) if part else None


def _limits(part: MoveLimitsPart) -> Limits:
    return Limits(
        hold=timedelta(seconds=part.hold),
        catch_up=timedelta(seconds=part.catch_up),
        frozen=timedelta(seconds=part.frozen),
        transaction=timedelta(seconds=part.transaction),
        lag_bytes=part.lag_bytes,
        copy=None if part.copy_ is None else timedelta(seconds=part.copy_),
    )
