"""What `migrate preflight` does after a look at its clouds: `python -m tests.worlds.preflight FOLDER ADDRESS KEY PAGE`.

Runs where the controller is; the cloud says where the target is, as in `tests.worlds.onward`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

from orchestrator.adapters.state import PinnedHostKeys
from orchestrator.cli.output import Shell
from orchestrator.cli.preflight import answer, ask
from orchestrator.cli.programme import load
from orchestrator.cli.wiring import state_of
from orchestrator.execution.prepare import prepare
from orchestrator.model.plan import ServerSpec
from orchestrator.ports import Cloud
from tests.worlds.onward import Servers


def main() -> None:
    folder, address, key, page = sys.argv[1:]
    shell = Shell(folder=Path(folder))
    programme, listing = load(shell)
    prepared = prepare(programme, listing, 1, roles={})
    specs = {plan.system: plan.spec for plan in prepared.plan.systems if plan.spec}
    names = [item.name for spec in specs.values() for part in spec.parts for item in part.objects
             if isinstance(item, ServerSpec)]  # fmt: skip
    state = state_of(shell)
    state.ensure()
    for name in names:
        PinnedHostKeys(state.path / "host-keys.json").pin("c", f"id-{name}", (key,))
    clouds = {"c": cast(Cloud, Servers(dict.fromkeys(names, address), shell.folder))}
    found = ask(shell, programme, listing, replace(prepared, clouds=clouds), specs)
    sys.exit(answer(shell, programme, listing, found, [], 1, page=Path(page), mode=0o640, output="json"))


if __name__ == "__main__":
    main()
