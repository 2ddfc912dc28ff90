"""What was found of replicas: a table for people, one line for Nagios, metrics for Prometheus."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.checks.replicas.verdict import aspect_of, span
from orchestrator.model.recovering import CheckedReplica, CheckedSystem, Coverage
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.texts import Say

if TYPE_CHECKING:
    from rich.console import RenderableType

# More systems than these are told by what is wrong, not one by one.
_ONE_BY_ONE = 20
_SHOWN = 5
# A verdict of this reason only repeats that one of these did not pass.
_CAUSED_BY = {
    "unseen": frozenset({Aspect.EXISTENCE}),
    "not-comparable": frozenset({Aspect.IDENTITY, Aspect.CONTINUITY}),
}
_NUMBERS = {CheckStatus.PASS: 0, CheckStatus.FAIL: 1, CheckStatus.UNKNOWN: 2, CheckStatus.ERROR: 3}
_NAGIOS = {0: "OK", 2: "CRITICAL", 3: "UNKNOWN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicasView:
    """The answer of `migrate dr check`.

    Attributes:
        at: when it began.
        uncounted: systems of the list that nobody asked a replica for.
    """

    programme: str
    at: datetime
    systems: Sequence[CheckedSystem]
    coverage: Coverage
    uncounted: int = 0

    @property
    def right(self) -> bool:
        """Tell whether every verdict is pass; unknown is not."""
        return all(each.status is CheckStatus.PASS for each in self.systems)

    @property
    def nagios_code(self) -> int:
        """Return the plugin's exit code: 0 OK, 2 CRITICAL, 3 UNKNOWN."""
        found = {each.status for each in self.systems}
        return 2 if CheckStatus.FAIL in found else 0 if self.right else 3

    def counts(self) -> dict[str, int]:
        """Return how many systems have each status."""
        found = Counter(each.status for each in self.systems)
        return {str(status): found[status] for status in CheckStatus}

    def data(self) -> object:
        """Return every verdict with its values, and the rates with the ids behind them."""
        return {
            "programme": self.programme,
            "at": self.at,
            "right": self.right,
            "counts": self.counts(),
            "coverage": self.coverage,
            "uncounted": self.uncounted,
            "systems": self.systems,
        }

    def lines(self, say: Say) -> Iterable[RenderableType]:
        """Return a row for each replica, what did not pass and what helps, and the rates."""
        yield self._table(say)
        yield from self._one_by_one(say) if len(self.systems) <= _ONE_BY_ONE else self._by_code(say)
        if self.uncounted:
            yield say("dr.uncounted", count=self.uncounted)
        yield say("dr.coverage", **self.coverage.counts())
        yield say("dr.formula")
        yield say("dr.sum", **self.counts())

    def nagios(self, say: Say) -> str:
        """Return the plugin's line, performance data after the bar."""
        bad = [each.system for each in self.systems if each.status is not CheckStatus.PASS]
        named = f" ({_some(say, bad)})".replace("|", "/") if bad else ""
        rates = self.coverage.counts()
        words = say(
            "dr.nagios", word=_NAGIOS[self.nagios_code], bad=len(bad), count=len(self.systems), systems=named, **rates
        )
        told = {"systems": len(self.systems), **self.counts(), **{name: rates[name] for name in list(rates)[1:]}}
        return f"{words} | " + " ".join(f"{name}={number}" for name, number in told.items())

    def prometheus(self) -> str:
        """Return the metrics in Prometheus' text format."""
        return "".join(f"{line}\n" for line in self._metrics())

    def _table(self, say: Say) -> RenderableType:
        from rich.table import Table
        from rich.text import Text

        from orchestrator.reporting.verdicts import verdict_word

        columns = ("system", "status", "level", "replica", "loss", "rpo", "not-pass")
        table = Table(*(say(f"dr.column.{name}") for name in columns))
        for system in self.systems:
            rpo = "-" if system.policy.rpo is None else span(system.policy.rpo.total_seconds())
            rows: Iterable[CheckedReplica | None] = system.replicas or (None,)
            for replica in rows:
                results = (*system.missing, *(replica.results if replica else ()))
                wrong = dict.fromkeys(aspect_of(each) for each in results if each.status is not CheckStatus.PASS)
                loss = "-" if replica is None or replica.seconds is None else span(replica.seconds)
                table.add_row(
                    Text(system.system),
                    verdict_word(say, system.status),
                    str(system.policy.level or "-"),
                    Text(f"{replica.kind} {replica.address}" if replica else say("dr.no-replica")),
                    loss,
                    rpo,
                    Text(", ".join(say(f"dr.aspect.{aspect}") for aspect in wrong)),
                )
        return table

    def _one_by_one(self, say: Say) -> Iterator[RenderableType]:
        from orchestrator.reporting.verdicts import verdict_lines

        for system in self.systems:
            for each in _causes(system):
                yield from verdict_lines(say, each, subject=True)

    def _by_code(self, say: Say) -> Iterator[RenderableType]:
        from orchestrator.reporting.reasons import indented
        from orchestrator.reporting.verdicts import verdict_word

        found: dict[tuple[CheckStatus, str], list[CheckResult]] = defaultdict(list)
        for system in self.systems:
            for each in _causes(system):
                found[each.status, each.code].append(each)
        for (status, code), results in sorted(found.items(), key=lambda item: -len(item[1])):
            first = results[0]
            yield say(
                "dr.of-many",
                verdict=verdict_word(say, status).plain,
                text=say(code, **first.values),
                count=len(results),
                systems=_some(say, [each.subject for each in results]),
            )
            yield indented(f"→ {say(f'{code}.remedy', **first.values)}", 4, "dim")

    def _metrics(self) -> Iterator[str]:
        labels = {"programme": self.programme}
        yield from _about("migrate_dr_systems", "Systems that need a replica, and the nested rates over them.")
        for name, number in self.coverage.counts().items():
            yield _sample("migrate_dr_systems", {**labels, "set": name}, number)
        yield from _about("migrate_dr_check_status", "A check's verdict: 0 pass, 1 fail, 2 unknown, 3 error.")
        for system in self.systems:
            for each in system.missing:
                told = {
                    "system": system.system,
                    "kind": each.values.get("kind", ""),
                    "replica": "",
                    "aspect": "existence",
                }
                yield _sample("migrate_dr_check_status", {**labels, **told}, _NUMBERS[each.status])
            for number, replica in enumerate(system.replicas):
                for each in replica.results:
                    told = {**_replica(system, replica, number), "aspect": str(aspect_of(each))}
                    yield _sample("migrate_dr_check_status", {**labels, **told}, _NUMBERS[each.status])
        yield from _about("migrate_dr_loss_seconds", "What would be lost now; no sample where nobody can tell.")
        for system in self.systems:
            for number, replica in enumerate(system.replicas):
                if replica.seconds is not None:
                    told = {**labels, **_replica(system, replica, number)}
                    yield _sample("migrate_dr_loss_seconds", told, round(replica.seconds, 3))
        yield from _about("migrate_dr_rpo_seconds", "What may be lost; no sample where nobody said.")
        for system in self.systems:
            if system.policy.rpo is not None:
                told = {**labels, "system": system.system}
                yield _sample("migrate_dr_rpo_seconds", told, int(system.policy.rpo.total_seconds()))
        yield from _about("migrate_dr_checked_timestamp_seconds", "When this check began.")
        yield _sample("migrate_dr_checked_timestamp_seconds", labels, int(self.at.timestamp()))


def _causes(system: CheckedSystem) -> Iterator[CheckResult]:
    """Give what did not pass and is not said by another verdict already: one silent end is one line, not nine."""
    yield from system.missing
    for replica in system.replicas:
        passed = {aspect_of(each) for each in replica.results if each.status is CheckStatus.PASS}
        for each in replica.results:
            echo = not passed >= _CAUSED_BY.get(each.code.split(".")[2], frozenset())
            if each.status is not CheckStatus.PASS and (not echo or aspect_of(each) is Aspect.EXISTENCE):
                yield each


def _replica(system: CheckedSystem, replica: CheckedReplica, number: int) -> dict[str, str]:
    return {"system": system.system, "kind": str(replica.kind), "replica": f"{number}:{replica.address}"}


def _about(name: str, text: str) -> tuple[str, str]:
    return f"# HELP {name} {text}", f"# TYPE {name} gauge"


def _sample(name: str, labels: dict[str, str], value: float) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{told}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _some(say: Say, ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:_SHOWN])
    return say("dr.more", systems=shown, count=len(ids) - _SHOWN) if len(ids) > _SHOWN else shown
