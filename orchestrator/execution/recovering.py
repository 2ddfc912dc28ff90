"""Looks at the replicas of many systems, so many at a time; one system's trouble is its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from orchestrator.checks.replicas.system import broken, check_system
from orchestrator.errors import StorageError
from orchestrator.model.observed import Observed
from orchestrator.model.recovering import CheckedSystem, Wanted
from orchestrator.model.replica import Recovery, Replica, ReplicaKind
from orchestrator.ports import Clock
from orchestrator.ports.replica import ReplicaObserver


def check_replicas(
    wanted: Sequence[Wanted],
    recovery: Recovery,
    observers: Mapping[ReplicaKind, ReplicaObserver],
    clock: Clock,
    *,
    at_a_time: int,
    tell: Callable[[CheckedSystem], None],
) -> tuple[CheckedSystem, ...]:
    """Return what is found of each system, in their order; `tell` hears of each as it ends, one at a time.

    Systems of one machine are looked at one after the other, so that what is open there serves them all.

    Raises:
        StorageError: a disk of ours; nothing more can be asked.
    """
    mutex = Lock()

    def check(one: Wanted) -> CheckedSystem:
        try:
            seen = [_look(replica, observers, clock) for replica in recovery.replicas.get(one.system, ())]
            found = check_system(one, seen, recovery.sites)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - a thousand systems are not left unchecked for one that breaks us
            found = broken(one, type(error).__name__)
        with mutex:
            tell(found)
        return found

    pool = ThreadPoolExecutor(max_workers=at_a_time)
    try:
        order = sorted(range(len(wanted)), key=lambda index: _machines(wanted[index], recovery))
        found = dict(zip(order, pool.map(check, (wanted[index] for index in order)), strict=True))
        return tuple(found[index] for index in range(len(wanted)))
    finally:  # who interrupts does not wait for the answers that are still due
        pool.shutdown(wait=False, cancel_futures=True)


def _machines(one: Wanted, recovery: Recovery) -> tuple[str, ...]:
    replicas = recovery.replicas.get(one.system, ())
    return tuple(end.where for each in replicas for end in (each.source, each.replica))


def _look(replica: Replica, observers: Mapping[ReplicaKind, ReplicaObserver], clock: Clock) -> Observed:
    source, target = observers[replica.kind].observe(replica)
    now = clock.now()
    ahead = None
    if source.cluster is not None:
        since = target.at + target.took - source.at - source.took  # it answered so long ago
        ahead = source.cluster.now - (now.timestamp() - since)
    return Observed(replica=replica, source=source, target=target, day=now.astimezone().date(), ahead=ahead)
