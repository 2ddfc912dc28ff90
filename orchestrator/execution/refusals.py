"""Which clouds refuse one system after another for one reason: that reason is the cloud's, and is told once."""

from __future__ import annotations

import re
import threading

from orchestrator.errors import CloudLost, CloudRefused
from orchestrator.execution.job import Job

# What of a service's words differs from one asking to the next.
_PASSING = re.compile(r"req-[0-9a-f-]{36}|[0-9]+")


class Refusals:
    """Counts, of each cloud and step, the systems that were refused alike; threads may share it.

    One refusal says nothing: what one system asks for may be forbidden to nobody else. The second system's, with
    nothing made by that step in between, is the cloud's. Quotas count as alike if they are of the same resource.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._alike: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}  # cloud and step → reason, systems
        self._everybodys: dict[tuple[tuple[str, str], str], tuple[str, ...]] = {}

    def met(self, job: Job, error: CloudRefused) -> CloudLost | None:
        """Return the loss of the cloud if a refusal is one by now; None while it is the system's own."""
        place, reason = _place(job), _reason(error)
        with self._mutex:
            before, systems = self._alike.get(place, ("", ()))
            alike = tuple(dict.fromkeys((*(systems if before == reason else ()), job.spec.system)))
            self._alike[place] = (reason, alike)
            if len(alike) > 1:
                self._everybodys.setdefault((place, reason), alike)
            told = self._everybodys.get((place, reason))
        if told is None:
            return None
        values = {**error.values, "cloud": job.cloud, "refusal": error.code, "systems": ", ".join(told)}
        return CloudLost("cloud.refuses-alike", **values)

    def made(self, job: Job) -> None:
        """Note that the step was done for a system: what was refused before it was not refused to everybody."""
        with self._mutex:
            self._alike.pop(_place(job), None)


def _place(job: Job) -> tuple[str, str]:
    return job.cloud, str(job.step.verb)


def _reason(error: CloudRefused) -> str:
    told = str(error.values.get("resource", "")) or str(error.values.get("message", ""))
    return f"{error.code} {_PASSING.sub('#', told.replace(str(error.values.get('subject', '')) or '#', '#'))}"
