"""Whether a window may begin now, what answers after it, and what a way back would lose."""

from __future__ import annotations

from orchestrator.adapters.movers.rehost import starting
from orchestrator.adapters.movers.rehost.rehearsing import Clone
from orchestrator.adapters.movers.rehost.shell import CHUNK, SECONDS, final, home, opened, side
from orchestrator.adapters.movers.rehost.status import passed
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError, Refused
from orchestrator.model.frozen import Voice
from orchestrator.model.move import RehostMove
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.ports.move import Sessions

_YOUNG = 3600.0  # seconds after which more has changed than a last pass was seen to take
_ANSWER = 120.0
_USABLE = frozenset({"ACTIVE", "SHUTOFF", "ERROR"})  # from which Nova starts a server anew
# When the newest decision to open was made, in seconds since 1970.
_DECIDED = "(set +f; cd {folder}/decided && grep -lx open [0-9]* | sort -n | tail -n 1 | xargs stat -c %Y --)"
# By the folder below the root: what the kernel changed since, on this file system alone.
_CHANGED = (
    "find / -xdev ! -type d -newerct @{since} -printf '%P\\n' 2>/dev/null"
    " | awk -F / '{{ n[NF > 1 ? $1 : \".\"]++ }} END {{ for (f in n) print n[f], f }}' | sort -k 2"
)


def gate(move: RehostMove, sessions: Sessions) -> tuple[CheckResult, ...]:
    """Check that the last pass was good, young and short, and that fence, keeper and cloud have what they need."""
    keeper, source = opened(move.target, sessions), opened(move.source, sessions)
    last = passed(move, keeper)
    if last is None or last[1] > _YOUNG:
        return (CheckResult.of("move.gate.pass", False, seconds="-" if last is None else f"{last[1]:.0f}"),)
    limit = move.limits.catch_up.total_seconds()
    results = [
        CheckResult.of("move.gate.pass", True, seconds=f"{last[1]:.0f}"),
        CheckResult.of(
            "move.gate.pass-time", last[0].seconds < limit, seconds=f"{last[0].seconds:.1f}", limit=f"{limit:g}"
        ),
        Clone(move, sessions, final(move)).enough(),
        *_server(move, sessions),
    ]
    if not move.source.services:
        # With services that are ended first, it is those which have files open.
        who = source.ask(side(move, "writers"), SECONDS).strip()
        results.append(CheckResult.of("move.gate.writers", not who, move.databases[0], who=who or "-"))
    return tuple(results)


def _server(move: RehostMove, sessions: Sessions) -> tuple[CheckResult, ...]:
    """Check that the server which is to start from the copy is there, and ours."""
    if move.server is None:
        return (CheckResult.of("move.gate.rehost", False, move.databases[0]),)
    try:
        said = sessions.open(starting.voice(move.server), seconds=SECONDS).ask(
            starting.line("state", move, move.server), SECONDS
        )
    except MigrateError as error:
        values = {"state": error.code, "cloud": move.server.cloud}
        return (
            CheckResult(code="move.gate.server", status=CheckStatus.UNKNOWN, subject=move.server.name, values=values),
        )
    good = said in _USABLE
    return (CheckResult.of("move.gate.server", good, move.server.name, state=plain(said, 40), cloud=move.server.cloud),)


def answering(move: RehostMove, sessions: Sessions) -> tuple[CheckResult, ...]:
    """Check that what runs on the server lets us in by the source's host key, and that its ports answer."""
    if move.server is None:
        return ()
    told, said = CheckStatus.PASS, "-"
    try:
        cloud = sessions.open(starting.voice(move.server), seconds=SECONDS)
        cloud.ask(starting.line("answer", move, move.server), _ANSWER)
    except MigrateError as error:
        told, said = CheckStatus.FAIL, str(error.values.get("said", error.code))
    values = {"said": said, "ports": " ".join(map(str, move.answers))}
    return (CheckResult(code="move.verify.server", status=told, subject=move.server.name, values=values),)


def changed(move: RehostMove, sessions: Sessions) -> dict[str, int]:
    """Return, by folder of the server, how many of its files changed since it opened, as far as can be seen.

    What its own start wrote is among them. Where nobody can ask it, every chunk of the disk may be other than it was.
    """
    if move.server is None:
        raise Refused("rehost.no-server", system=move.system)
    since = opened(move.target, sessions).ask(_DECIDED.format(folder=home(move)), SECONDS).strip()
    if not since.isdigit():
        raise MigrateError("move.files-answer", said=plain(since, 60))
    voice = Voice(name=move.server.name, reach=move.server.reach, account=move.source.account, program="sh", ours=False)
    try:
        said = sessions.open(voice, seconds=SECONDS).ask(_CHANGED.format(since=since), _ANSWER)
    except MigrateError:
        return {f"{move.databases[0]} ?": -(-move.size // CHUNK)}
    found: dict[str, int] = {}
    for line in said.splitlines():
        number, _, folder = line.strip().partition(" ")
        if not number.isdigit():
            raise MigrateError("move.files-answer", said=plain(line, 60))
        found[f"/{plain(folder, 40)}"] = int(number)
    return found
