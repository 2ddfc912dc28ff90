"""A report's files, and the command's answer that names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from orchestrator.checks.lights import Light
from orchestrator.reporting.centre import CentreWords
from orchestrator.reporting.report.contents import Report
from orchestrator.reporting.report.words import Words
from orchestrator.reporting.texts import Lang, Say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """One file: `kind` is html, ledger, lists, rooms, closeout, recovery or notice."""

    kind: str
    name: str
    content: bytes


def render_files(report: Report, say: Say, formats: Sequence[str]) -> tuple[ReportFile, ...]:
    """Return the files of a report in the language and formats (html, xlsx) asked for; nothing is written."""
    return tuple(_files(report, say, formats))


def _files(report: Report, say: Say, formats: Sequence[str]) -> Iterator[ReportFile]:
    if "html" in formats:
        from orchestrator.reporting.report.page import render_page

        yield _file("html", say, render_page(report, say).encode())
    if "xlsx" in formats:
        from orchestrator.reporting.report.forms import WORKBOOKS
        from orchestrator.reporting.report.workbook import render_workbook

        for kind, forms in WORKBOOKS.items():
            sheets = forms(report, Words(say))
            if not sheets:
                continue
            yield _file(kind, say, render_workbook(sheets, report, say))


def _file(kind: str, say: Say, content: bytes) -> ReportFile:
    return ReportFile(kind=kind, name=say(f"report.file.{kind}"), content=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """What was written: the files with their digests, and what the leader's page says."""

    report: Report
    folder: str
    lang: Lang
    files: tuple[ReportFile, ...]

    def data(self) -> object:
        """Return the answer as values."""
        report = self.report
        return {
            "programme": report.programme,
            "as_of": report.at,
            "baseline": report.baseline,
            "level": report.level,
            "synthetic": report.synthetic,
            "data_digest": report.digest,
            "evidence": {"seq": report.evidence[0], "head": report.evidence[1]} if report.evidence else None,
            "lang": self.lang,
            "folder": self.folder,
            "files": [
                {
                    "kind": file.kind,
                    "name": file.name,
                    "bytes": len(file.content),
                    "sha256": sha256(file.content).hexdigest(),
                }
                for file in self.files
            ],
            "headlines": [
                {
                    "formula": ratio.formula,
                    "percent": ratio.percent(),
                    "numerator": ratio.numerator,
                    "denominator": ratio.denominator,
                    "unit": ratio.unit,
                }
                for ratio in report.headlines
            ],
            "concerns": [
                {
                    "code": one.code,
                    "light": one.light,
                    "subject": one.subject,
                    "values": one.values,
                    "ids": one.ids,
                    "units": [{"unit": unit, "rows": rows} for unit, rows in one.units],
                    "change": one.change,
                }
                for one in report.concerns
            ],
            "before": report.before,
            "changes": report.changes,
            "ranking": report.ranking,
            "lights": self._lights(),
            "overdue": [{"kind": one.kind, "id": one.id, "due": one.due, "days": one.days} for one in report.overdue],
            "closed_out": [{"kind": one.kind, "id": one.id, "evidence": one.evidence} for one in report.closed],
            "recovery": report.centre.data() if report.centre else None,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a line for each file, then the sums."""
        for file in self.files:
            digest = sha256(file.content).hexdigest()[:12]
            yield say("report.written", path=f"{self.folder}/{file.name}", bytes=len(file.content), sha256=digest)
        yield say("report.sum", files=len(self.files), at=self.report.at, **self._lights())
        if self.report.centre and self.report.centre.systems:
            yield CentreWords(say).summary(self.report.centre)

    def _lights(self) -> dict[str, int]:
        """Return how many tasks and migrating systems have which light; what is done counts by its light too."""
        counts = Counter(line.lit.light for line in self.report.ledger)
        for one in self.report.progress:
            if one.batch is not None:
                counts.update(one.lights)
                counts[Light.GREEN] += one.done
        return {light.value: counts[light] for light in Light}
