"""What a trial of a tool has shown, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType

from orchestrator.model.move import Tool
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.texts import Say
from orchestrator.reporting.verdicts import verdict_word
from orchestrator.reporting.visible import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """The verdict on each rule; a rule of which nobody can tell is one about what the tool leaves out."""

    tool: Tool
    checks: Sequence[CheckResult]

    @property
    def right(self) -> bool:
        """Tell whether no rule is broken."""
        return not any(check.status is CheckStatus.FAIL for check in self.checks)

    def data(self) -> object:
        """Return the tool by its bytes, and every rule."""
        return {"tool": self.tool.name, "digest": self.tool.digest, "right": self.right, "checks": self.checks}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give each rule with its verdict and what was seen."""
        for check in self.checks:
            line = verdict_word(say, check.status).append(f"  {say(check.code)}", style="default")
            said = check.values["said"]
            yield line if said == "-" else line.append(f"  ({one_line(said)})", style="dim")
        counted = {status: sum(check.status is status for check in self.checks) for status in CheckStatus}
        yield say(
            "external.trial",
            tool=self.tool.name,
            digest=self.tool.digest,
            kept=counted[CheckStatus.PASS],
            broken=counted[CheckStatus.FAIL],
            unknown=counted[CheckStatus.UNKNOWN],
        )
