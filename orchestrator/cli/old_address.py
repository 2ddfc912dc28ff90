"""What a retirement asks of the machine at the old address: that nobody comes there any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestrator.adapters.routes import forwarder
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.checks.gates import check_quiet
from orchestrator.cli.wiring import state_of
from orchestrator.execution.moving import recorded
from orchestrator.model.life import Life
from orchestrator.model.move import routes_of
from orchestrator.model.result import CheckResult

if TYPE_CHECKING:
    from orchestrator.cli.moving import Desk


def quiet_gates(desk: Desk, life: Life) -> Sequence[CheckResult]:
    """Check that the old address is quiet, where it passes anybody on."""
    from orchestrator.cli.moving import KNOWN_HOSTS, ssh_of

    passes = routes_of(recorded(life)).forwarder
    if passes is None:
        return ()
    state = state_of(desk.shell)
    sessions = ProgramSessions(ssh_of(desk.shell, desk.programme, state, state.path / KNOWN_HOSTS))
    return (check_quiet(life, passes, forwarder.seen(passes, sessions)),)
