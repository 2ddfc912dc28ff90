"""A standby that is made here: how it is wanted, the steps that make it and take it away, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from orchestrator.model.rehearsal import Timed
from orchestrator.model.result import CheckResult, CheckStatus

# What was asked of one machine, by name; what it did not answer is not there.
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """How a standby is made, where nobody else makes it.

    Attributes:
        data: its data folder; it is absent or empty before.
        superuser: of the source, whom its socket lets in.
        user: the operating system's user whose data it is, where that is not who asks (MariaDB); empty: that one.
        rate_kib: the most KiB a second that the first copy takes; None: as fast as it goes.
        config: the server's own file where it stands outside the data folder; empty: it comes with the copy.
        start, stop: words that root runs, such as `systemctl start postgresql@15-dr`; empty: `pg_ctl` does it.
    """

    data: str
    superuser: str = "postgres"
    user: str = ""
    rate_kib: int | None = None
    config: str = ""
    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()


class PrepareStep(StrEnum):
    """What makes a standby, in order; each looks first."""

    ACCESS = "access"  # the role that may follow, its secret, and the source's word that it may come
    BEAT = "beat"  # the heartbeat that checks measure by
    SLOT = "slot"  # from here on the source keeps what the standby has not
    SEED = "seed"
    START = "start"
    FOLLOW = "follow"  # of a MariaDB replica: from where the copy ends; a standby follows from its start
    PROVE = "prove"  # it streams from this source, and catches up


LIMITS: Mapping[PrepareStep, timedelta] = {
    PrepareStep.ACCESS: timedelta(minutes=2),
    PrepareStep.BEAT: timedelta(minutes=1),
    PrepareStep.SLOT: timedelta(minutes=1),
    PrepareStep.SEED: timedelta(days=2),
    PrepareStep.START: timedelta(hours=1),
    PrepareStep.FOLLOW: timedelta(minutes=2),
    PrepareStep.PROVE: timedelta(minutes=10),
}


class Part(StrEnum):
    """What `dr prepare` leaves, in the order in which it is taken away."""

    STANDBY = "standby"  # the running server
    DATA = "data"
    SLOT = "slot"
    LINE = "line"  # of the source's pg_hba.conf
    ROLE = "role"
    BEAT = "beat"
    FOLDER = "folder"  # ours, beside the data, with the secret


# What stands on the source; everything else is on the replica's machine.
ON_SOURCE = frozenset({Part.SLOT, Part.LINE, Part.ROLE, Part.BEAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """How far the first copy is.

    Attributes:
        state: `none`, `running`, `failed` or `placed`.
        done, whole: bytes; `whole` is what the source's databases take.
        said: the first words of what made it fail.
    """

    state: str
    done: int = 0
    whole: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What came of preparing a standby.

    Attributes:
        checks: what was found before anything was touched.
        todo: the steps that were needed.
        proofs: what was seen of the standby in the end.
        failed: the step that failed, empty when none did; `code` and `values` say how.
    """

    system: str
    replica: str
    checks: tuple[CheckResult, ...] = ()
    todo: tuple[PrepareStep, ...] = ()
    timed: tuple[Timed, ...] = ()
    proofs: tuple[CheckResult, ...] = ()
    failed: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Tell whether the standby stands, and was seen to follow."""
        return not self.failed and bool(self.proofs) and all(each.status is CheckStatus.PASS for each in self.proofs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What is there of a standby that was made here, and what went.

    Attributes:
        checks: what must not be otherwise before anything goes.
        there: what was found.
        left: what is there all the same, after it was taken away.
    """

    system: str
    replica: str
    checks: tuple[CheckResult, ...]
    there: tuple[Part, ...]
    gone: tuple[Part, ...] = ()
    left: tuple[Part, ...] = ()


def blocked(checks: Sequence[CheckResult], warnings: frozenset[str]) -> bool:
    """Tell whether anything but a warning did not pass; unknown is never pass."""
    return any(each.status is not CheckStatus.PASS and each.code not in warnings for each in checks)
