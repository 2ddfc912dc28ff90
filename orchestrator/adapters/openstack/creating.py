"""Creating exactly one: look, announce, send once, and look again when the answer is lost."""

from __future__ import annotations

from collections.abc import Callable

from keystoneauth1.exceptions import ClientException
from openstack.exceptions import SDKException
from requests import RequestException

from orchestrator.adapters.openstack.api import Api, R
from orchestrator.adapters.openstack.faults import conflicting, unanswered

_SENDS = 2


def ensure_one(
    api: Api, key: str, name: str, *, look: Callable[[], R | None], prepare: Callable[[], Callable[[], R]]
) -> tuple[R, bool]:
    """Return the object and whether it is new.

    Before a create is sent, the intent is recorded; its outcome (`created`, `found`, `refused`, `absent`)
    after. An intent without an outcome is a create that may still be under way, in this process's past or
    in a killed one's: it is looked for during the grace window before another may be sent. A create is
    sent again at most once, and only after such a window without a trace.

    Args:
        api: the operation.
        key: what is made, unique on the cloud: the mark, and what of it.
        name: the object's name, for messages.
        look: finds the object by its mark; raises if there are two.
        prepare: reads what the create needs and returns what sends it, with the mark in it. Reading is kept
            apart so that a failed read is never taken for a lost create.

    Raises:
        SDKException, ClientException: refused, or without a trace after the second send.
        CloudError: `cloud.deadline` before it was clear what became of an earlier create.
    """
    key = f"{api.cloud}:{key}"
    found = look()
    pending = api.evidence.unanswered(key)
    if found is None and pending:
        found = api.within(api.timeouts.grace).until(look)
        if found is None and api.deadline.passed:
            raise api.late(name, "unanswered")  # the window was cut short, so nothing is settled
    if pending:
        _answer(api, key, "found" if found else "absent", found)
    if found is not None:
        return found, pending
    for send in range(1, _SENDS + 1):
        create = prepare()
        api.evidence.record("call.intent", key=key, cloud=api.cloud, name=name, send=send)
        try:
            made = create()
        except (SDKException, ClientException, RequestException) as error:
            lost = unanswered(error)
            if lost:
                found = api.within(api.timeouts.grace).until(look)
            elif send > 1 or conflicting(error):
                found = look()  # refused perhaps because the one that was given up has come through after all
            if found is not None:
                _answer(api, key, "found", found)
                return found, True
            if not lost:
                _answer(api, key, "refused", None)
                raise
            if send == _SENDS or api.deadline.passed:
                # No outcome is recorded: whoever comes next has to look for it first.
                raise
            _answer(api, key, "absent", None)
        else:
            _answer(api, key, "created", made)
            return made, True
    raise AssertionError("unreachable")  # pragma: no cover - the last send returns or raises


def beginning_with(found: R | None, look: Callable[[], R | None]) -> Callable[[], R | None]:
    """Return a look whose first answer is known already, for who has just looked for other reasons."""
    known = [found]
    return lambda: known.pop() if known else look()


def _answer(api: Api, key: str, outcome: str, made: R | None) -> None:
    api.evidence.record("call.answer", key=key, cloud=api.cloud, outcome=outcome, id=made.id if made else "")
