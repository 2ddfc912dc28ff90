"""Tries a tool against its contract, rule by rule, on two sides that nobody needs; whoever writes a tool runs this.

The rules are walked in the order of a move: there, taken back, there for good, and back again. The first that is broken
ends the walk: of what comes after it nobody can tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.external.asking import answer, asked, voice
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.tools.answers import OPTIONAL, REQUIRED
from orchestrator.adapters.tools.call import Call, ensure_ended, running
from orchestrator.adapters.tools.place import ToolPlace
from orchestrator.adapters.tools.session import ToolSession
from orchestrator.errors import MigrateError
from orchestrator.model.move import ExternalMove
from orchestrator.model.result import CheckResult, CheckStatus

QUICK = 4.0  # seconds that a section waits for what decides, opens or takes back
_SECONDS = 600.0
_UNKNOWN_VERB = "no-such-verb"


class Broken(Exception):
    """A rule is broken, with what was seen."""


class Trial:
    """One walk over the rules.

    Args:
        move: names the tool, and two sides that may be written to and lost.
        place: where the tool lies, and a scratch folder for it.
        ssh: how machines are reached.
        patience: seconds that the first copy may take.
    """

    def __init__(self, move: ExternalMove, place: ToolPlace, ssh: OpenSsh, *, patience: float) -> None:
        self._move = move
        self._place = place
        self._ssh = ssh
        self._patience = patience
        self._verbs: set[str] = set()
        self._back = False
        self._position = ""
        self._prepared = False
        self._attempt = 2  # the one that opens
        self._allowed: set[int] = set()  # processes of a copy that goes on by itself

    def run(self) -> Iterator[CheckResult]:
        """Yield a verdict for each rule, in their order."""
        broken = False
        for name, rule in self._rules():
            if broken and not (name == "drop" and self._prepared):
                yield _verdict(name, CheckStatus.UNKNOWN, "-")
                continue
            try:
                said = rule()
            except (Broken, MigrateError) as error:
                broken = True
                yield _verdict(name, CheckStatus.FAIL, _told(error))
            else:
                yield _verdict(name, CheckStatus.UNKNOWN if said == "absent" else CheckStatus.PASS, said or "-")

    def _rules(self) -> Iterator[tuple[str, Callable[[], str | None]]]:
        yield "file", self._file
        yield "describe", self._describe
        yield "unknown-verb", self._unknown_verb
        yield "preflight", self._preflight
        yield "prepare", lambda: self._twice("prepare")
        yield "seed", lambda: self._twice("seed")
        yield "status", lambda: self._following(back=False)
        yield "no-fence-no-proof", lambda: self._not_fenced(1)
        yield "freeze", lambda: self._freeze(1)
        yield "prove", lambda: self._prove(1)
        yield "last", lambda: self._last(1)
        yield "decide-back", lambda: self._decide(1, "back", "back")
        yield "decide-once", lambda: self._decide(1, "open", "back")
        yield "unfreeze", lambda: self._quick("unfreeze", 1)
        yield "unfenced", lambda: self._not_fenced(1)
        yield "settle-unused", lambda: self._twice("settle", attempt=1, opened=False)
        yield "freeze-again", lambda: self._there(2)
        yield "decide-together", lambda: self._together(2)
        yield "decide-open", lambda: self._decide(self._attempt, "open", "open", first=self._attempt > 2)
        yield "decide-for-ever", lambda: self._decide(self._attempt, "back", "open")
        yield "open", lambda: self._quick("open", self._attempt)
        yield "fence-stays", lambda: self._prove(self._attempt)
        yield "settle", lambda: self._twice("settle", attempt=self._attempt, opened=True)
        yield "verify", lambda: self._verify(back=False)
        yield "follows-back", lambda: self._following(back=True) if self._back else "absent"
        yield "back", lambda: self._returned(4) if self._back else "absent"
        yield "rehearse", self._rehearse
        yield "drop", self._drop
        yield "nothing-left", self._nothing_left

    def _session(self) -> ToolSession:
        return ToolSession(voice(self._move), self._place, self._ssh, running_seconds)

    def _ask(self, verb: str, seconds: float = _SECONDS, **more: object) -> str:
        return self._session().ask(asked(self._move, verb, **more), seconds)  # type: ignore[arg-type]

    def _file(self) -> None:
        self._place.program(self._move.tool)

    def _describe(self) -> str:
        told = answer(self._session(), asked(self._move, "describe"), _SECONDS)
        self._verbs, self._back = set(told["verbs"]), told["back"]
        if missing := sorted(REQUIRED.keys() - self._verbs):
            raise Broken(", ".join(missing))
        if unknown := sorted(self._verbs - REQUIRED.keys() - OPTIONAL.keys()):
            raise Broken(", ".join(unknown))
        return str(told["carries"])

    def _unknown_verb(self) -> None:
        """A later release may ask for more: what a tool does not know it must refuse, not guess."""
        folder = self._place.work(self._move.slug)
        words = [*self._ssh.prefix, str(self._place.program(self._move.tool)), _UNKNOWN_VERB]
        told = asked(self._move, _UNKNOWN_VERB).encode()
        call = Call(words, told, folder=folder, word="conformance.", most=1 << 20)
        try:
            heard = call.hear(running_seconds, running_seconds() + QUICK)
        except OverflowError:
            heard = None
        finally:
            call.end()
        if heard is None or heard.code != 1:
            raise Broken(f"exit {heard.code if heard else '-'}")

    def _preflight(self) -> str:
        found = answer(self._session(), asked(self._move, "preflight"), _SECONDS)["findings"]
        if blocks := [f"{each['code']} {each['subject']}" for each in found if each["weight"] == "blocks"]:
            raise Broken(", ".join(blocks))
        return ", ".join(each["code"] for each in found)

    def _twice(self, verb: str, **more: object) -> None:
        self._prepared |= verb == "prepare"
        for _ in range(2):
            self._ask(verb, _SECONDS, **more)
        self._allowed |= set(running(self._session().word))

    def _following(self, *, back: bool) -> None:
        until = running_seconds() + self._patience
        while True:
            told = answer(self._session(), asked(self._move, "status", back=back), _SECONDS)
            if told["state"] == "following" and told["lag_bytes"] is not None:
                return
            if running_seconds() > until:
                raise Broken(told["state"])
            time.sleep(0.5)

    def _not_fenced(self, attempt: int) -> None:
        try:
            said = self._ask("prove", attempt=attempt)
        except MigrateError as error:
            if error.code == "external.not-fenced":
                return
            raise
        raise Broken(said)

    def _freeze(self, attempt: int, *, back: bool = False) -> None:
        for _ in range(2):
            self._ask("freeze", attempt=attempt, back=back)
        self._alone()

    def _prove(self, attempt: int, *, back: bool = False) -> str:
        one, other = (self._ask("prove", attempt=attempt, back=back) for _ in range(2))
        if one != other:
            raise Broken(f"{one} ≠ {other}")
        self._position = one
        self._alone()
        return one

    def _last(self, attempt: int, *, back: bool = False) -> str:
        for _ in range(2):
            arrived = self._ask("last", attempt=attempt, back=back)
            if arrived != self._position:
                raise Broken(f"{arrived} ≠ {self._position}")
        return arrived

    def _decide(self, attempt: int, word: str, wanted: str, *, first: bool = False, back: bool = False) -> None:
        if first:
            self._there(attempt, back=back)
        said = self._ask("decide", QUICK, attempt=attempt, decision=word, back=back)
        if said != wanted:
            raise Broken(f"{word}: {said}")
        self._alone()

    def _together(self, attempt: int) -> str:
        """Of two who ask at once one was first, and both are told the same; that decides this attempt."""
        with ThreadPoolExecutor(2) as pool:
            asking = [pool.submit(self._ask, "decide", QUICK, attempt=attempt, decision=w) for w in ("open", "back")]
        one, other = (each.result() for each in asking)
        if one != other:
            raise Broken(f"{one} ≠ {other}")
        if one == "back":
            self._quick("unfreeze", attempt)
            self._ask("settle", attempt=attempt, opened=False)
            self._attempt += 1
        return one

    def _there(self, attempt: int, *, back: bool = False) -> None:
        self._freeze(attempt, back=back)
        self._prove(attempt, back=back)
        self._last(attempt, back=back)

    def _quick(self, verb: str, attempt: int, *, back: bool = False) -> None:
        for _ in range(2):
            self._ask(verb, QUICK, attempt=attempt, back=back)
        self._alone()

    def _verify(self, *, back: bool) -> str:
        told = answer(self._session(), asked(self._move, "verify", back=back), _SECONDS)["checks"]
        if wrong := [f"{each['name']} {each['status']}" for each in told if each["status"] != "pass"]:
            raise Broken(", ".join(wrong))
        return ", ".join(each["name"] for each in told)

    def _returned(self, attempt: int) -> None:
        if "reverse" in self._verbs:
            self._twice("reverse", attempt=attempt, back=True)
        self._decide(attempt, "open", "open", first=True, back=True)
        self._quick("open", attempt, back=True)
        self._twice("settle", attempt=attempt, back=True, opened=True)
        self._verify(back=True)

    def _rehearse(self) -> str | None:
        if not {"rehearse", "unrehearse"} <= self._verbs:
            return "absent"
        told = answer(self._session(), asked(self._move, "rehearse", attempt=5), _SECONDS)
        left = answer(self._session(), asked(self._move, "unrehearse"), _SECONDS)["left"]
        wrong = [each["name"] for each in told["checks"] if each["status"] == "fail"]
        if wrong or left:
            raise Broken(", ".join((*wrong, *left)))
        return None

    def _nothing_left(self) -> None:
        self._allowed.clear()
        self._alone()

    def _drop(self) -> None:
        for _ in range(2):
            for side in ("source", "target"):
                self._ask("drop", side=side, data=True)

    def _alone(self) -> None:
        """Nothing that a line of the section began may go on without it."""
        word = self._session().word
        if left := set(running(word)) - self._allowed:
            with suppress(MigrateError):
                ensure_ended(word)
            raise Broken(f"{len(left)} ↻")


def _verdict(name: str, status: CheckStatus, said: str) -> CheckResult:
    return CheckResult(code=f"external.rule.{name}", status=status, subject=name, values={"said": said})


def _told(error: Exception) -> str:
    if not isinstance(error, MigrateError):
        return str(error)
    said = " ".join(
        str(error.values[name]) for name in ("verb", "said", "exit", "seconds", "path") if name in error.values
    )
    return f"{error.code} {said}".strip()
