"""What checks of replicas saw, as the programme's evidence has it; of a record that is contradicted, nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from orchestrator.cli.output import Shell
from orchestrator.errors import MigrateError

if TYPE_CHECKING:
    from orchestrator.model.drill import KeptDrill
    from orchestrator.model.programme import Programme
    from orchestrator.model.recovering import KeptCheck, SeenSource, Wanted
    from orchestrator.model.replica import Recovery, Replica
    from orchestrator.model.system import MigrationList

_READ = 64 << 20  # bytes of the record, from its end; a check that lies further back is as good as none
READ_DRILLS = 512 << 20  # the same of drills, which are far between and stand among many other entries


def believed(shell: Shell, programme: Programme, listing: MigrationList, on: date) -> tuple[KeptCheck, ...]:
    """Return the last check, up to a day, of each system that needs a replica."""
    from orchestrator.planning.recovering import believe, needing

    found = last_checks(shell, needing(listing, programme.recovery), on)
    return believe(listing, programme.recovery, found, day_of)


def last_checks(shell: Shell, systems: Collection[str], on: date, *, judged: bool = True) -> tuple[KeptCheck, ...]:
    """Return the last check, up to a day, of each of these systems that was ever checked.

    Args:
        shell: whose programme it is.
        systems: of these.
        on: the day.
        judged: whether the record is held against what contradicts it; else it is shown as it is.
    """
    from orchestrator.adapters.evidence import tail
    from orchestrator.adapters.replicas.kept import KIND, read
    from orchestrator.cli.wiring import state_of

    state = state_of(shell)
    if not state.evidence.is_file():
        return ()
    state.require_ours()
    found: dict[str, KeptCheck] = {}
    for entry in tail(state.evidence, _READ):
        if entry.kind == KIND:
            for one in read(entry.data, day_of):
                if one.day <= on and one.system in systems:
                    found.setdefault(one.system, one)
            if len(found) == len(systems):
                break
    return tuple(found.values()) if not found or not judged or _holds(shell) else ()


def last_source(shell: Shell, replica: Replica) -> SeenSource | None:
    """Return the primary of a standby as the last check saw it that had its answer; None: none had, or none counts."""
    from orchestrator.adapters.evidence import tail
    from orchestrator.adapters.replicas.kept import KIND, read_source
    from orchestrator.cli.wiring import state_of

    state = state_of(shell)
    if not state.evidence.is_file():
        return None
    state.require_ours()
    for entry in tail(state.evidence, _READ, holding=b"dr.checked"):
        if entry.kind == KIND and (found := read_source(entry.data, replica.system, replica.key)):
            return found if _holds(shell) else None
    return None


def with_drills(
    shell: Shell, wanted: Sequence[Wanted], recovery: Recovery, on: date, *, judged: bool = True
) -> tuple[Wanted, ...]:
    """Return what is wanted, with the last drill that is kept, up to a day, of each replica that is declared.

    A drill that began and whose end is not on record is told: it may have left something on its machine. Who only
    shows the record (not `judged`) is told nothing.
    """
    from orchestrator.adapters.evidence import tail
    from orchestrator.adapters.replicas.kept_drills import BEGUN, ENDED, OVER, place_of, read
    from orchestrator.cli.wiring import state_of

    state = state_of(shell)
    if not state.evidence.is_file():
        return tuple(wanted)
    state.require_ours()
    declared = {(one.system, each.key) for one in wanted for each in recovery.replicas.get(one.system, ())}
    drills: dict[tuple[str, str], KeptDrill] = {}
    last: dict[tuple[str, str], str] = {}  # the kind of its last entry
    for entry in tail(state.evidence, READ_DRILLS, holding=b"dr.drill"):
        if entry.kind == ENDED and (drill := read(entry.data, day_of)) and drill.day <= on:
            drills.setdefault((drill.system, drill.key), drill)
            last.setdefault((drill.system, drill.key), ENDED)
        elif entry.kind in {BEGUN, OVER}:
            last.setdefault(place_of(entry.data), entry.kind)
    for system in sorted({place[0] for place in declared if judged and last.get(place) == BEGUN}):
        shell.tell("drill.unended", system=system)
    if not drills.keys() & declared or (judged and not _holds(shell)):
        return tuple(wanted)
    kept: dict[str, dict[str, KeptDrill]] = {}
    for system, key in declared & drills.keys():
        kept.setdefault(system, {})[key] = drills[system, key]
    return tuple(replace(one, told=replace(one.told, drills=kept.get(one.system, {}))) for one in wanted)


def tell_unended(shell: Shell, replicas: Sequence[Replica]) -> None:
    """Tell whose standby was begun to be made, taken away or led home to by a command that has not ended it."""
    from orchestrator.adapters.evidence import tail
    from orchestrator.adapters.replicas import kept_failbacks, kept_standbys
    from orchestrator.cli.wiring import state_of

    made, state = {each.system for each in replicas if each.make is not None}, state_of(shell)
    if not made or not state.evidence.is_file():
        return
    state.require_ours()
    for system in kept_standbys.unended(tail(state.evidence, READ_DRILLS, holding=kept_standbys.HOLDING), made):
        shell.tell("prepare.unended", system=system)
    home = {each.system for each in replicas if each.failback is not None}
    if home:
        entries = tail(state.evidence, READ_DRILLS, holding=kept_failbacks.HOLDING)
        for system in kept_failbacks.unended(entries, home):
            shell.tell("failback.unended", system=system)


def day_of(moment: datetime) -> date:
    """Return the day of a moment where this machine is."""
    return moment.astimezone().date()


def _holds(shell: Shell) -> bool:
    """Tell whether nothing contradicts the record; what does is told, and nothing in it counts."""
    from orchestrator.cli.programme import load_declaration
    from orchestrator.cli.wiring import state_of
    from orchestrator.cli.witness import require_uncontradicted

    try:
        require_uncontradicted(shell, load_declaration(shell), state_of(shell))
    except MigrateError as error:
        shell.tell_error(error)
        return False
    return True
