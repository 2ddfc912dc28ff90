"""A gate's verdict in words."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.texts import Say


def gate_lines(check: CheckResult, say: Say) -> Iterator[str]:
    """Give a gate's verdict in words, with what helps where it forbids."""
    values = {"subject": check.subject, **check.values}
    reason = check.values.get("reason", "")
    code = f"{check.code}.{reason}" if reason else check.code
    yield f"{say(f'verdict.{check.status}')}  {say.either(code, say(check.code, **values), **values)}"
    if check.status is not CheckStatus.PASS and (remedy := say.either(f"{check.code}.remedy", **values)):
        yield f"    → {remedy}"
