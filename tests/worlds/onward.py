"""What `migrate batch` does once its servers stand: `python -m tests.worlds.onward FOLDER ADDRESS,… KEY,… UNTIL`.

Runs where the controller is, so that it reaches the machines as the tool does. The cloud says where the targets are, in
the order of systems, and whose the programme is; their servers count as made and configured by an earlier run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from orchestrator.adapters.state import PinnedHostKeys
from orchestrator.cli import onward as module
from orchestrator.cli.output import Shell
from orchestrator.cli.programme import load
from orchestrator.cli.session import Session, session
from orchestrator.execution.history import newest
from orchestrator.execution.prepare import Prepared, prepare
from orchestrator.model.claim import Claim, refusal
from orchestrator.model.life import Phase
from orchestrator.model.plan import ServerSpec, SystemSpec
from orchestrator.model.result import Observed, RunStatus, SystemRun
from orchestrator.ports import Cloud

# While this file is in the programme's folder, the programme is another state folder's.
TAKEN = "taken"


class Servers:
    """The part of the `Cloud` port that finding a target asks for: server's name → address."""

    def __init__(self, addresses: Mapping[str, str], folder: Path) -> None:
        self._addresses = addresses
        self._other = folder / TAKEN

    def find(self, spec: ServerSpec) -> Observed:
        return Observed(kind="server", id=f"id-{spec.name}", name=spec.name, cloud="c", system="", key="")

    def hold(self, claim: Claim, settled: str = "") -> Claim:
        if self._other.exists():
            since = datetime(2026, 1, 1, tzinfo=UTC)
            raise refusal("c", replace(claim, id="g-2", state="a" * 32, since=since, who="op@elsewhere"))
        return replace(claim, id=settled or "g-1")

    def address(self, server: Observed) -> str:
        return self._addresses[server.name]


class Done:
    """A held programme whose batch was run: every system's servers stand."""

    def __init__(self, held: object, specs: Mapping[str, SystemSpec]) -> None:
        self._held = held
        self._specs = specs

    def __getattr__(self, name: str) -> object:
        return getattr(self._held, name)

    def runs(self) -> tuple[SystemRun, ...]:
        return tuple(
            SystemRun(system=system, batch=1, workflow=system, attempt=1, status=RunStatus.DONE)
            for system in self._specs
        )


def main() -> None:
    folder, addresses, keys, until = sys.argv[1:]
    shell = Shell(folder=Path(folder))
    programme, listing = load(shell)
    prepared = prepare(programme, listing, 1, roles={})
    specs = {plan.system: plan.spec for plan in prepared.plan.systems if plan.spec}
    with session(shell, programme, 1, ["batch", "1"]) as ours:
        servers = [
            item.name
            for _, spec in sorted(specs.items())
            for part in spec.parts
            for item in part.objects
            if isinstance(item, ServerSpec)
        ]
        for server, key in zip(servers, keys.split(","), strict=True):
            PinnedHostKeys(ours.state.path / "host-keys.json").pin("c", f"id-{server}", (key,))
        done = cast(Session, Done(ours, specs))
        assert newest(done.runs())
        clouds = {"c": cast(Cloud, Servers(dict(zip(servers, addresses.split(","), strict=True)), shell.folder))}
        seen: Prepared = replace(prepared, clouds=clouds)
        code, _ = module.onward(done, seen, listing, until=Phase(until), output="table")
    sys.exit(int(code))


if __name__ == "__main__":
    main()
