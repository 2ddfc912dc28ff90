"""`migrate audit`: published figures, rates with what is behind them, dated snapshots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from orchestrator.cli.output import Shell, output_option
from orchestrator.cli.usage import Day
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused

if TYPE_CHECKING:
    from orchestrator.checks.audit.question import Definitions, Question
    from orchestrator.model.census import Census
    from orchestrator.model.system import UnitLevel

SUBJECTS = (
    "rooms", "cloud-rate", "census", "closures", "common", "networks", "egress", "dr", "ledger", "spend",
    "websites", "issues", "capacity", "connections", "districts",
)  # fmt: skip
FORMULAS = (
    "room", "department", "rack", "area", "cost", "system", "room+exempt", "room+classified", "room+exempt+classified",
)  # fmt: skip


@click.group(help=say("help.audit"))
def audit_() -> None:
    """Hold the subcommands."""


@audit_.command(help=say("help.audit.figures"))
@click.option("--snapshot", "day", type=Day(), help=say("help.audit.snapshot-of"))
@output_option
@click.pass_obj
def figures(shell: Shell, day: date | None, output: str) -> None:
    """Compare every published figure with the rows; exit 8 when one is not borne out."""
    from orchestrator.checks.audit.subjects import check_published
    from orchestrator.reporting.audit import FiguresView

    ask, _ = _ask(shell, day, None, None)
    table = ask.definitions.figures
    if not table.figures:
        raise Refused("figure.none", file="—")
    view = FiguresView(programme=ask.definitions.programme, table=table, results=tuple(check_published(ask)))
    shell.show(view, output)
    if view.failed:
        raise click.exceptions.Exit(ExitCode.FINDING)


def _subject(name: str) -> click.Command:
    """Return the command of one audit; all of them take the same options, and rooms a choice of formulas."""
    options: list[Callable[[Callable[..., Any]], Callable[..., Any]]] = [
        click.option("--at", type=Day(), help=say("help.audit.at")),
        click.option("--level", help=say("help.audit.level")),
        click.option("--snapshot", "day", type=Day(), help=say("help.audit.snapshot-of")),
        click.option(
            "--decimals", type=click.IntRange(0, 6), default=1, show_default=True, help=say("help.audit.decimals")
        ),
        click.option("--list-counted", is_flag=True, help=say("help.audit.list-counted")),
        click.option("--list-excluded", is_flag=True, help=say("help.audit.list-excluded")),
        output_option,
        click.pass_obj,
    ]
    if name == "rooms":
        options.insert(0, click.option("--formula", "formulas", multiple=True, type=click.Choice(FORMULAS),
                                       help=say("help.audit.formula")))  # fmt: skip
    command: Callable[..., Any] = partial(_show, name)
    for option in reversed(options):
        command = option(command)
    return click.command(name, help=say(f"help.audit.{name}"))(command)


def _show(
    subject: str,
    shell: Shell,
    *,
    at: date | None,
    level: str | None,
    day: date | None,
    decimals: int,
    list_counted: bool,
    list_excluded: bool,
    output: str,
    formulas: tuple[str, ...] = (),
) -> None:
    """Answer one audit; exit 8 when it has findings."""
    from dataclasses import replace

    from orchestrator.adapters.snapshots import report_digest
    from orchestrator.checks.audit.subjects import check_audit
    from orchestrator.reporting.audit import AuditView
    from orchestrator.reporting.view import to_json

    ask, reports = _ask(shell, day, at, level)
    ask = replace(ask, formulas=formulas)
    view = AuditView(audit=check_audit(subject, ask), places=decimals, counted=list_counted, excluded=list_excluded)
    shell.show(view, output)
    # The report as it was asked for on that day, with no option of today's.
    plain = day is not None and at is None and level is None and not formulas and decimals == 1
    if plain and report_digest(to_json(view.data())) != reports.get(subject):
        shell.tell("audit.report-differs", day=day)
        raise click.exceptions.Exit(ExitCode.FINDING)
    if view.audit.findings:
        raise click.exceptions.Exit(ExitCode.FINDING)


for _name in SUBJECTS:
    audit_.add_command(_subject(_name))


@audit_.command("snapshot", help=say("help.audit.snapshot"))
@click.option("--as-of", type=Day(), required=True, help=say("help.audit.as-of"))
@output_option
@click.pass_obj
def snapshot(shell: Shell, as_of: date, output: str) -> None:
    """Keep rows, definitions and the digests of all reports under a day of the programme."""
    from dataclasses import replace

    from orchestrator.adapters.snapshots import save_snapshot, snapshot_digests
    from orchestrator.checks.audit.question import plain_census
    from orchestrator.checks.audit.subjects import check_audit, versions
    from orchestrator.cli.witness import leave
    from orchestrator.reporting.audit import AuditView
    from orchestrator.reporting.snapshots import SnapshotView
    from orchestrator.reporting.view import to_json

    ask, _ = _ask(shell, None, as_of, None)
    # A snapshot keeps rows, not columns: asked of it again, a finding names the row.
    ask = replace(ask, census=plain_census(ask.census))
    audits = {subject: check_audit(subject, ask) for subject in SUBJECTS}
    formulas = versions(ratio for audit in audits.values() for ratio in audit.ratios)
    reports = {subject: to_json(AuditView(audit=audit).data()) for subject, audit in audits.items()}
    definitions = replace(ask.definitions, formulas=formulas)
    path, new = save_snapshot(shell.folder, as_of, ask.census, definitions, reports)
    digest = snapshot_digests(shell.folder)[as_of.isoformat()]
    leave(shell, "audit.snapshot", day=as_of.isoformat(), new=new, digest=digest, rows=ask.data_digest)
    shell.show(SnapshotView(path=str(path), day=as_of, new=new, data_digest=ask.data_digest), output)


@audit_.command("compare", help=say("help.audit.compare"))
@click.argument("old", type=Day(), metavar="OLD")
@click.argument("new", type=Day(), metavar="NEW")
@output_option
@click.pass_obj
def compare(shell: Shell, old: date, new: date, output: str) -> None:
    """Show what changed between two snapshots; exit 8 when a definition did."""
    from orchestrator.checks.audit.comparison import compare as compare_days
    from orchestrator.reporting.snapshots import ComparisonView

    before, after = (_ask(shell, day, None, None)[0] for day in (old, new))
    view = ComparisonView(comparison=compare_days(before, after))
    shell.show(view, output)
    if view.comparison.definitions:
        raise click.exceptions.Exit(ExitCode.FINDING)


def _ask(shell: Shell, day: date | None, at: date | None, level: str | None) -> tuple[Question, dict[str, str]]:
    """Return the question, of today's list or of a day's snapshot with the digests of that day's reports."""
    from orchestrator.checks.audit.question import Question

    if day is None:
        census, definitions = current(shell, at)
        reports: dict[str, str] = {}
    else:
        from orchestrator.adapters.snapshots import load_snapshot

        census, definitions, kept = load_snapshot(shell.folder, day)
        reports = dict(kept)
    as_of = at or day or definitions.rules.as_of or _today()
    chosen = definitions.rules.level if level is None else _level(level)
    return Question(census=census, definitions=definitions, at=as_of, level=chosen), reports


def current(shell: Shell, at: date | None) -> tuple[Census, Definitions]:
    """Return today's rows and the definitions they are counted by, with what checks saw up to the day asked for."""
    from dataclasses import replace

    from orchestrator.adapters.intake.figures import load_figures
    from orchestrator.checks.audit.question import Definitions
    from orchestrator.cli.programme import load_census
    from orchestrator.cli.replica_checks import believed, with_drills
    from orchestrator.model.figures import FigureTable
    from orchestrator.model.replica import Recovery
    from orchestrator.planning.recovering import wanted_of

    programme, census = load_census(shell)
    figures_ = load_figures(shell.folder, programme) if programme.figures else FigureTable()
    definitions = Definitions(
        programme=programme.slug,
        title=programme.title,
        synthetic=programme.synthetic,
        rules=programme.audit,
        batches=programme.batches,
        figures=figures_,
    )
    on = at or definitions.rules.as_of or _today()
    recovery = programme.recovery
    checks = believed(shell, programme, census.listing, on)
    # Where nothing was ever declared or seen the list alone says what is wanted.
    told = bool(checks) or recovery != Recovery()
    wanted = with_drills(shell, wanted_of(census.listing, recovery), recovery, on) if told else ()
    return replace(census, checks=checks, wanted=wanted), definitions


def _level(text: str) -> UnitLevel | None:
    """Return the level a word means, in either language; `all` and 全部 mean every level."""
    from orchestrator.adapters.intake.words import UNIT_LEVELS

    if text in {"all", "全部"}:
        return None
    for level, words in UNIT_LEVELS.items():
        if text in {level.value, *words}:
            return level
    known = ", ".join(words[0] if say.lang == "zh" else level for level, words in UNIT_LEVELS.items())
    raise click.BadParameter(say("help.audit.bad-level", value=text, known=known), param_hint="--level")


def _today() -> date:
    from orchestrator.adapters.clock import SystemClock

    return SystemClock().now().astimezone().date()
