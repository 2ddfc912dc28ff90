"""Looks at a new server from outside: does it let us in, does its service answer, is the rest closed."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import paramiko

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.ssh.connection import WrongKey, connect, parse_keys
from orchestrator.checks import services
from orchestrator.errors import MigrateError
from orchestrator.model.plan import GuestSpec
from orchestrator.model.result import CheckResult, CheckStatus, Guest
from orchestrator.model.system import Opening, Workload

_ANSWER_LIMIT = 64 * 1024
_PAUSE = 1.0  # seconds between two attempts
# Ports that are asked for being closed: the first of these that is not declared.
_UNDECLARED = (23, 111, 2049, 8443, 9100)


class SshGuestProbe:
    """Probes servers with the programme's private key.

    Attributes:
        identity: private key file.
        patience: how long a service may take to answer, and a closed port to stay silent.
    """

    def __init__(self, identity: Path, *, patience: timedelta = timedelta(seconds=10)) -> None:
        self.identity = identity
        self._patience = patience.total_seconds()

    def await_ssh(self, guest: Guest, user: str, *, deadline: timedelta) -> None:
        """Return when the guest lets us in with the pinned host key and runs a command.

        Raises:
            MigrateError: `guest.host-key` on another key (at once), `guest.host-key-unknown` when none is
                pinned, `guest.unreachable` at the deadline.
        """
        if not guest.host_keys:
            raise MigrateError("guest.host-key-unknown", server=guest.server)
        keys = parse_keys(guest.host_keys)
        limit = running_seconds() + deadline.total_seconds()
        while True:
            try:
                with connect(
                    guest.address, services.SSH_PORT, user, self.identity, keys, patience=self._patience * 3
                ) as client:
                    _, answer, _ = client.exec_command("true")
                    status = answer.channel.recv_exit_status()
                if status == 0:
                    return
                last = f"exit status {status}"
            except WrongKey as wrong:
                raise MigrateError(
                    "guest.host-key", server=guest.server, pinned=", ".join(wrong.pinned), seen=wrong.seen
                ) from None
            except (paramiko.SSHException, OSError) as error:
                last = type(error).__name__
            if running_seconds() > limit:
                raise MigrateError("guest.unreachable", server=guest.server, address=guest.address, error=last)
            time.sleep(_PAUSE)

    def identify(self, guest: Guest, user: str) -> CheckResult:
        """Log in once with the pinned keys; unknown if none are pinned, or if nothing of SSH answers from here."""
        values = {"address": guest.address, "pinned": "", "seen": ""}
        status, answer = CheckStatus.FAIL, "refused"
        if not guest.host_keys:
            return CheckResult(
                code="guest.identity",
                status=CheckStatus.UNKNOWN,
                subject=guest.server,
                values={**values, "answer": "unpinned"},
            )
        keys = parse_keys(guest.host_keys)
        try:
            with connect(guest.address, services.SSH_PORT, user, self.identity, keys, timeout=self._patience):
                status, answer = CheckStatus.PASS, "same"
        except WrongKey as wrong:
            answer = "other-key"
            values |= {"pinned": ", ".join(wrong.pinned), "seen": wrong.seen}
        except paramiko.AuthenticationException:  # it comes after the host key was found right
            answer = "not-let-in"
        except (paramiko.SSHException, OSError):
            answer = _knock(guest.address, services.SSH_PORT, self._patience)
            status = CheckStatus.FAIL if answer == "refused" else CheckStatus.UNKNOWN
        return CheckResult(
            code="guest.identity", status=status, subject=guest.server, values={**values, "answer": answer}
        )

    def check(
        self, guest: Guest, spec: GuestSpec, facts: Mapping[str, str], *, undeclared: bool = True
    ) -> Sequence[CheckResult]:
        """Check each declared TCP opening, the workload's answer on each of its ports, and one undeclared port.

        The last is what takes time on a machine that is well: a port that a security group closes is silent.
        """
        results = [self._opening(guest, spec, opening) for opening in spec.openings if opening.protocol == "tcp"]
        here = _own_address(guest.address)
        results += [
            services.check_answer(spec, port, self._answer(guest, spec.workload, port), facts)
            for port in services.ports(spec)
            if _admits(spec, port, here)
        ]
        port = services.undeclared(spec.openings, _UNDECLARED)
        if undeclared and port is not None:
            results.append(self.closed(guest, Opening(protocol="tcp", first=port, last=port)))
        return results

    def closed(self, guest: Guest, opening: Opening) -> CheckResult:
        """Check that a port that was not declared does not answer; unknown unless the guest's SSH does answer."""
        return self._silent(guest, opening, "guest.closed")

    def _opening(self, guest: Guest, spec: GuestSpec, opening: Opening) -> CheckResult:
        if not _covers(opening, _own_address(guest.address)):
            # Open to others only: what can be seen from here is that it is not open to us.
            return self._silent(guest, opening, "guest.opening-restricted")
        answer = self._until(guest.address, opening.first)
        # A bare server has nothing that listens yet: its refusal shows that the packet was let through.
        good = answer == "open" or (answer == "refused" and spec.workload is Workload.NONE)
        status = CheckStatus.PASS if good else CheckStatus.UNKNOWN if answer == "unknown" else CheckStatus.FAIL
        return _result("guest.opening", status, guest, opening, answer)

    def _silent(self, guest: Guest, opening: Opening, code: str) -> CheckResult:
        if self._until(guest.address, services.SSH_PORT) != "open":
            return _result(code, CheckStatus.UNKNOWN, guest, opening, "unknown")
        answer = _knock(guest.address, opening.first, self._patience)
        if answer == "unknown":
            return _result(code, CheckStatus.UNKNOWN, guest, opening, answer)
        return _result(code, CheckStatus.FAIL if answer == "open" else CheckStatus.PASS, guest, opening, answer)

    def _until(self, address: str, port: int) -> str:
        """Knock until the port is open or patience ends; return the last answer."""
        limit = running_seconds() + self._patience
        while True:
            answer = _knock(address, port, self._patience)
            if answer == "open" or running_seconds() > limit:
                return answer
            time.sleep(_PAUSE)

    def _answer(self, guest: Guest, workload: Workload, port: int) -> bytes | None:
        """Return what the workload's port says, or None if it cannot be asked."""
        limit = running_seconds() + self._patience
        answer = b""
        try:
            with socket.create_connection((guest.address, port), timeout=self._patience) as connection:
                connection.sendall(services.QUESTIONS[workload])
                # PostgreSQL and MariaDB wait for us after their answer; nginx closes.
                while workload is Workload.NGINX or not answer:
                    connection.settimeout(max(0.1, limit - running_seconds()))
                    more = connection.recv(4096)
                    if not more or len(answer) > _ANSWER_LIMIT or running_seconds() > limit:
                        break
                    answer += more
        except TimeoutError:
            return answer
        except OSError as error:
            return b"" if error.errno in {errno.ECONNREFUSED, errno.ECONNRESET} else None
        return answer


def _knock(address: str, port: int, patience: float) -> str:
    """Return `open`, `refused`, `silent` or `unknown` (when it was us who could not send)."""
    try:
        socket.create_connection((address, port), timeout=patience).close()
    except TimeoutError:
        return "silent"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return "silent" if error.errno == errno.EHOSTUNREACH else "unknown"
    return "open"


def _own_address(address: str) -> str:
    """Return the address that we reach `address` from; nothing is sent. Empty if there is no way."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect((address, 9))
        return str(probe.getsockname()[0])
    return ""


def _covers(opening: Opening, here: str) -> bool:
    return not here or ipaddress.ip_address(here) in ipaddress.ip_network(opening.source, strict=False)


def _admits(spec: GuestSpec, port: int, here: str) -> bool:
    """Tell whether we are among those who may reach the port; a default port has no opening and is asked never."""
    return any(
        opening.first == port and opening.protocol == "tcp" and _covers(opening, here) for opening in spec.openings
    )


def _result(code: str, status: CheckStatus, guest: Guest, opening: Opening, answer: str) -> CheckResult:
    values = {"port": str(opening.first), "source": opening.source, "answer": answer}
    return CheckResult(code=code, status=status, subject=guest.server, values=values)
