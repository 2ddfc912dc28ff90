"""What a workflow is given, what a handler is given, and what comes back; all of it can be written as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from pydantic import TypeAdapter

from orchestrator import __version__
from orchestrator.errors import MigrateError
from orchestrator.execution.names import WORKFLOW_VERSION, prefix
from orchestrator.model.pipeline import Step, Verb
from orchestrator.model.plan import CloudPart, SystemSpec

# What workers that share a programme must have in common.
VERSION = f"{__version__} {WORKFLOW_VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One attempt at one system.

    Attributes:
        attempt: counts from 1 over all attempts at this system in this batch.
        first: verb to begin at; the steps before it are taken as done. None begins at the beginning.
    """

    spec: SystemSpec
    attempt: int = 1
    first: Verb | None = None

    @property
    def id(self) -> str:
        """The workflow's id: submitting the same order twice attaches to the first."""
        return f"{prefix(self.spec.programme, self.spec.batch)}{self.spec.slug}:{self.spec.digest[:16]}:{self.attempt}"

    @property
    def part_ids(self) -> Mapping[str, str]:
        """Cloud name → id of the workflow that provisions that part."""
        return {part.cloud: f"{self.id}:{part.cloud}" for part in self.spec.parts}

    def wants(self, step: Step) -> bool:
        """Tell whether this attempt does the step: it stands at the first one or behind it."""
        if self.first is None:
            return True
        places = [each.place for leg in self.spec.pipeline for each in leg.steps if each.verb is self.first]
        return bool(places) and step.place >= min(places)


@cache
def _orders() -> TypeAdapter[Order]:
    return TypeAdapter(Order)


def dump_order(order: Order) -> dict[str, Any]:
    """Return the order as plain JSON values: what the engine stores, free of secrets, never pickled."""
    dumped: dict[str, Any] = _orders().dump_python(order, mode="json")
    return dumped


def load_order(stored: Mapping[str, Any]) -> Order:
    """Return the order that was stored.

    Raises:
        pydantic.ValidationError: somebody else wrote it, or another version of this program.
    """
    return _orders().validate_python(stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One step of one system, for its handler.

    Attributes:
        part: set while provisioning: the cloud part that the step is about.
        asked: somebody asked for this very step, so it is done even where it seems done already.
        cancelled: asked by long work between its parts; once true it stays true.
    """

    spec: SystemSpec
    step: Step
    part: CloudPart | None = None
    asked: bool = False
    cancelled: Callable[[], bool] = field(default=lambda: False)

    @property
    def cloud(self) -> str:
        """Name of the part's cloud; empty for a step of the whole system."""
        return self.part.cloud if self.part else ""


Result = Mapping[str, Any]  # JSON, free of secrets: it is stored and shown


class Perform(Protocol):
    """Does one step; safe to call again after a crash in the middle."""

    def __call__(self, job: Job) -> Result:
        """Return what came of it.

        Raises:
            StepFailed: it could not be done.
        """


class StepFailed(Exception):
    """A step's failure in the form the engine stores: a code, and the step, cloud and values as JSON.

    `code` and `data` are the names the engine's own JSON form of an error looks for.
    """

    def __init__(self, code: str, job: Job, values: Mapping[str, object]) -> None:
        super().__init__(f"{code} at {job.step.verb} of {job.spec.system}")
        self.code = code
        self.data = {
            "step": str(job.step.verb),
            "cloud": job.cloud,
            "values": {name: str(value) for name, value in values.items()},
        }

    @classmethod
    def of(cls, error: MigrateError, job: Job) -> StepFailed:
        """Return an error of the family as a step's failure."""
        return cls(error.code, job, error.values)
