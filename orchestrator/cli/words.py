"""The language of this process: from `--lang`, `MIGRATE_LANG` or the locale; known before any command loads."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from orchestrator.reporting.texts import Lang, Say


def choose(arguments: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """Return the language that the arguments, else the environment, ask for; English if none."""
    wanted = ""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    names = (wanted, *(environ.get(name, "") for name in ("MIGRATE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")))
    first = next((name for name in names if name), "")
    return "zh" if first.lower().startswith("zh") else "en"


say = Say(choose(sys.argv[1:], os.environ))
