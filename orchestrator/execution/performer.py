"""Does single steps: calls the verb's handler, keeps the evidence, tells whoever watches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.errors import CloudLost, CloudRefused, Interrupted, MigrateError, StorageError, storage_error
from orchestrator.execution.job import Job, Result, StepFailed
from orchestrator.execution.refusals import Refusals
from orchestrator.model.pipeline import Verb
from orchestrator.ports import Clock, Evidence

_log = logging.getLogger("dbos.migrate")  # beside the engine's own lines, in the engine's file


class Phase(StrEnum):
    """A step's beginning and its ends."""

    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"  # its cloud is lost: it says nothing about the system, and is done again


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent:
    """One thing that happened in this process, for the progress display."""

    system: str
    cloud: str
    verb: Verb
    phase: Phase
    seconds: float = 0.0
    error: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Job], Result]
Tell = Callable[[StepEvent], None]


class Performer:
    """The `Perform` of a real run."""

    def __init__(self, handlers: Mapping[Verb, Handler], *, evidence: Evidence, clock: Clock, tell: Tell) -> None:
        self._handlers = handlers
        self._evidence = evidence
        self._clock = clock
        self._tell = tell
        self._refusals = Refusals()

    def __call__(self, job: Job) -> Result:
        """Do one step.

        Raises:
            StepFailed: with the handler's code; `step.crashed` for a fault of the program itself.
            StorageError: a disk does not take what has to be kept; the step says nothing about the system.
            CloudLost: the cloud is lost, or refuses one system after another; that says nothing about the system.
            Interrupted: the step was cut short from outside and says nothing about the system.
        """
        began = self._clock.monotonic()
        self._note(job, Phase.STARTED)
        try:
            result = self._handlers[job.step.verb](job)
        except Interrupted:
            self._evidence.record("step.interrupted", **_place(job))
            raise
        except StorageError:
            raise  # nothing can be kept, its failure neither
        except CloudLost as lost:
            self._note(job, Phase.HELD, began, error={"code": lost.code, **lost.values})
            raise
        except CloudRefused as error:
            everybodys = self._refusals.met(job, error)
            if everybodys is None:
                raise self._failed(job, StepFailed.of(error, job), began) from error
            self._note(job, Phase.HELD, began, error={"code": everybodys.code, **everybodys.values})
            raise everybodys from error
        except MigrateError as error:
            raise self._failed(job, StepFailed.of(error, job), began) from error
        except Exception as error:
            kept = storage_error(error, error.filename or "?", ours=False) if isinstance(error, OSError) else None
            if kept:
                raise kept from error
            _log.exception("%s of %s", job.step.verb, job.spec.system)
            told = {"error": type(error).__name__}  # its text may hold anything, a secret too
            raise self._failed(job, StepFailed("step.crashed", job, told), began) from error
        self._refusals.made(job)
        self._note(job, Phase.DONE, began, result=result)
        return result

    def _failed(self, job: Job, failure: StepFailed, began: float) -> StepFailed:
        values: Mapping[str, str] = failure.data["values"]  # type: ignore[assignment]
        self._note(job, Phase.FAILED, began, error={"code": failure.code, **values})
        return failure

    def _note(self, job: Job, phase: Phase, began: float | None = None, **data: Mapping[str, object]) -> None:
        seconds = 0.0 if began is None else round(self._clock.monotonic() - began, 3)
        self._evidence.record(f"step.{phase}", **_place(job), seconds=seconds, **data)
        error = {name: str(value) for name, value in data.get("error", {}).items()}
        self._tell(
            StepEvent(
                system=job.spec.system, cloud=job.cloud, verb=job.step.verb, phase=phase, seconds=seconds, error=error
            )
        )


def _place(job: Job) -> dict[str, object]:
    return {"system": job.spec.system, "cloud": job.cloud, "step": str(job.step.verb)}
