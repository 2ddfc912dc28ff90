"""What a cloud is told about the server that starts from a disk's copy: a line is a word and what it needs, as JSON.

`state` answers how the server stands; `send` sends what the keeper made fit, `start` has the server run from it, and
`resume` from whatever it has; `answer` waits until what runs there lets us in, by the source's own host key, and each
of its ports says something; `stop` has it off.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from orchestrator.adapters.movers.rehost.shell import final
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import CloudServer
from orchestrator.model.move import RehostMove

VOICE = "cloud"


def voice(server: CloudServer) -> Voice:
    """Return who speaks to the server's cloud."""
    return Voice(name=VOICE, reach=server.reach, account=server.cloud, program="cloud", ours=False)


def line(word: str, move: RehostMove, server: CloudServer) -> str:
    """Return a line."""
    told: dict[str, object] = {"server": asdict(server)}
    if word == "send":
        told |= {"keeper": asdict(move.target), "path": f"{final(move)}/disk.raw", "size": move.size}
    if word == "answer":
        told |= {"ports": list(move.answers)}
    return f"{word} {json.dumps(told)}"
