"""Whose a programme is on its clouds: asked before anything is changed there, and told to who only reads."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from orchestrator.adapters.state import StateFolder
from orchestrator.cli.actor import name_of
from orchestrator.cli.output import Shell
from orchestrator.cli.wiring import CLOCK, chosen_clouds, clouds_of, require_same, side_by_side
from orchestrator.errors import Locked, MigrateError, StorageError
from orchestrator.model.claim import Claim, Standing, foreign, refusal
from orchestrator.model.plan import Reason
from orchestrator.model.programme import Programme
from orchestrator.model.result import CloudView
from orchestrator.ports import Cloud, Evidence

Seen = Iterable[CloudView | Standing]


def stand(clouds: Mapping[str, Cloud], programme: Programme) -> tuple[list[Standing], list[MigrateError]]:
    """Ask all clouds at once which they are and whose the programme is there."""
    return side_by_side(clouds, lambda cloud: cloud.standing(programme.slug))


def others(state: StateFolder, view: CloudView | Standing) -> tuple[Claim, ...]:
    """Return the claims that keep this folder from a cloud: none where its own was alone before and still stands."""
    claims, ours, known = view.claims or (), state.id(), state.claims.known().get(view.cloud)
    return () if known in claims and known.state == ours else foreign(claims, ours)


def locks(state: StateFolder, seen: Seen) -> list[Locked]:
    """Return an error for each cloud on which the programme is another state folder's."""
    return [refusal(view.cloud, found[0]) for view in seen if (found := others(state, view))]


def notes(state: StateFolder, seen: Seen) -> Iterator[Reason]:
    """Give what a plan tells of who has its clouds: another state folder, or nobody knows."""
    for view in seen:
        if view.claims is None:
            yield Reason(code="plan.claim-unknown", values={"cloud": view.cloud})
        for other in others(state, view)[:1]:
            yield Reason(code="plan.claimed", values={"cloud": view.cloud, **other.told()})


def claims_of_others(
    state: StateFolder, standings: Iterable[Standing], silent: Iterable[MigrateError]
) -> tuple[Mapping[str, object], ...]:
    """Return what a program is told of each cloud on which the programme is not this folder's, or may not be."""
    told: list[Mapping[str, object]] = []
    for view in standings:
        if view.claims is None:
            told.append({"cloud": view.cloud, "ours": None, "code": "claim.not-possible", "message": "-"})
        for other in others(state, view)[:1]:
            code = refusal(view.cloud, other).code
            told.append({"cloud": view.cloud, "ours": False, "code": code, **other.told()})
    told += [{"cloud": "?", **error.values, "ours": None, "code": error.code} for error in silent]
    return tuple(told)


def require_ours(state: StateFolder, seen: Sequence[CloudView | Standing]) -> None:
    """Check that the programme is nobody else's on the clouds that were looked at, and remember whose it is.

    Raises:
        Locked: `claim.held`, `claim.unreadable`.
    """
    for view in seen:
        if found := others(state, view):
            state.claims.keep(view.cloud, found[0])
    for error in locks(state, seen):
        raise error


def hold(
    shell: Shell, programme: Programme, state: StateFolder, clouds: Mapping[str, Cloud], evidence: Evidence
) -> None:
    """Have the programme on these clouds, or nothing is changed on any of them; twice is the same as once.

    One after the other and in one order, so that of two that begin at once one is stopped at its first cloud, and
    neither is left with a part of what both want.

    Raises:
        Locked: `claim.held`, `claim.unreadable`.
        Refused: `claim.not-possible`.
        CloudError: a cloud does not answer.
    """
    wanted = _wanted(programme, state)
    known = state.claims.known()
    for name in sorted(clouds):
        before = known.get(name)
        settled = before.id if before and before.state == wanted.state else ""
        try:
            held = clouds[name].hold(wanted, settled)
        except Locked as error:
            evidence.record("claim.refused", code=error.code, **error.values)
            raise
        if state.claims.keep(name, held):
            evidence.record("claim.held", cloud=name, **held.told())
        # Where machines share a database, its lease keeps them apart, and each has a copy of the folder.
        if held.place != wanted.place and not programme.database_url:
            shell.tell("claim.elsewhere", cloud=name, **held.told())


def hold_named(shell: Shell, programme: Programme, state: StateFolder, evidence: Evidence) -> list[MigrateError]:
    """Have the programme on every cloud that earlier runs worked on; return why not, of those that gave no answer.

    Raises:
        Locked: `cloud.another`; `claim.held`, `claim.unreadable`.
    """
    try:
        clouds, standings, silent = stand_named(shell, programme, state, evidence)
    except (Locked, StorageError):
        raise
    except MigrateError as error:  # such as a clouds.yaml that cannot be used
        return [error]
    require_ours(state, standings)
    for view in standings:
        try:
            hold(shell, programme, state, {view.cloud: clouds[view.cloud]}, evidence)
        except (Locked, StorageError):
            raise
        except MigrateError as error:
            silent.append(error)
    return silent


def stand_named(
    shell: Shell, programme: Programme, state: StateFolder, evidence: Evidence | None = None
) -> tuple[Mapping[str, Cloud], list[Standing], list[MigrateError]]:
    """Ask every cloud that earlier runs worked on which it is, and whose the programme is there.

    A folder that shares its record of lives with others by a database may have had no run of its own: then all.

    Raises:
        Locked: `cloud.another`.
    """
    named = state.clouds.known()
    names = [cloud.name for cloud in programme.clouds if cloud.name in named]
    if not names and programme.database_url:
        names = chosen_clouds(programme)
    clouds = clouds_of(shell, programme, names, evidence=evidence) if names else {}
    standings, silent = stand(clouds, programme)
    require_same(named, standings)
    return clouds, standings, silent


def is_here(state: StateFolder, claim: Claim) -> bool:
    """Tell whether a claim is this very folder's, not a copy's."""
    return bool(claim.state) and (claim.state, claim.place) == (state.id(), _place(state))


def _wanted(programme: Programme, state: StateFolder) -> Claim:
    user, host = _word(name_of(os.getuid()), 32), _word(socket.gethostname(), 63)
    return Claim(
        programme=programme.slug,
        state=state.ensure_id(),
        since=CLOCK.now().replace(microsecond=0),
        who=f"{user}@{host}",
        place=_place(state),
    )


def _place(state: StateFolder) -> str:
    return sha256(f"{socket.gethostname()}\0{state.path.resolve()}".encode(errors="surrogateescape")).hexdigest()[:12]


def _word(text: str, most: int) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", text)[:most] or "_"
