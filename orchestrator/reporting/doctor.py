"""What `migrate doctor` found on this machine, in the programme and on its clouds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

_STYLES = {CheckStatus.PASS: "green", CheckStatus.FAIL: "bold red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorView:
    """Every check with its verdict."""

    checks: tuple[CheckResult, ...]

    @property
    def healthy(self) -> bool:
        """Tell whether every check passed; unknown is not pass."""
        return all(check.status is CheckStatus.PASS for check in self.checks)

    def data(self) -> object:
        """Return the checks."""
        return {"healthy": self.healthy, "checks": self.checks}

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return one line for each check, and what to do about those that did not pass."""
        from rich.text import Text

        for check in self.checks:
            words = say(check.code, subject=check.subject, **check.values)
            verdict = Text(f"{say(f'doctor.status.{check.status}'):<8}", style=_STYLES.get(check.status, "yellow"))
            yield verdict.append(words, style="default")
            remedy = say.either(f"{check.code}.remedy", subject=check.subject, **check.values)
            if remedy and check.status is not CheckStatus.PASS:
                yield f"        → {remedy}"
