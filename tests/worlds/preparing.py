"""`migrate dr prepare` and `drop` of a world's system, whatever kind of database it is."""

from __future__ import annotations

import json
from typing import Any

from tests.worlds.recovery import World


def prepare(made: World, *words: str, expect: int) -> Any:
    return json.loads(made.migrate("dr", "prepare", "S-1", *words, "-o", "json", expect=expect))


def drop(made: World, *words: str, expect: int) -> Any:
    return json.loads(made.migrate("dr", "drop", "S-1", *words, "-o", "json", expect=expect))


def refused(made: World) -> list[str]:
    """Return what forbids it; nothing was done."""
    came = prepare(made, expect=4)
    assert not came["steps"]
    return [
        check["code"].removeprefix("prepare.")
        for check in came["checks"]
        if check["status"] != "pass" and check["code"] not in came["warnings"]
    ]
