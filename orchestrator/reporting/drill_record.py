"""The record of a drill (灾备演练记录): what the evidence keeps of it, and how far that evidence is to be believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from orchestrator.checks.replicas.verdict import span
from orchestrator.model.document import Block, Document, Grid, Heading, Paragraph
from orchestrator.model.drill import PARTS, DrillStep
from orchestrator.model.drill_record import DrillRecord, WholeDrill
from orchestrator.model.schedule import BEIJING
from orchestrator.reporting.reasons import clean, word
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

# What officials ask first, in this order; whatever else was checked follows them.
_ISOLATION = ("drill.network", "drill.way", "drill.sockets", "drill.settings")
_DATA = ("drill.answer", "drill.rows")
_TIMES = ("drill.rto", "drill.rpo")
_SIGNERS = ("lead", "overseer", "recorder")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """A record on a screen, and the files it was written to."""

    record: DrillRecord
    files: tuple[str, ...] = ()

    def data(self) -> Mapping[str, object]:
        """Return the drill as it is kept, the judgement on the evidence, and the files; times in seconds."""
        record, whole, drill = self.record, self.record.whole, self.record.whole.drill
        return {
            "act": "record",
            "system": drill.system,
            "replica": drill.key,
            "drill": drill.id,
            "at": drill.at,
            "passed": whole.passed and not record.contradicted,
            "sound": drill.sound,
            "rto_seconds": drill.rto,
            "rpo_seconds": drill.rpo,
            "wanted": {"rto_seconds": record.policy.rto, "rpo_seconds": record.policy.rpo},
            "steps": [{"step": step, "seconds": seconds} for step, seconds in whole.seconds.items()],
            "checks": whole.checks,
            "failed": drill.failed,
            "code": whole.code,
            "left": whole.left,
            "unended": record.unended,
            "evidence": {
                "word": record.standing,
                "seq": whole.seq,
                "hash": whole.hash,
                "anchored_through": record.through or None,
                "entries": record.entries,
                "head": record.head,
            },
            "files": self.files,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give what it was, its conclusion, and the word on its evidence."""
        for name, value in _facts(self.record, say):
            yield f"{name}: {value}"
        yield from _conclusion(self.record, say)
        yield from _evidence(self.record, say)
        yield from (say("cutover.written", path=path) for path in self.files)
        if not self.files:
            yield say("cutover.not-written")


def document_of(record: DrillRecord, say: Say) -> Document:
    """Return the record as a document with blank lines for three signatures."""
    whole, shown = record.whole, {*_ISOLATION, *_DATA, *_TIMES}
    others = tuple(code for code in whole.checks if code not in shown)
    return Document(
        lang="zh-CN" if say.lang == "zh" else "en",
        title=(clean(record.title), say("drill.record.title")),
        subtitle=f"{clean(whole.drill.system)} {clean(record.name)}",
        blocks=(
            *([Paragraph(text=say("cutover.synthetic"))] if record.synthetic else []),
            Grid(name="facts", header=_words(say, "item", "content"), rows=tuple(_facts(record, say)), shares=(25, 75)),
            *_part("purpose", (say("drill.record.purpose.text"), say("drill.record.scope.text")), say),
            *_part("steps", (), say),
            _steps(whole, say),
            *_part("times", (), say),
            _times(record, say),
            Paragraph(text=say("drill.record.times.text")),
            *_checks("isolation", _ISOLATION, whole, say),
            *_checks("data", _DATA, whole, say),
            *(_checks("others", others, whole, say) if others else ()),
            *_part("left", (_left(whole, say),), say),
            *_part("conclusion", _conclusion(record, say), say),
            *_part("evidence", _evidence(record, say), say),
            *_part("signatures", (), say),
            _signatures(say),
        ),
    )


def _part(name: str, texts: Iterable[str], say: Say) -> tuple[Block, ...]:
    return Heading(level=1, text=say(f"drill.record.{name}")), *(Paragraph(text=text) for text in texts)


def _facts(record: DrillRecord, say: Say) -> Iterator[tuple[str, str]]:
    drill = record.whole.drill
    facts = {
        "system": f"{drill.system} {record.name}",
        "unit": record.unit,
        "replica": word(say, "drill.record.kind", drill.kind),
        "machine": f"{drill.address}:{drill.port}",
        "began": say("drill.record.at", at=f"{drill.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"),
        "drill": drill.id,
        "actor": record.whole.actor,
    }
    for name, value in facts.items():
        yield say(f"drill.record.{name}"), clean(value)


def _steps(whole: WholeDrill, say: Say) -> Grid:
    def came(step: DrillStep) -> str:
        if step not in whole.seconds:
            return say("drill.record.not-reached")
        return say("drill.record.failed-here" if whole.drill.failed == step else "drill.record.done")

    rows = (
        (str(number), say(f"drill.step.{step}"), _seconds(whole.seconds.get(step)), came(step))
        for number, step in enumerate(DrillStep, start=1)
    )
    header = _words(say, "no", "step", "seconds", "result")
    return Grid(name="steps", header=header, rows=tuple(rows), shares=(8, 56, 16, 20))


def _times(record: DrillRecord, say: Say) -> Grid:
    whole, policy = record.whole, record.policy

    def row(name: str, measured: float | None, wanted: timedelta | None) -> tuple[str, str, str, str]:
        met = _verdict(whole.checks.get(f"drill.{name}"), say)
        limit = say("drill.record.unset") if wanted is None else span(wanted.total_seconds())
        return say(f"drill.record.{name}"), _seconds(measured), limit, met

    parts = tuple(
        (say("drill.record.part", part=say(f"drill.part.{step}")), _seconds(whole.seconds.get(step)), "—", "—")
        for step in PARTS
    )
    return Grid(
        name="times",
        header=_words(say, "item", "seconds", "wanted", "met"),
        rows=(row("rto", whole.drill.rto, policy.rto), *parts, row("rpo", whole.drill.rpo, policy.rpo)),
        shares=(40, 20, 20, 20),
    )


def _checks(name: str, codes: tuple[str, ...], whole: WholeDrill, say: Say) -> tuple[Block, ...]:
    rows = tuple((_check(code, say), _verdict(whole.checks.get(code), say)) for code in codes)
    grid = Grid(name=name, header=_words(say, "item", "result"), rows=rows, shares=(75, 25))
    return *_part(name, (), say), grid


def _conclusion(record: DrillRecord, say: Say) -> Iterator[str]:
    """Give whether it passed; otherwise the step, what did not pass, and the remedies that need no word of that day."""
    whole, failed = record.whole, record.whole.drill.failed
    if record.contradicted:
        yield say("drill.record.void")
    elif whole.passed:
        yield say("drill.record.passed")
    else:
        yield say("drill.record.failed")
    if failed:
        yield say("drill.record.stopped", step=word(say, "drill.step", failed))
    for code in (*whole.wrong, *([whole.code] if whole.code else [])):
        told = _verdict(whole.checks[code], say) if code in whole.checks else say("drill.record.cause")
        yield say("drill.record.wrong", what=_check(code, say), told=told)
        remedy = say.either(f"{code}.remedy", system=whole.drill.system)
        if remedy and "{" not in remedy:
            yield f"→ {remedy}"
    if whole.left:
        yield _left(whole, say)
    if record.unended:
        yield say("drill.unended", system=clean(whole.drill.system))


def _evidence(record: DrillRecord, say: Say) -> Iterator[str]:
    yield say("drill.record.entry", seq=record.whole.seq, hash=clean(record.whole.hash))
    yield say(f"drill.record.word.{record.standing}", through=record.through)
    yield say("drill.record.head", seq=record.entries, head=clean(record.head))


def _left(whole: WholeDrill, say: Say) -> str:
    if not whole.left:
        return say("drill.record.nothing-left" if DrillStep.REMOVE in whole.seconds else "drill.record.left-unknown")
    return say("drill.record.left.text", count=whole.left, system=clean(whole.drill.system))


def _signatures(say: Say) -> Grid:
    return Grid(
        name="signatures",
        header=_words(say, "role", "signed", "day"),
        rows=tuple((say(f"drill.record.{name}"), "", "") for name in _SIGNERS),
        shares=(30, 40, 30),
        tall=True,
        together=True,
    )


def _words(say: Say, *names: str) -> tuple[str, ...]:
    return tuple(say(f"drill.record.column.{name}") for name in names)


def _check(code: str, say: Say) -> str:
    return word(say, "drill.record.check", code.removeprefix("drill."))


def _verdict(status: str | None, say: Say) -> str:
    return say("drill.record.not-checked") if status is None else word(say, "verdict", status)


def _seconds(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds:.2f}"
