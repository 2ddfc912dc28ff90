"""Looks at a source machine without changing it: one POSIX sh script on standard input, no Python needed there."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import paramiko

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.ssh.connection import TIMEOUT, WrongKey, connect
from orchestrator.checks import hosts
from orchestrator.model.plan import SourceSpec
from orchestrator.model.result import CheckResult, CheckStatus

# Read-only by its words alone: shell built-ins, uname and df. It runs on busybox and on systems of the nineties.
SCRIPT = r"""
LC_ALL=C; export LC_ALL
PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH
say() { printf '%s=%s\n' "$1" "$2"; }
say kernel "$(uname -s)"
say release "$(uname -r)"
say arch "$(uname -m)"
if [ -r /etc/os-release ]; then
  while read -r line; do
    case $line in
      ID=*) say os "${line#ID=}" ;;
      VERSION_ID=*) say os_version "${line#VERSION_ID=}" ;;
    esac
  done </etc/os-release
fi
n=0
while read -r word rest; do [ "$word" = processor ] && n=$((n + 1)); done </proc/cpuinfo
[ "$n" -gt 0 ] && say cpus "$n"
while read -r name number rest; do [ "$name" = MemTotal: ] && say ram_kib "$number"; done </proc/meminfo
read -r up rest </proc/uptime && say uptime_s "${up%%.*}"
df -kP | while read -r line; do
  case $line in
    /dev/*|overlay*|rootfs*) say disk "$line" ;;
  esac
done
for table in /proc/net/tcp /proc/net/tcp6; do
  [ -r "$table" ] || continue
  while read -r slot local remote state rest; do
    [ "$state" = 0A ] && say tcp "$local"
  done <"$table"
done
exit 0
"""

_OUTPUT_LIMIT = 256 * 1024


class ShellSourceProbe:
    """Probes source machines with the programme's source key and known hosts.

    Attributes:
        known_hosts: OpenSSH file with the machines' keys; a machine that is not in it is not logged in to.
        identity: private key file.
    """

    def __init__(self, known_hosts: Path, identity: Path, *, timeout: float = TIMEOUT) -> None:
        self.known_hosts = known_hosts
        self.identity = identity
        self._timeout = timeout
        self._keys = paramiko.HostKeys(str(known_hosts)) if known_hosts.is_file() else paramiko.HostKeys()

    def probe(self, source: SourceSpec) -> tuple[Sequence[CheckResult], Mapping[str, str]]:
        """Return the checks and the facts of `checks.hosts.source_facts`; no facts when we were not let in."""
        name = source.address if source.port == 22 else f"[{source.address}]:{source.port}"
        pinned = list((self._keys.lookup(name) or {}).values())
        try:
            with connect(
                source.address,
                source.port,
                source.user,
                self.identity,
                pinned,
                timeout=self._timeout,
                patience=self._timeout * 2,  # to have the script taken, and to hear what it says
            ) as client:
                output = self._ask(client)
        except WrongKey as wrong:
            values = {"address": source.address, "pinned": ", ".join(wrong.pinned) or "-", "seen": wrong.seen}
            return [_result("source.host-key", CheckStatus.FAIL, source, values)], {}
        except (paramiko.SSHException, OSError) as error:
            values = {"address": source.address, "error": type(error).__name__}
            return [_result("source.reachable", CheckStatus.FAIL, source, values)], {}
        facts = hosts.source_facts(output)
        missing = sorted(hosts.REQUIRED_FACTS - facts.keys())
        status = CheckStatus.UNKNOWN if missing else CheckStatus.PASS
        return [
            _result("source.reachable", CheckStatus.PASS, source, {"address": source.address}),
            _result("source.facts", status, source, {"missing": ", ".join(missing) or "-"}),
        ], facts

    def _ask(self, client: paramiko.SSHClient) -> str:
        """Return what the script says, cut where it says more than any honest machine would."""
        stdin, stdout, _ = client.exec_command("/bin/sh -s", timeout=self._timeout)
        stdin.write(SCRIPT)
        stdin.channel.shutdown_write()
        limit = running_seconds() + self._timeout
        output = b""
        # A machine that hangs in the middle has told what it has told; what is missing is then unknown.
        with contextlib.suppress(TimeoutError):
            while len(output) < _OUTPUT_LIMIT and (left := limit - running_seconds()) > 0:
                stdout.channel.settimeout(left)
                more = stdout.channel.recv(32768)
                if not more:
                    break
                output += more
        return output.decode("utf-8", "replace")


def _result(code: str, status: CheckStatus, source: SourceSpec, values: Mapping[str, str]) -> CheckResult:
    return CheckResult(code=code, status=status, subject=source.server, values=values)
