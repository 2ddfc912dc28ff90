"""What a tool is asked: one JSON object, of data alone; the programme's options stand in it and nowhere else."""

from __future__ import annotations

import json
from typing import Any

from orchestrator.adapters.tools.answers import CONTRACT
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Machine, Reach
from orchestrator.model.move import ExternalMove
from orchestrator.ports.move import Session, Sessions

QUICK, SECONDS, LONG = 60.0, 600.0, 8 * 3600.0  # to be asked something · to make ready · to compare everything
_HERE = Reach(address="localhost")
_SILENCE = json.dumps({"verb": "silence"})


def voice(move: ExternalMove, name: str = "tool", role: str = "") -> Voice:
    """Return the tool's voice; with a role, one that leaves nothing running."""
    return Voice(name=name, reach=_HERE, account="", program="external", role=role, database=move.slug, tool=move.tool)


def silence() -> str:
    """Return what ends whatever calls of an interrupted section still run."""
    return _SILENCE


def asked(move: ExternalMove, verb: str, *, back: bool = False, attempt: int = 0, **more: object) -> str:
    """Return a verb with all that goes with it; the same move and attempt give the same text."""
    source, target = _told(move.source), _told(move.target)
    told = {
        "contract": CONTRACT,
        "verb": verb,
        "system": move.system,
        "id": move.slug,
        "attempt": attempt,
        "back": back,
        "source": source,
        "target": target,
        "leaving": target if back else source,
        "opening": source if back else target,
        "options": dict(sorted(move.options.items())),
        **more,
    }
    return json.dumps(told, ensure_ascii=False)


def opened(move: ExternalMove, sessions: Sessions) -> Session:
    """Return a session of the tool."""
    return sessions.open(voice(move), seconds=QUICK)


def answer(session: Session, text: str, seconds: float) -> dict[str, Any]:
    """Return an answer that is more than a word."""
    found: dict[str, Any] = json.loads(session.ask(text, seconds))
    return found


def _told(machine: Machine) -> dict[str, object]:
    reach = machine.reach
    return {
        "name": machine.name,
        "address": machine.address,
        "ssh": {"address": reach.address, "user": reach.user, "port": reach.port, "options": dict(reach.algorithms)},
    }
