"""Which of our cloud objects belong to nothing any more. Pure; deleting them is somebody else's decision."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from orchestrator.model.plan import Kind
from orchestrator.model.result import Observed

# What uses an object goes before it.
_DELETING_ORDER = (Kind.FLOATING_IP, Kind.SERVER, Kind.VOLUME, Kind.PORT, Kind.SECURITY_GROUP, Kind.KEYPAIR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """An object that belongs to nothing, and why.

    Attributes:
        reason: a text code.
        guarded: whether deleting it could lose data that nothing else has, or stop a server that has run: a volume,
            such a server, and what such a server is reached by.
    """

    found: Observed
    reason: str
    guarded: bool = False


def leftovers(
    objects: Iterable[Observed], *, wanted: Set[tuple[str, str, str]], kept: Set[str]
) -> tuple[Leftover, ...]:
    """Return what belongs to nothing, in the order in which it can be deleted.

    An object that a plan wants belongs to it, finished or not: the next run goes on from there. So does
    what a system has that is on the list without a plan of its own now, having been moved or being held:
    nobody's running server may depend on today's verdict about its row. What remains:

    * objects of systems that are not on the list;
    * objects that their system's plan does not have, or has on another cloud;
    * servers that failed before they ever ran;
    * of systems without a plan, ports without a server and floating IPs without a port;
    * a cloud's key pair when nothing else of ours stays there.

    Args:
        objects: what carries the programme's marks, on all clouds that were asked.
        wanted: (cloud, system, key) of every object of every plan.
        kept: systems that are on the list and have no plan now.
    """
    found = list(objects)
    plain = [one for one in found if one.kind != Kind.KEYPAIR]
    told = [Leftover(found=one, reason=reason) for one in plain if (reason := _reason(one, wanted, kept))]
    gone = {id(leftover.found) for leftover in told}
    used = {one.cloud for one in plain if id(one) not in gone}
    told += [
        Leftover(found=one, reason="gc.key-unused")
        for one in found
        if one.kind == Kind.KEYPAIR and one.cloud not in used and (one.cloud, one.system, one.key) not in wanted
    ]
    alive = {(one.found.cloud, one.found.system) for one in told if _has_run(one.found)}
    clouds = {cloud for cloud, _ in alive}
    return tuple(sorted((replace(one, guarded=_guarded(one.found, alive, clouds)) for one in told), key=_order))


def _has_run(one: Observed) -> bool:
    return one.kind == Kind.SERVER and one.detail.get("never_ran") != "yes"


def _guarded(one: Observed, alive: Set[tuple[str, str]], clouds: Set[str]) -> bool:
    if one.kind == Kind.SERVER:
        return _has_run(one)
    used = one.cloud in clouds if one.kind == Kind.KEYPAIR else (one.cloud, one.system) in alive
    return one.kind == Kind.VOLUME or used


def _reason(one: Observed, wanted: Set[tuple[str, str, str]], kept: Set[str]) -> str:
    planned = (one.cloud, one.system, one.key) in wanted
    if one.kind == Kind.SERVER and one.status == "ERROR" and one.detail.get("never_ran") == "yes":
        return "gc.server-failed"
    if planned:
        return ""
    if one.system in kept:
        if one.kind == Kind.PORT and not one.detail.get("server"):
            return "gc.port-without-server"
        if one.kind == Kind.FLOATING_IP and not one.detail.get("port"):
            return "gc.floating-ip-without-port"
        return ""
    on_list = any(system == one.system for _, system, _ in wanted)
    return "gc.not-on-plan" if on_list else "gc.system-gone"


def _order(leftover: Leftover) -> tuple[str, int, str, str]:
    found = leftover.found
    return found.cloud, _DELETING_ORDER.index(Kind(found.kind)), found.name, found.id
