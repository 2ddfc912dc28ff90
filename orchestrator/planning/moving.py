"""What of a system moves, from where to where and through which pooler: the declaration, the list and the clouds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orchestrator.errors import Refused
from orchestrator.model.canonical import digest
from orchestrator.model.frozen import Frozen
from orchestrator.model.move import (
    AnyMove,
    DatabaseMove,
    DatabaseServer,
    FilesMove,
    MariaMove,
    Method,
    Pooler,
    Proxy,
    Reach,
    StaticMove,
    TreeServer,
)
from orchestrator.model.moving import (
    AnyRules,
    ClusterRules,
    FilesRules,
    MariaRules,
    PoolerRules,
    ProxyRules,
    StaticRules,
    TreeRules,
)
from orchestrator.model.programme import Programme
from orchestrator.model.system import MigrationList, Server
from orchestrator.planning.specs import server_name, slug


def moved_server(programme: Programme, listing: MigrationList, system: str) -> Server:
    """Return the server, as the list has it, whose databases move.

    Raises:
        Refused: `move.no-system`, `move.not-declared`, `move.no-server` or `move.no-source`.
    """
    if not any(each.id == system for each in listing.systems):
        raise Refused("move.no-system", system=system)
    rules = programme.moving.databases.get(system)
    if rules is None:
        raise Refused("move.not-declared", system=system)
    found = next((each for each in listing.servers if each.id == rules.server and each.system_id == system), None)
    if found is None:
        raise Refused("move.no-server", system=system, server=rules.server)
    if not found.source_address:
        raise Refused("move.no-source", system=system, server=rules.server)
    return found


def plan_move(
    programme: Programme, listing: MigrationList, system: str, *, address: str, user: str, method: Method | None = None
) -> AnyMove:
    """Return what moves.

    Args:
        programme: declares how.
        listing: has the source's address.
        system: id.
        address: of the target, as its cloud says it.
        user: the target image's login.
        method: as the preflight chose it; the declared one, else logical, before there was one.

    Raises:
        Refused: as `moved_server`.
    """
    server = moved_server(programme, listing, system)
    rules = programme.moving.databases[system]
    if isinstance(rules, FilesRules):
        told: dict[str, Any] = {
            "system": system,
            "slug": slug(system),
            "source": _tree(server.id, _source(programme, server, rules), rules.source),
            "target": _tree(server_name(programme.slug, server), Reach(address=address, user=user), rules.target),
            "hash": rules.hash,
            "method": method or rules.method or Method.RSYNC,
            "limits": rules.limits,
        }
        return StaticMove(pages=rules.pages, **told) if isinstance(rules, StaticRules) else FilesMove(**told)
    if isinstance(rules, MariaRules):
        source, target = (
            replace(_cluster(name, reach, told), superuser="root")
            for name, reach, told in (
                (server.id, _source(programme, server, rules), rules.source),
                (server_name(programme.slug, server), Reach(address=address, user=user), rules.target),
            )
        )
        return MariaMove(
            system=system,
            slug=slug(system),
            databases=rules.databases,
            source=source,
            target=target,
            proxy=_proxy(system, rules.proxy),
            method=method or rules.method or Method.LOGICAL,
            limits=rules.limits,
        )
    return DatabaseMove(
        system=system,
        slug=slug(system),
        databases=rules.databases,
        source=_cluster(server.id, _source(programme, server, rules), rules.source),
        target=_cluster(server_name(programme.slug, server), Reach(address=address, user=user), rules.target),
        pooler=_pooler(system, rules.pooler),
        method=method or rules.method or Method.LOGICAL,
        limits=rules.limits,
    )


def cutover_digest(move: AnyMove, frozen: Frozen) -> str:
    """Return the SHA-256, hex, of what a cutover does: approvals and rehearsals name it.

    The attempt is not in it: the same cutover tried again in the same window needs no second approval.
    """
    lines = [(line.name, line.voice, line.deadline, line.expected, bool(line.undo)) for line in frozen.lines]
    return digest([move, lines, frozen.leaving, frozen.opening])


def accepted_rows(move: DatabaseMove, missing: Mapping[str, int], lose: int) -> tuple[int, ...]:
    """Return for each database how many rows may be lost: those counted, and what was accepted beyond them once."""
    counted = [
        sum(rows for table, rows in missing.items() if table.startswith(f"{database}: ")) for database in move.databases
    ]
    busiest = counted.index(max(counted))
    return tuple(rows + (lose - sum(counted) if number == busiest else 0) for number, rows in enumerate(counted))


def _cluster(name: str, reach: Reach, rules: ClusterRules) -> DatabaseServer:
    return DatabaseServer(
        name=name,
        reach=reach,
        address=reach.address,
        data_port=rules.port,
        socket=rules.socket,
        account=rules.account,
    )


def _tree(name: str, reach: Reach, rules: TreeRules) -> TreeServer:
    return TreeServer(
        name=name, reach=reach, address=reach.address, path=rules.path, stop=rules.stop, start=rules.start
    )


def _source(programme: Programme, server: Server, rules: AnyRules) -> Reach:
    return Reach(
        address=server.source_address,
        user=programme.source_user,
        port=server.source_port,
        algorithms=_options(rules.algorithms),
    )


def _pooler(system: str, rules: PoolerRules) -> Pooler:
    return Pooler(
        name=f"{slug(system)}-pooler",
        reach=Reach(address=rules.address, user=rules.user, port=rules.ssh_port),
        file=rules.file,
        port=rules.port,
        socket=rules.socket,
        account=rules.account,
    )


def _proxy(system: str, rules: ProxyRules) -> Proxy:
    return Proxy(
        name=f"{slug(system)}-proxy",
        reach=Reach(address=rules.address, user=rules.user, port=rules.ssh_port),
        port=rules.port,
        socket=rules.socket,
        backend=rules.backend,
        source=rules.source,
        target=rules.target,
        maxconn=rules.maxconn,
        account=rules.account,
    )


def _options(algorithms: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(algorithms.items()))
