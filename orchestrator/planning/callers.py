"""What becomes of a system's interfaces at its switch: by the list, its move, and which side is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from orchestrator.model.callers import Becomes, Call, CallerHost
from orchestrator.model.canonical import digest
from orchestrator.model.endpoint import Ask, Endpoint, Platform
from orchestrator.model.machines import Reach
from orchestrator.model.move import AnyMove, DatabaseMove, FilesMove, MariaMove, OnePart, RehostMove, parts, routes_of
from orchestrator.model.moving import DatabaseRules, FilesRules, MariaRules, PartRules, StaticRules, part_rules
from orchestrator.model.programme import Programme
from orchestrator.model.system import Interface, MigrationList, Server, System
from orchestrator.planning.specs import server_name

NOBODY = "callers:none"  # no id of the list has a colon


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The two sides of a system as its callers may know them.

    Attributes:
        source, target: address of either side of each part; the target's is empty while nobody knows it.
        ports: what each part's own server listens on; 0: whatever is listed.
        routes: the addresses that lead to whichever side is open; by part, None where there is no such.
        leading: names and floating IPs that are led to whichever side is open.
        machines: how the target's machines are reached; empty while nobody knows that.
        opened: whether the target is open.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    ports: tuple[int, ...]
    routes: tuple[Endpoint | None, ...]
    leading: frozenset[str] = frozenset()
    machines: tuple[CallerHost, ...] = ()
    opened: bool = False


def sides_of(move: AnyMove, reader: Endpoint | None, *, opened: bool) -> Sides:
    """Return the sides of a move that was begun; `reader` is where people are led to a static site."""
    found, routes = parts(move), routes_of(move)
    return Sides(
        source=tuple(part.source.address for part in found),
        # Where a disk's copy is kept nobody calls anybody: people call the server that starts from it.
        target=tuple(_called(part) for part in found),
        ports=tuple(part.source.data_port if isinstance(part, DatabaseMove | MariaMove) else 0 for part in found),
        routes=tuple(_route(part) or reader for part in found),
        leading=frozenset((*(each.name for each in routes.names), *(each.address for each in routes.floating))),
        machines=tuple(
            CallerHost(name=part.target.name, reach=part.target.reach)
            for part in found
            if not isinstance(part, RehostMove)
        ),
        opened=opened,
    )


def _called(part: OnePart) -> str:
    if isinstance(part, RehostMove):
        return part.server.address if part.server else ""
    return part.target.address


def sides_declared(programme: Programme, servers: Mapping[str, Server], system: str) -> Sides | None:
    """Return the sides of a system whose move was only declared; None where nothing is.

    Args:
        programme: declares the move.
        servers: of the list, by id.
        system: its id.
    """
    rules = programme.moving.databases.get(system)
    if rules is None:
        return None
    found = part_rules(rules)
    mine = (servers.get(part.server) for part in found)
    routes: list[Endpoint | None] = []
    for part in found:
        if isinstance(part, DatabaseRules):
            routes.append(Endpoint(host=part.pooler.address, port=part.pooler.port))
        elif isinstance(part, MariaRules | FilesRules) and part.proxy:
            routes.append(Endpoint(host=part.proxy.address, port=part.proxy.port))
        else:
            routes.append(led_to(programme, system))
    return Sides(
        source=tuple(each.source_address if each and each.system_id == system else "" for each in mine),
        target=("",) * len(found),
        ports=tuple(part.source.port if isinstance(part, DatabaseRules | MariaRules) else 0 for part in found),
        routes=tuple(routes),
        leading=frozenset(host for part in found for host in _leading(part)),
    )


def _leading(part: PartRules) -> Iterator[str]:
    routes = part.routes if isinstance(part, DatabaseRules | MariaRules | FilesRules) else None
    if routes:
        yield from (each.name for each in routes.names)
        yield from (each.address for each in routes.floating_ips)


def led_to(programme: Programme, system: str) -> Endpoint | None:
    """Return where people are led to a static site, whichever side is open; None of anything else."""
    rules = programme.moving.databases.get(system)
    probe = rules.probe if isinstance(rules, StaticRules) else None
    return Endpoint(host=probe.address or probe.name, port=probe.port) if probe else None


def plan_calls(
    programme: Programme, listing: MigrationList, system: str, sides: Mapping[str, Sides], *, opened: bool | None = None
) -> tuple[Call, ...]:
    """Return the system's interfaces, those where it is called first, and the platforms that it is registered with.

    Args:
        programme: says who logs in to machines of the list.
        listing: has the interfaces.
        system: its id.
        sides: of every system whose data moves.
        opened: how the system's own sides are to stand; None: as they do.
    """
    if system in sides and opened is not None:
        sides = {**sides, system: replace(sides[system], opened=opened)}
    mine = [each for each in listing.interfaces if system in {each.caller, each.callee}]
    calls = [_call(programme, listing, each, system, sides) for each in mine]
    row = next((each for each in listing.systems if each.id == system), None)
    if row is not None and system in sides:
        calls += _registrations(programme, listing, row, mine, sides)
    return tuple(sorted(calls, key=lambda call: (not call.inward, call.interface)))


def plan_all_calls(
    programme: Programme, listing: MigrationList, systems: Iterable[str], sides: Mapping[str, Sides]
) -> Mapping[str, tuple[Call, ...]]:
    """Return the interfaces of many systems as each one's own switch leaves them; of those alone that have any."""
    named: dict[str, list[Interface]] = defaultdict(list)
    servers: dict[str, list[Server]] = defaultdict(list)
    for interface in listing.interfaces:
        for party in {interface.caller, interface.callee}:
            named[party].append(interface)
    for server in listing.servers:
        servers[server.system_id].append(server)
    rows = {row.id: row for row in listing.systems}
    found = {}
    for system in systems:
        callers = {interface.caller for interface in named.get(system, ())}
        # Of a long list only what this system's interfaces ask about.
        narrow = replace(
            listing,
            systems=(rows[system],) if system in rows else (),
            interfaces=tuple(named.get(system, ())),
            servers=tuple(server for caller in sorted(callers) for server in servers.get(caller, ())),
        )
        if calls := plan_calls(programme, narrow, system, sides, opened=True):
            found[system] = calls
    return found


def told_callers(listing: MigrationList, system: str) -> str:
    """Return whom the list names as connected with a system without an interface; empty where it names nobody.

    The system's own row names others in words that no program can compare with a sheet: they count where there is no
    interface at all. A system that needs this one calls it.
    """
    mine = [each for each in listing.interfaces if system in {each.caller, each.callee}]
    row = next((each.interfaces for each in listing.systems if each.id == system), "") if not mine else ""
    callers = {each.caller for each in mine}
    needing = {each.system_id for each in listing.dependencies if each.needs_id == system} - callers
    return ", ".join(filter(None, (row, *sorted(needing))))


def plan_nobody(listing: MigrationList, system: str, sides: Mapping[str, Sides]) -> Call | None:
    """Return what a person has to say of a system of which the list names nobody at all; None where it names somebody.

    An empty cell may mean that nobody calls it, or that nobody has asked yet.
    """
    if told_callers(listing, system) or any(system in {each.caller, each.callee} for each in listing.interfaces):
        return None
    return Call(
        interface=NOBODY,
        caller="",
        callee=system,
        inward=True,
        becomes=Becomes.UNKNOWN,
        reason="nobody",
        listed=None,
        must=None,
        opened=(False, _open(system, sides)),
    )


def expectation(call: Call) -> str:
    """Return what names the question that a check has answered: sides that turned since make it another one."""
    of = [call.interface, call.caller, call.callee, call.must, call.closed, call.hosts, call.opened]
    return digest([*of, *([call.ask] if call.ask else [])])


def _call(
    programme: Programme, listing: MigrationList, interface: Interface, system: str, sides: Mapping[str, Sides]
) -> Call:
    callee, listed = sides.get(interface.callee), interface.address
    closed: tuple[tuple[str, int], ...] = ()
    if listed is None:
        becomes, reason, must = Becomes.UNKNOWN, "no-address", None
    elif callee is None:
        # Who is called stays where it is; its caller's machine may be another one from now on.
        becomes, reason, must = Becomes.KEPT, "callee-stays", listed
    else:
        becomes, reason, must = _address(interface, listed, callee)
        closed = tuple(sorted(set(_closed(callee, listed, must))))
    return Call(
        interface=interface.id,
        caller=interface.caller,
        callee=interface.callee,
        inward=interface.callee == system,
        becomes=becomes,
        reason=reason,
        listed=listed,
        must=must,
        closed=closed,
        hosts=tuple(_hosts(programme, listing, interface, sides.get(interface.caller))),
        contact=interface.contact,
        opened=(_open(interface.caller, sides), _open(interface.callee, sides)),
        ask=None if interface.registers else _ask(interface),
    )


def _ask(interface: Interface) -> Ask | None:
    if interface.ask is None:
        return None
    return Ask(url=interface.ask, status=interface.ask_status or Ask.STATUS, text=interface.ask_text)


def _open(party: str, sides: Mapping[str, Sides]) -> bool:
    return party in sides and sides[party].opened


def _registrations(
    programme: Programme,
    listing: MigrationList,
    system: System,
    interfaces: Iterable[Interface],
    sides: Mapping[str, Sides],
) -> Iterator[Call]:
    """Yield a call for each platform that the list says the system uses.

    That it knows the new side is seen by what it answers the system's machines, where an interface says what to ask;
    else, and where they cannot be asked, a person says so.
    """
    proofs = {each.registers: each for each in interfaces if each.caller == system.id and each.registers}
    used = {Platform.IDENTITY: system.identity, Platform.EXCHANGE: system.exchange, Platform.PORTAL: system.portal}
    for platform in Platform:
        proof = proofs.get(platform)
        if used[platform] or proof:
            yield Call(
                interface=f"register:{platform}",  # no id of the list has a colon
                caller=system.id,
                callee=platform,
                inward=False,
                becomes=Becomes.REGISTERED,
                reason=f"register-{platform}",
                listed=None,
                must=None,
                hosts=tuple(_hosts(programme, listing, proof, sides.get(system.id))) if proof else (),
                contact=system.responsible or (proof.contact if proof else ""),
                opened=(_open(system.id, sides), False),
                ask=_ask(proof) if proof else None,
            )


def _address(interface: Interface, listed: Endpoint, callee: Sides) -> tuple[Becomes, str, Endpoint | None]:
    """Return what becomes of a listed address, by which rule, and what has to be called where the sides stand."""
    through = any(route and (route.host, route.port) == (listed.host, listed.port) for route in callee.routes)
    if through or listed.host.lower() in callee.leading:
        return Becomes.KEPT, "route", listed
    new = interface.new_address
    if new is not None:
        if new == listed:
            return Becomes.KEPT, "declared", listed
        return Becomes.REPOINTED, "declared", new if callee.opened else listed
    for source, port, route in zip(callee.source, callee.ports, callee.routes, strict=True):
        # A database is called through its route from now on, which leads to whichever side is open. That of one part
        # comes before the machine of another: both may be the same.
        if route and (listed.host, listed.port) == (source, port):
            return Becomes.REPOINTED, "to-route", replace(listed, host=route.host, port=route.port)
    for source, target in zip(callee.source, callee.target, strict=True):
        if listed.host == source and source:
            there = replace(listed, host=target) if target else None
            return Becomes.REPOINTED, "to-target", there if callee.opened else listed
        if listed.host == target and target:
            return Becomes.REPOINTED, "to-target", listed if callee.opened else replace(listed, host=source)
    return Becomes.UNKNOWN, "elsewhere", None


def _closed(callee: Sides, listed: Endpoint, must: Endpoint | None) -> Iterator[tuple[str, int]]:
    """Yield where nobody may be connected to any more: the side that is not open, by its own ports and the listed."""
    for address, port in zip(callee.source if callee.opened else callee.target, callee.ports, strict=True):
        for each in {port or listed.port, listed.port} if address else ():
            if must is None or (address, each) != (must.host, must.port):
                yield address, each


def _hosts(
    programme: Programme, listing: MigrationList, interface: Interface, caller: Sides | None
) -> Iterator[CallerHost]:
    """Yield where the caller calls from: its targets once they are open, else its machines on the list."""
    calling = [
        each for each in listing.servers if each.system_id == interface.caller and interface.server_id in {"", each.id}
    ]
    if caller is not None and caller.opened:
        names = {server_name(programme.slug, each) for each in calling}
        yield from (each for each in dict.fromkeys(caller.machines) if not interface.server_id or each.name in names)
        return
    for server in calling:
        if server.source_address:
            yield CallerHost(name=server.id, reach=_reach(programme, server))


def _reach(programme: Programme, server: Server) -> Reach:
    rules = programme.moving.databases.get(server.system_id)
    told = (part.algorithms for part in part_rules(rules) if part.server == server.id) if rules else iter(())
    options = tuple(sorted(next(told, {}).items()))
    return Reach(address=server.source_address, user=programme.source_user, port=server.source_port, algorithms=options)


def _route(part: object) -> Endpoint | None:
    if isinstance(part, DatabaseMove):
        return Endpoint(host=part.pooler.reach.address, port=part.pooler.port)
    if isinstance(part, MariaMove | FilesMove) and part.proxy:
        return Endpoint(host=part.proxy.reach.address, port=part.proxy.port)
    return None
