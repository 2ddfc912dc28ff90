"""What a batch's preflight says: of each system the method, and every finding with what it speaks against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestrator.checks.preflight import Finding
from orchestrator.checks.preflighted import Begun, Judged, Preflighted, Unasked
from orchestrator.errors import ExitCode, worst
from orchestrator.model.callers import Becomes, Call
from orchestrator.model.result import CheckStatus
from orchestrator.reporting.callers import call_data, call_lines
from orchestrator.reporting.texts import Say
from orchestrator.reporting.visible import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

_CODES = {CheckStatus.PASS: ExitCode.DONE, CheckStatus.FAIL: ExitCode.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightView:
    """Every system of a batch whose data is declared to move; `left` are those that declare none.

    Attributes:
        names: system → its unit and name, as the list has them.
        page: the file that the same was written to.
        calls: system → its interfaces, as its switch leaves them.
    """

    batch: int
    systems: Sequence[Preflighted]
    left: Sequence[str] = ()
    names: Mapping[str, str]
    page: str = ""
    calls: Mapping[str, Sequence[Call]] = field(default_factory=dict)

    @property
    def exit_code(self) -> ExitCode:
        """4: a system cannot be moved as it is; 1: nobody can tell of one or of an interface; else 0."""
        unknown = any(call.becomes is Becomes.UNKNOWN for calls in self.calls.values() for call in calls)
        told = [ExitCode.FAILED] if unknown else []
        return worst(ExitCode.DONE, *told, *(_CODES.get(each.status, ExitCode.FAILED) for each in self.systems))

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many systems pass, fail, or cannot be told."""
        return {
            str(status): sum(each.status is status for each in self.systems)
            for status in (CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNKNOWN)
        }

    def data(self) -> object:
        """Return each system with its method, its findings and what each speaks against."""
        return {
            "batch": self.batch,
            "counts": self.counts,
            "systems": [
                {**_data(each), "interfaces": [call_data(call) for call in self.calls.get(each.system, ())]}
                for each in self.systems
            ],
            "left": self.left,
            "page": self.page or None,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give a line for each system, under it what was found and what helps, and the sum."""
        from orchestrator.reporting.verdicts import verdict_word

        for each in self.systems:
            told = (f"  {each.system}  {self.names.get(each.system, '')} · ", outcome(each, say))
            yield verdict_word(say, each.status).append("".join(told), style="default")
            for finding in findings(each):
                yield f"    {weight(finding, say)} {cause(finding, say)}"
                if helps := remedy(finding, say):
                    yield f"      → {helps}"
            yield from (f"    {line}" for line in interfaces(self, each, say))
            if isinstance(each, Unasked) and (helps := say.either(f"{each.code}.remedy", **each.values)):
                yield f"      → {helps}"
        yield say("preflight.counts", batch=self.batch, **self.counts)
        if self.left:
            yield say("preflight.left", count=len(self.left), systems=", ".join(self.left))
        if self.page:
            yield say("preflight.page", path=self.page)


def findings(each: Preflighted) -> Iterable[Finding]:
    """Return a system's findings: what leaves no method first, warnings last."""
    if not isinstance(each, Judged):
        return ()
    return sorted(each.findings, key=lambda found: -len(set(found.against) & set(each.able)))


def interfaces(view: PreflightView, each: Preflighted, say: Say) -> Iterable[str]:
    """Say what becomes of a system's interfaces; nothing where the list names none."""
    calls = view.calls.get(each.system)
    return call_lines(calls, each.system, say) if calls else ()


def outcome(each: Preflighted, say: Say) -> str:
    """Return what follows for a system."""
    if isinstance(each, Begun):
        method = str(each.life.facts.get("method", ""))
        told = say.either(f"move.method.{method}", method)
        return say("preflight.begun", phase=say(f"life.{each.life.phase}"), method=told)
    if isinstance(each, Unasked):
        return say("preflight.unasked", cause=say.either(each.code, each.code, **each.values))
    kind = say(f"preflight.kind.{each.kind}")
    if each.method is None:
        return say(f"preflight.{'unknown' if each.status is CheckStatus.UNKNOWN else 'none'}", kind=kind)
    how = "declared" if each.declared else "chosen"
    told = ", ".join(f"{say(f'preflight.kind.{part}')} {say(f'move.method.{by}')}" for part, by in each.parts.items())
    method = say(f"move.method.{each.method}") + (f" ({told})" if told else "")
    return say(f"preflight.{how}", kind=kind, method=method)


def weight(finding: Finding, say: Say) -> str:
    """Return which methods a finding speaks against, or that it is a warning."""
    if not finding.against:
        return say("preflight.warning")
    return say("preflight.against", methods=", ".join(say(f"move.method.{method}") for method in finding.against))


def cause(finding: Finding, say: Say) -> str:
    """Return what was found, and on what of which side: a table, a database, a server."""
    result = finding.result
    told = say.either(result.code, result.code, subject=result.subject, **result.values)
    # Of a question without an answer the subject is the rule that asked it.
    return told if result.status is CheckStatus.UNKNOWN or not result.subject else f"{one_line(result.subject)}: {told}"


def remedy(finding: Finding, say: Say) -> str:
    """Return what helps."""
    result = finding.result
    return say.either(f"{result.code}.remedy", subject=result.subject, **result.values)


def _data(each: Preflighted) -> Mapping[str, object]:
    told: dict[str, object] = {"system": each.system, "status": each.status}
    if isinstance(each, Begun):
        facts = each.life.facts
        return {
            **told,
            "phase": each.life.phase,
            "method": facts.get("method"),
            "against": facts.get("against", ""),
            "warnings": facts.get("warnings", ""),
        }
    if isinstance(each, Unasked):
        return {**told, "error": {"code": each.code, "values": each.values}}
    return {
        **told,
        "kind": each.kind,
        "method": each.method,
        "declared": each.declared,
        "parts": each.parts,
        "findings": [
            {
                "code": found.result.code,
                "status": found.result.status,
                "subject": found.result.subject,
                "values": found.result.values,
                "against": found.against,
            }
            for found in each.findings
        ],
    }
