"""What of a system moves, from where to where and through which pooler: the declaration, the list and the clouds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, cast

from orchestrator.errors import Refused
from orchestrator.model.canonical import digest
from orchestrator.model.frozen import Frozen
from orchestrator.model.machines import (
    CloudServer,
    DatabaseServer,
    DiskServer,
    Keeper,
    Machine,
    Pooler,
    Proxy,
    Reach,
    TreeServer,
)
from orchestrator.model.move import (
    AnyMove,
    DatabaseMove,
    ExternalMove,
    FilesMove,
    MariaMove,
    Method,
    OnePart,
    RehostMove,
    StaticMove,
    WebappMove,
    parts,
)
from orchestrator.model.moving import (
    ClusterRules,
    DatabaseRules,
    ExternalRules,
    FilesRules,
    MariaRules,
    PartRules,
    PoolerRules,
    ProxyRules,
    RehostRules,
    StaticRules,
    TreeRules,
    WebappRules,
    part_rules,
)
from orchestrator.model.plan import Owner, ServerSpec, SystemSpec
from orchestrator.model.programme import Programme
from orchestrator.model.routes import DnsRoute, FloatingRoute, Forwarder, Routes
from orchestrator.model.system import MigrationList, Server
from orchestrator.planning.specs import server_name, slug

DEFAULT_PORT = 22  # what a pinned host key's name does not say


def moved_servers(programme: Programme, listing: MigrationList, system: str) -> tuple[Server, ...]:
    """Return the servers, as the list has them, whose data moves, each once.

    Raises:
        Refused: `move.no-system`, `move.not-declared`, `move.no-server` or `move.no-source`.
    """
    if not any(each.id == system for each in listing.systems):
        raise Refused("move.no-system", system=system)
    rules = programme.moving.databases.get(system)
    if rules is None:
        raise Refused("move.not-declared", system=system)
    return tuple(dict.fromkeys(_moved_server(listing, system, part) for part in part_rules(rules)))


def places(spec: SystemSpec) -> Mapping[str, tuple[str, Owner]]:
    """Return, by the server's name on its cloud, which cloud that is and whose mark the server bears; pure."""
    return {
        item.name: (part.cloud, item.owner)
        for part in spec.parts
        for item in part.objects
        if isinstance(item, ServerSpec)
    }


def plan_move(
    programme: Programme,
    listing: MigrationList,
    system: str,
    targets: Mapping[str, Reach],
    places: Mapping[str, tuple[str, Owner]] = MappingProxyType({}),
) -> AnyMove:
    """Return what moves; its method is the declared one, else the best, until the preflight has chosen.

    Args:
        programme: declares how.
        listing: has the source's address.
        system: id.
        targets: by the server's name on its cloud, how each of `moved_servers` is reached there.
        places: by the same name, which cloud that is and whose mark it bears; what starts a server needs it.

    Raises:
        Refused: as `moved_servers`.
    """
    moved_servers(programme, listing, system)
    rules = programme.moving.databases[system]
    if isinstance(rules, WebappRules):
        # What a part keeps for as long as a section lasts, it keeps for as long as the whole one.
        seconds = rules.files.limits.frozen + rules.database.limits.frozen
        files, database = (
            _part(programme, listing, system, _lasting(part, seconds), targets) for part in part_rules(rules)
        )
        files = cast(FilesMove, files)
        return WebappMove(
            system=system,
            slug=slug(system),
            # People are led to the whole: once all of it serves.
            files=replace(files, routes=None),
            database=cast(DatabaseMove | MariaMove, database),
            chosen=rules.database.method,
            routes=files.routes,
        )
    found = _part(programme, listing, system, rules, targets)
    if isinstance(found, RehostMove):
        name = server_name(programme.slug, _moved_server(listing, system, rules))
        return replace(found, server=_started(found, name, targets[name], places))
    return found


def _started(move: RehostMove, name: str, there: Reach, places: Mapping[str, tuple[str, Owner]]) -> CloudServer | None:
    """Return the server that starts from the copy; what runs there is logged in to as the source was."""
    if name not in places:
        return None
    (cloud, owner), here = places[name], move.source.reach
    pinned = here.address if here.port == DEFAULT_PORT else f"[{here.address}]:{here.port}"
    return CloudServer(
        name=name,
        cloud=cloud,
        programme=owner.programme,
        system=owner.system,
        key=owner.key,
        reach=replace(here, address=there.address, known_as=pinned),
    )


def _lasting(rules: PartRules, seconds: timedelta) -> PartRules:
    return replace(rules, limits=replace(rules.limits, frozen=seconds))


def _part(
    programme: Programme, listing: MigrationList, system: str, rules: PartRules, targets: Mapping[str, Reach]
) -> OnePart:
    server = _moved_server(listing, system, rules)
    name = server_name(programme.slug, server)
    here, there = _source(programme, server, rules), targets[name]
    if isinstance(rules, ExternalRules):
        return ExternalMove(
            system=system,
            slug=slug(system),
            source=_machine(server.id, here),
            target=_machine(name, there),
            tool=rules.tool,
            options=rules.options,
            limits=rules.limits,
        )
    if isinstance(rules, RehostRules):
        return RehostMove(
            system=system,
            slug=slug(system),
            source=DiskServer(
                name=server.id,
                reach=here,
                address=here.address,
                disk=rules.disk,
                root=rules.root,
                services=rules.services,
            ),
            target=_keeper(system, rules),
            answers=rules.answers,
            boot=rules.boot,
            limits=rules.limits,
            routes=_routes(programme, system, rules, here, there),
        )
    if isinstance(rules, FilesRules):
        told: dict[str, Any] = {
            "system": system,
            "slug": slug(system),
            "source": _tree(server.id, here, rules.source),
            "target": _tree(name, there, rules.target),
            "hash": rules.hash,
            "method": rules.method or Method.RSYNC,
            "limits": rules.limits,
            "proxy": _proxy(system, rules.proxy) if rules.proxy else None,
            "routes": _routes(programme, system, rules, here, there),
        }
        return StaticMove(pages=rules.pages, **told) if isinstance(rules, StaticRules) else FilesMove(**told)
    source, target = _cluster(server.id, here, rules.source), _cluster(name, there, rules.target)
    if isinstance(rules, MariaRules):
        return MariaMove(
            system=system,
            slug=slug(system),
            databases=rules.databases,
            source=replace(source, superuser="root"),
            target=replace(target, superuser="root"),
            proxy=_proxy(system, rules.proxy),
            method=rules.method or Method.LOGICAL,
            limits=rules.limits,
            routes=_routes(programme, system, rules, here, there),
        )
    return DatabaseMove(
        system=system,
        slug=slug(system),
        databases=rules.databases,
        source=source,
        target=target,
        pooler=_pooler(system, rules.pooler),
        method=rules.method or Method.LOGICAL,
        limits=rules.limits,
        routes=_routes(programme, system, rules, here, there),
    )


def _moved_server(listing: MigrationList, system: str, rules: PartRules) -> Server:
    found = next((each for each in listing.servers if each.id == rules.server and each.system_id == system), None)
    if found is None:
        raise Refused("move.no-server", system=system, server=rules.server)
    if not found.source_address:
        raise Refused("move.no-source", system=system, server=rules.server)
    return found


def cutover_digest(move: AnyMove, frozen: Frozen) -> str:
    """Return the SHA-256, hex, of what a cutover does: approvals and rehearsals name it.

    The attempt is not in it: the same cutover tried again in the same window needs no second approval.
    """
    lines = [(line.name, line.voice, line.deadline, line.expected, bool(line.undo)) for line in frozen.lines]
    return digest([move, lines, frozen.leaving, frozen.opening])


def accepted_rows(move: AnyMove, missing: Mapping[str, int], lose: int) -> tuple[int, ...]:
    """Return for each PostgreSQL database how many rows may be lost: those counted, and once what is beyond them."""
    databases = next((part.databases for part in parts(move) if isinstance(part, DatabaseMove)), ())
    counted = [sum(rows for table, rows in missing.items() if table.startswith(f"{name}: ")) for name in databases]
    busiest = counted.index(max(counted)) if counted else 0
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
        name=name,
        reach=reach,
        address=reach.address,
        path=rules.path,
        stop=rules.stop,
        start=rules.start,
        others=rules.others,
    )


def _routes(
    programme: Programme,
    system: str,
    part: DatabaseRules | MariaRules | FilesRules | RehostRules,
    here: Reach,
    there: Reach,
) -> Routes | None:
    """Return what leads people to one of two machines; None where nothing is declared."""
    rules = part.routes
    if rules is None:
        return None
    names = tuple(
        DnsRoute(
            name=each.name,
            zone=each.zone,
            servers=each.servers,
            key=each.key,
            source=each.source or here.address,
            target=each.target or there.address,
            ttl=each.ttl,
            port=each.port,
        )
        for each in rules.names
    )
    floating = tuple(
        FloatingRoute(
            address=each.address,
            cloud=each.cloud,
            clouds=programme.clouds_file,
            source=each.source or here.address,
            target=each.target or there.address,
        )
        for each in rules.floating_ips
    )
    if rules.forward is None:
        return Routes(names=names, floating=floating)
    return Routes(
        names=names,
        forwarder=Forwarder(
            slug=slug(system),
            reach=here,
            address=here.address,
            target=there.address,
            ports=rules.forward.ports,
            quiet=timedelta(days=rules.forward.quiet_days),
        ),
        floating=floating,
    )


def _machine(name: str, reach: Reach) -> Machine:
    return Machine(name=name, reach=reach, address=reach.address)


def _keeper(system: str, rules: RehostRules) -> Keeper:
    keeper = rules.keeper
    return Keeper(
        name=f"{slug(system)}-keeper",
        reach=Reach(address=keeper.address, user=keeper.user, port=keeper.ssh_port),
        address=keeper.address,
        folder=keeper.folder,
    )


def _source(programme: Programme, server: Server, rules: PartRules) -> Reach:
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
