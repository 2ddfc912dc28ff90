"""View of what was found on source machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.plan import SourceSpec
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

_COLUMNS = ("address", "os", "arch", "cpus", "ram_mib", "disk_used_gib", "listening")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One source machine: the checks and the facts it told."""

    system: str
    source: SourceSpec
    checks: Sequence[CheckResult]
    facts: Mapping[str, str]

    @property
    def status(self) -> CheckStatus:
        """The gravest of its checks: error, fail, unknown, pass."""
        found = {check.status for check in self.checks}
        order = (CheckStatus.ERROR, CheckStatus.FAIL, CheckStatus.UNKNOWN, CheckStatus.PASS)
        return next((status for status in order if status in found), CheckStatus.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """All machines that were probed."""

    machines: Sequence[Probed]

    @property
    def good(self) -> bool:
        """Whether every check of every machine passed."""
        return all(machine.status is CheckStatus.PASS for machine in self.machines)

    def data(self) -> object:
        """Return each machine with status, checks and facts, and how many have each status."""
        return {
            "counts": Counter(machine.status.value for machine in self.machines),
            "machines": [
                {
                    "system": machine.system,
                    "server": machine.source.server,
                    "address": machine.source.address,
                    "port": machine.source.port,
                    "status": machine.status,
                    "checks": machine.checks,
                    "facts": machine.facts,
                }
                for machine in self.machines
            ],
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a table of the machines, what is not as it should be, and a sum."""
        from rich.table import Table
        from rich.text import Text

        table = Table(*(say(f"source.column.{name}") for name in ("status", "server", *_COLUMNS)))
        for machine in self.machines:
            told = {"address": machine.source.address, **machine.facts}
            cells = (Text(told.get(name, "")) for name in _COLUMNS)
            table.add_row(say(f"status.{machine.status}"), machine.source.server, *cells)
        if self.machines:
            yield table
        for machine in self.machines:
            for check in machine.checks:
                if check.status is not CheckStatus.PASS:
                    yield f"{say(f'status.{check.status}')} {check.subject}: {say(check.code, **check.values)}"
                    yield f"  → {say(f'{check.code}.remedy', **check.values)}"
        passed = sum(machine.status is CheckStatus.PASS for machine in self.machines)
        yield say("source.summary", passed=passed, count=len(self.machines))
