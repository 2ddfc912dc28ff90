"""View of an image that was made of a machine's disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrator.errors import ExitCode
from orchestrator.model.life import Life
from orchestrator.model.result import CheckResult, Ensured
from orchestrator.reporting.gates import gate_lines
from orchestrator.reporting.texts import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagedView:
    """What came of it.

    Attributes:
        image: None where a check forbade it.
        left: what could not be taken away again on the keeper.
        running: whether its system went on writing.
    """

    life: Life
    cloud: str
    checks: Sequence[CheckResult]
    image: Ensured | None
    left: Sequence[str]
    running: bool

    @property
    def exit_code(self) -> ExitCode:
        """What a command answers: 4 where a check forbade it, 6 when something is left that a person must look at."""
        if self.left:
            return ExitCode.ROLLBACK_FAILED
        return ExitCode.DONE if self.image else ExitCode.REFUSED

    def data(self) -> object:
        """Return the image with its size and sum, the checks, and what is left."""
        image = self.image
        return {
            "act": "image",
            "system": self.life.system,
            "phase": self.life.phase,
            "cloud": self.cloud,
            "running": self.running,
            "image": {"id": image.id, "name": image.name, **image.detail} if image else None,
            "checks": self.checks,
            "left": self.left,
        }

    def lines(self, say: Say) -> Iterator[str]:
        """Give the image or what forbade it, then the checks."""
        told = {"system": self.life.system, "cloud": self.cloud}
        if self.image:
            detail = self.image.detail
            yield say(
                "image.made",
                name=self.image.name,
                id=self.image.id,
                size=detail["size"],
                sha256=detail["sha256"],
                **told,
            )
            if self.running:
                yield say("image.running")
            if detail["left"]:
                yield say("image.older", left=detail["left"])
        else:
            yield say("image.none", **told)
        if self.left:
            yield say("rehearsal.left", system=self.life.system, left=", ".join(self.left))
            yield f"    → {say('rehearsal.left.remedy', system=self.life.system)}"
        for check in self.checks:
            yield from gate_lines(check, say)
