"""Problems under supervision (督办): rectified, checked again by somebody else, closed out (销号), or come back."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.audit.folding import folded
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.shares import check_levels, of_level, share, unplaced
from orchestrator.checks.audit.times import check_later, check_order
from orchestrator.model.census import Issue, IssueState
from orchestrator.model.figures import Finding, Ratio, finding

_DAYS = ("raised_on", "rectified_on", "checked_on", "closed_on")


def rate_issues(ask: Question) -> Iterator[Ratio]:
    """Yield the problems closed out over those raised, and over those that were due."""
    nowhere = unplaced(ask.census.issues, ask.level)
    raised = tuple(
        one for one in of_level(ask.census.issues, ask.level) if one.raised_on is None or one.raised_on <= ask.at
    )
    due = tuple(one for one in raised if one.due is not None and one.due <= ask.at)
    yield share("issue.closed", "issue", raised, lambda one: is_closed(ask, one), excluded=nowhere)
    yield share(
        "issue.in-time",
        "issue",
        due,
        lambda one: (
            is_closed(ask, one) and one.closed_on is not None and one.due is not None and one.closed_on <= one.due
        ),
        excluded=nowhere,
    )


def is_closed(ask: Question, issue: Issue) -> bool:
    """Tell whether a problem was closed out by the day, after somebody else's check, with proof, and stays gone."""
    gone = issue.closed_on is not None and issue.closed_on <= ask.at and not _back(ask, issue)
    return gone and issue.state is IssueState.CLOSED and bool(issue.evidence) and _checked(issue)


def _checked(issue: Issue) -> bool:
    return bool(issue.checked_by) and issue.checked_on is not None and not _by_itself(issue)


def _by_itself(issue: Issue) -> bool:
    return bool(issue.checked_by) and folded(issue.checked_by) in {folded(issue.responsible), folded(issue.unit)}


def _back(ask: Question, issue: Issue) -> bool:
    return issue.rebound_on is not None and issue.rebound_on <= ask.at


def check_issues(ask: Question) -> Iterator[Finding]:
    """Yield problems past their day, closed out without a check, a proof or a day, and those that came back."""
    yield from check_levels(ask.census.issues, ask.level)
    issues = of_level(ask.census.issues, ask.level)
    yield from check_later(ask, "audit.issue-later", issues, *_DAYS)
    yield from check_order(ask, "audit.issue-order", issues, *_DAYS)
    for issue in issues:
        closed = issue.state is IssueState.CLOSED
        if closed is not (issue.closed_on is not None):
            yield finding("audit.issue-two-states", issue.id, day=str(issue.closed_on or "—"))
        if closed and not (issue.checked_by and issue.checked_on is not None):
            yield finding("audit.issue-no-check", issue.id)
        if closed and _by_itself(issue):
            yield finding("audit.issue-own-check", issue.id, person=issue.checked_by)
        if closed and not issue.evidence:
            yield finding("audit.issue-no-evidence", issue.id)
        if _back(ask, issue):
            yield finding("audit.issue-rebound", issue.id, day=str(issue.rebound_on))
        if issue.due is None:
            yield finding("audit.issue-no-due", issue.id)
        elif issue.due < ask.at and not closed:
            days = str((ask.at - issue.due).days)
            yield finding("audit.issue-overdue", issue.id, day=issue.due.isoformat(), days=days)
