"""Views of moving data: approvals, a cutover before it begins, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.errors import ExitCode
from orchestrator.model.callers import Becomes, Call, CallStands
from orchestrator.model.frozen import Decision, Frozen, Outcome
from orchestrator.model.group import GroupPlan
from orchestrator.model.life import Life
from orchestrator.model.move import ONE_WAY, AnyMove, Kind, one_way
from orchestrator.model.moving import Act, Approval
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.written import Probed
from orchestrator.reporting.board import copy_of
from orchestrator.reporting.callers import call_data, call_lines, stands_data, stands_lines
from orchestrator.reporting.claims import claim_lines
from orchestrator.reporting.gates import gate_lines
from orchestrator.reporting.night_groups import group_text
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class ApprovalsView:
    """The approvals in a programme's folder."""

    approvals: Sequence[Approval]

    def data(self) -> object:
        """Return each approval with who signed it, or why its signature counts for nothing."""
        return {
            "approvals": [
                {
                    "system": each.system,
                    "act": each.act,
                    "digest": each.digest,
                    "by": each.principal,
                    "actor": each.actor,
                    "made": each.made,
                    "expires": each.expires,
                    "fault": each.fault,
                    "file": each.file,
                }
                for each in self.approvals
            ]
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a line for each."""
        if not self.approvals:
            yield say("approve.none")
        for each in self.approvals:
            if each.fault:
                yield say("approve.faulty", file=each.file, fault=say.either(each.fault, each.fault))
            else:
                yield say(
                    "approve.line",
                    system=each.system,
                    act=each.act,
                    digest=each.digest,
                    by=each.principal,
                    expires=each.expires.isoformat(timespec="minutes"),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class CutoverView:
    """A cutover or a rollback before it begins: the very list that runs, and what still forbids it.

    Attributes:
        act: `cutover` or `rollback`.
        digest: what an approval and a rehearsal name.
        lose: by table, rows of the target that a rollback would lose now.
        claims: of a dry run, the clouds on which the programme is another's, or nobody could tell.
        calls: of a dry run, what becomes of each interface; None: the list cannot be read.
        group: of a dry run, the dependency group that the plan of nights has it in.
    """

    act: Act
    life: Life
    move: AnyMove
    frozen: Frozen
    digest: str
    checks: Sequence[CheckResult]
    lose: Mapping[str, int] | None = None
    claims: Sequence[Mapping[str, object]] = ()
    calls: Sequence[Call] | None = ()
    group: GroupPlan | None = None

    @property
    def blocked(self) -> bool:
        """Tell whether anything forbids it; unknown forbids too."""
        return any(check.status is not CheckStatus.PASS for check in self.checks)

    def data(self) -> object:
        """Return life, list, gates and digest; deadlines in seconds."""
        return {
            "act": self.act,
            "system": self.life.system,
            "phase": self.life.phase,
            "attempt": self.life.attempt + 1,
            "method": self.move.method,
            "databases": self.move.databases,
            "leaving": self.frozen.leaving,
            "opening": self.frozen.opening,
            "frozen_seconds": self.frozen.seconds,
            "digest": self.digest,
            "lines": frozen_lines(self.frozen),
            "checks": self.checks,
            "one_way": one_way(self.move),
            "would_lose": self.lose,
            "claims": self.claims,
            "interfaces": None if self.calls is None else [call_data(call) for call in self.calls],
            "group": self.group,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the list with deadlines and undos, then what forbids it, then the digest."""
        from rich.table import Table

        yield say(
            f"move.{self.act}",
            system=self.life.system,
            leaving=self.frozen.leaving,
            opening=self.frozen.opening,
            method=say(f"move.method.{self.move.method}"),
            seconds=f"{self.frozen.seconds:g}",
        )
        table = Table(box=None, pad_edge=False)
        for column in ("no", "line", "deadline", "undo"):
            table.add_column(say(f"move.column.{column}"))
        for number, line in enumerate(self.frozen.lines, start=1):
            table.add_row(
                str(number),
                say(f"frozen.{line.name}") + (f"  {say('move.decides')}" if line.decides else ""),
                f"{line.deadline.total_seconds():g} s",
                say(f"frozen.{line.undo.name}") if line.undo else "–",
            )
        yield table
        for table_name, rows in (self.lose or {}).items():
            yield say("move.would-lose-rows", table=table_name, rows=rows)
        for check in self.checks:
            yield from gate_lines(check, say)
        yield from claim_lines(self.claims, say)
        if self.group:
            yield group_text(self.group, say)
        if self.act is Act.CUTOVER and one_way(self.move):
            yield say("move.one-way")
        if self.act is Act.CUTOVER:
            yield from call_lines(self.calls, self.life.system, say)
        yield say("move.digest", digest=self.digest)


def frozen_lines(frozen: Frozen) -> Sequence[Mapping[str, object]]:
    """Return the lines of a frozen section for programs; deadlines in seconds."""
    return [
        {
            "line": line.name,
            "voice": line.voice,
            "deadline_seconds": line.deadline,
            "holds_clients": line.counts,
            "beside": line.beside,
            "decides": line.decides,
            "undo": line.undo.name if line.undo else "",
        }
        for line in frozen.lines
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """What came of a cutover or a rollback.

    Attributes:
        checks: the comparison of both sides after opening.
        probed: what a client of ours met meanwhile; None: the programme declares none, and nobody measured.
        stands: the system's interfaces, looked at from their callers' side afterwards.
    """

    act: Act
    life: Life
    outcome: Outcome
    checks: Sequence[CheckResult]
    began: datetime
    probed: Probed | None = None
    stands: Sequence[CallStands] = ()

    @property
    def verified(self) -> bool:
        """Tell whether nothing was found different; a comparison that could not be made is none."""
        alike = all(check.status is CheckStatus.PASS for check in self.checks)
        # A caller whose address was to stay must go on; whoever has to be re-pointed is waited for.
        cut = any(each.call.becomes is Becomes.KEPT and each.check.status is CheckStatus.FAIL for each in self.stands)
        return alike and not cut and (self.probed is None or self.probed.clean)

    @property
    def exit_code(self) -> ExitCode:
        """What a command answers: 5 when a cutover was taken back, 6 when a rollback was not possible."""
        if self.outcome.decision is Decision.OPEN:
            return ExitCode.DONE if self.verified else ExitCode.FAILED
        return ExitCode.ROLLED_BACK if self.act is Act.CUTOVER else ExitCode.ROLLBACK_FAILED

    def data(self) -> object:
        """Return decision, gap and every line's times; seconds since clients were held."""
        outcome = self.outcome
        return {
            "act": self.act,
            "system": self.life.system,
            "phase": self.life.phase,
            "attempt": self.life.attempt,
            "decision": outcome.decision,
            "began": self.began,
            "held_seconds": round(outcome.seconds, 4),
            "failed": outcome.failed,
            "code": outcome.code,
            "values": outcome.values,
            "lines": [
                {"line": each.line, "voice": each.voice, "sent": each.sent, "answered": each.answered}
                for each in outcome.answers
            ],
            "checks": self.checks,
            "probe": asdict(self.probed) if self.probed else None,
            "interfaces": [stands_data(each) for each in self.stands],
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the sentence a person waits for, then what was compared."""
        told = {"system": self.life.system, "milliseconds": f"{self.outcome.seconds * 1000:.0f}"}
        yield say(f"move.{self.act}.{self.outcome.decision}", **told)
        if self.outcome.code:
            line = say(f"frozen.{self.outcome.failed}") if self.outcome.failed else "–"
            yield say("move.because", line=line, cause=say(self.outcome.code, **self.outcome.values))
        yield from self._probe_lines(say)
        for check in self.checks:
            yield from gate_lines(check, say)
        for each in self.stands:
            yield from stands_lines(each, say)
        if self.outcome.decision is Decision.OPEN and self.act is Act.CUTOVER:
            method = _behind(self.life)
            yield say.either(
                f"move.way-back.{method}", say("move.way-back", system=self.life.system), system=self.life.system
            )

    def _probe_lines(self, say: Say) -> Iterator[str]:
        if self.probed is None:
            kind = _kind(self.life)
            one_way = self.act is Act.ROLLBACK and _behind(self.life) in ONE_WAY
            unmeasured = {Kind.FILES: "probe.files", Kind.EXTERNAL: "probe.external", Kind.REHOST: "probe.rehost"}
            code = unmeasured.get(kind) or ("probe.one-way" if one_way else "probe.none")
            yield say(code, system=self.life.system, kind=kind)
        elif self.probed.fault:
            yield say("probe.fault", cause=say(self.probed.fault), error=self.probed.error or "–")
        else:
            yield say(
                "probe.read" if _kind(self.life) is Kind.STATIC else "probe.met",
                milliseconds=f"{self.probed.gap_seconds * 1000:.0f}",
                errors=self.probed.errors,
                rows=self.probed.rows,
                lost=self.probed.lost,
                doubled=self.probed.duplicated,
            )
            if self.probed.error:
                yield say("probe.first-error", error=self.probed.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesView:
    """What still forbids an act that has no list of lines."""

    act: Act
    life: Life
    digest: str
    checks: Sequence[CheckResult]

    @property
    def blocked(self) -> bool:
        """Tell whether anything forbids it; unknown forbids too."""
        return any(check.status is not CheckStatus.PASS for check in self.checks)

    def data(self) -> object:
        """Return the gates and the digest that an approval names."""
        return {"act": self.act, "system": self.life.system, "digest": self.digest, "checks": self.checks}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give each gate, then the digest."""
        for check in self.checks:
            yield from gate_lines(check, say)
        yield say("move.digest", digest=self.digest)


@dataclass(frozen=True, slots=True)
class LifeView:
    """Where systems that move stand, since when, and what each waits for."""

    lives: Sequence[Life]

    def data(self) -> object:
        """Return every life with its facts."""
        return {"lives": [life_data(life) for life in self.lives]}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give a table, and under it what is waited for."""
        from rich.table import Table

        if not self.lives:
            yield say("life.none-yet")
            return
        table = Table(box=None, pad_edge=False)
        for column in ("system", "phase", "since", "method", "copied", "rate", "left", "lag", "last"):
            table.add_column(say(f"life.column.{column}"))
        for life in self.lives:
            progress = life.facts.get("progress")
            told: Mapping[str, object] = progress if isinstance(progress, Mapping) else {}
            last = life.facts.get("last")
            held = f"{float(last['seconds']) * 1000:.0f} ms" if isinstance(last, Mapping) else "–"
            table.add_row(
                life.system,
                say(f"life.{life.phase}"),
                life.since.isoformat(sep=" ", timespec="minutes") if life.since else "–",
                say(f"move.method.{life.facts['method']}") if "method" in life.facts else "–",
                f"{sized(told.get('bytes_done'))}/{sized(told.get('bytes_all'))}" if told else "–",
                *_pace(life),
                _lag(told),
                held,
            )
        yield table
        for life in self.lives:
            if life.waits_for:
                yield say("life.waits", system=life.system, cause=say(life.waits_for, **life.waits))


def _lag(told: Mapping[str, object]) -> str:
    """Return how far a copy is behind: what is not followed yet, and how long the last of it took."""
    seconds = "" if told.get("lag_seconds") is None else f", {float(str(told['lag_seconds'])):.1f} s"
    return f"{told['lag_bytes']} B{seconds}" if told.get("lag_bytes") is not None else "–"


def life_data(life: Life) -> Mapping[str, object]:
    """Return a life for programs; the move itself, as it was begun, is in `facts.move`."""
    return {
        "system": life.system,
        "phase": life.phase,
        "since": life.since,
        "attempt": life.attempt,
        "waits_for": life.waits_for,
        "waits": life.waits,
        "facts": life.facts,
    }


def _pace(life: Life) -> tuple[str, str]:
    """Return the rate of a copy and the time that a first one still takes."""
    from orchestrator.reporting.runs import elapsed

    copy = copy_of(life, life.since) if life.since else None  # whether the look is of now is not told here
    rate = f"{sized(round(copy.rate))}/s" if copy and copy.rate else "–"
    return rate, elapsed(copy.left) if copy and copy.left is not None else "–"


def sized(value: object) -> str:
    """Return bytes in the unit that leaves one to four digits before the point."""
    if not isinstance(value, int) or isinstance(value, bool):
        return "?"
    size, unit = float(value), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"


def _kind(life: Life) -> Kind:
    """Return the kind of what moves; a life that was begun before there were kinds names none."""
    move = life.facts.get("move")
    return Kind(move.get("kind", Kind.POSTGRESQL)) if isinstance(move, Mapping) else Kind.POSTGRESQL


def _behind(life: Life) -> object:
    """Return the method that says what a way back means: of several parts the database's, where nothing follows it."""
    move = life.facts.get("move")
    database = move.get("database") if isinstance(move, Mapping) else None
    method = database.get("method") if isinstance(database, Mapping) else None
    return method if method in ONE_WAY else life.facts.get("method")
