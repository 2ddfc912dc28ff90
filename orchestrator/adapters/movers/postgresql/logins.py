"""Whether applications will get in where they are sent: their roles' stored secrets on both sides, and nobody else."""

from __future__ import annotations

import json

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.sql import LOGINS, names
from orchestrator.model.move import DatabaseMove, Method
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Sessions


def check_logins(move: DatabaseMove, sessions: Sessions, *, back: bool) -> tuple[CheckResult, ...]:
    """Compare what was copied once, and may have been changed since, before anybody relies on it.

    A password that was changed on the side that is left is not replicated: its owner would be refused by the side that
    opens. A role that may log in and came after the preparation would be let in by a side that is fenced.
    """
    if move.method is Method.DUMP:
        return ()
    leaving, opening = (sessions.open(admin(side, "postgres"), seconds=SECONDS) for side in move.ends(back=back))
    # Compared by their hashes: a stored secret is sent nowhere that it is not needed.
    asked = (
        "SELECT coalesce(jsonb_object_agg(rolname, md5(coalesce(rolpassword, ''))), '{}') FROM pg_authid"
        f" WHERE rolname IN ({names(move.roles)});"
    )
    here, there = (json.loads(session.ask(asked, SECONDS)) for session in (leaving, opening))
    differ = [role for role in move.roles if here.get(role) is None or here.get(role) != there.get(role)]
    checks = [_check("move.gate.secrets", differ)]
    if not back:  # what else may log in where the target opened was there before, and is its own
        found = json.loads(leaving.ask(f"SELECT {LOGINS};", SECONDS))
        checks.append(_check("move.gate.logins", sorted(set(found) - set(move.roles))))
    return tuple(checks)


def _check(code: str, roles: list[str]) -> CheckResult:
    values = {"count": str(len(roles)), "roles": ", ".join(roles[:5]) or "-"}
    return CheckResult(code=code, status=CheckStatus.FAIL if roles else CheckStatus.PASS, values=values)
