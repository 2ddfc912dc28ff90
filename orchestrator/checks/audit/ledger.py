"""The task ledger: every leaf has a person and a day (责任到人、节点到天), and what is due is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orchestrator.checks.audit.folding import folded
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.shares import share
from orchestrator.checks.audit.times import check_later
from orchestrator.model.census import Census, Task, TaskLevel
from orchestrator.model.figures import Finding, Ratio, finding

# 进展情况 that says that nothing is left to do.
_DONE = frozenset({"完成", "已完成", "已销号", "销号", "办结", "已办结", "全部完成", "已全部完成", "100%"})


def leaves(census: Census) -> tuple[Task, ...]:
    """Return the tasks that no other task is part of: what a person answers for."""
    parents = {task.parent for task in census.tasks}
    return tuple(task for task in census.tasks if task.id not in parents)


def rate_ledger(census: Census, at: date) -> Iterator[Ratio]:
    """Yield how many leaves are whole, how many of those due were done in time, and how many are overdue.

    For each node of the timetable, also how many of its leaves were done by it: what is promised for a day is one sum.
    A task that was put off is judged by the day it was first promised for.
    """
    yield share("ledger.complete", "task", leaves(census), _complete)
    due = tuple(task for task in leaves(census) if task.due is not None and task.due <= at)
    yield share("ledger.on-time", "task", due, lambda task: _in_time(task, at))
    yield share("ledger.overdue", "task", due, lambda task: _overdue(task, at))
    nodes = sorted({task.milestone for task in leaves(census) if task.milestone is not None})
    for node in nodes:
        own = tuple(task for task in leaves(census) if task.milestone == node)
        yield share(f"ledger.node:{node}", "task", own, lambda task: task.done_in_time and _done(task, at))


def check_ledger(census: Census, at: date) -> Iterator[Finding]:
    """Yield leaves without person or day, days after the parent's node, overdue tasks and lost parents."""
    known = {task.id: task for task in census.tasks}
    for task in leaves(census):
        if not task.responsible:
            yield finding("audit.task-no-person", task.id)
        if task.due is None:
            yield finding("audit.task-no-day", task.id)
        elif _overdue(task, at):
            yield finding("audit.task-overdue", task.id, day=task.due.isoformat(), days=str((at - task.due).days))
    for task in census.tasks:
        parent = known.get(task.parent)
        if task.parent and parent is None:
            yield finding("audit.task-lost-parent", task.id, parent=task.parent)
        elif (
            parent is None
            and task.level is not TaskLevel.MAIN
            and any(one.level is TaskLevel.MAIN for one in census.tasks)
        ):
            yield finding("audit.task-lost-parent", task.id, parent="—")
        elif parent is not None and task.due and parent.milestone and task.due > parent.milestone:
            yield finding("audit.task-after-node", task.id, day=task.due.isoformat(), node=parent.milestone.isoformat())


def check_ledger_identities(ask: Question) -> Iterator[Finding]:
    """Yield tasks that are done without a day or proof, or later than the list can know, or a task's day in dispute."""
    tasks = leaves(ask.census)
    yield from check_later(ask, "audit.task-later", tasks, "done_on")
    for task in tasks:
        if task.done_on is None and folded(task.progress) in _DONE:
            yield finding("audit.task-no-done-day", task.id, progress=task.progress)
        if task.done_on is not None and not task.evidence:
            yield finding("audit.task-no-evidence", task.id)


def _complete(task: Task) -> bool:
    done_with_proof = task.done_on is None or bool(task.evidence)
    return bool(task.responsible and (task.unit or task.lead_unit) and task.due) and done_with_proof


def _in_time(task: Task, at: date) -> bool:
    return task.done_on is not None and task.due is not None and task.done_on <= min(task.due, at)


def _done(task: Task, at: date) -> bool:
    return task.done_on is not None and task.done_on <= at


def _overdue(task: Task, at: date) -> bool:
    return not _done(task, at) and task.due is not None and task.due < at
