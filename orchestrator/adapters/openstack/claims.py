"""Claims on programmes, each an empty server group in Nova: its name is the claim.

A server group costs nothing but one of a quota that nothing else of ours uses (10 in every project unless its
operator says otherwise), is written in one request, is seen by every user of the project, and cannot be renamed.
Names need not be unique, so two folders may both write a claim. Who of them has the programme:

* nobody writes a claim while somebody else's is there;
* a claim holds once its writer, having written it, has listed all and seen it alone. Two cannot both hold: of two
  claims that stay, one was written later, and whoever wrote that one sees the other. No clock is asked;
* who sees both withdraws if his is the later one, by the time that it says and then by id, which both see alike; the
  earlier one waits for that. So they never both withdraw at once for ever. If the time says wrong, or the other died
  before it could withdraw, nobody but the other holds, and the earlier one withdraws in the end.

A server group has no time of its own, and none is needed: the order only decides who gives way.
"""

from __future__ import annotations

import re
from functools import partial

from openstack.compute.v2.server_group import ServerGroup
from openstack.exceptions import HttpException

from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.creating import ensure_one
from orchestrator.adapters.openstack.faults import explain
from orchestrator.errors import CloudError, Locked, Refused
from orchestrator.model.claim import Claim, foreign, in_order, read_claim, refusal

# A group needs one; what it asks of servers means nothing while there are none in it.
_POLICY = "anti-affinity"
# The cloud does not have server groups, does not let us use them, or has no more of them for us.
_REFUSALS = frozenset({400, 403, 404, 405, 410, 413, 501})
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


def claims(api: Api, programme: str) -> tuple[Claim, ...]:
    """Return every claim on the programme, the earliest first.

    Raises:
        ValueError: one has an id that none of Nova's is like; it would become part of a request.
    """
    found = [
        claim
        for group in api.connection.compute.server_groups()
        if (claim := read_claim(group.name or "", programme, group.id)) is not None
    ]
    wrong = next((claim.id for claim in found if not _ID.fullmatch(claim.id)), "")
    if wrong:
        raise ValueError(f"id of a server group: {ascii(wrong)[:60]}")
    return in_order(found)


def known_claims(api: Api, programme: str) -> tuple[Claim, ...] | None:
    """Return every claim on the programme, None where the cloud does not let us ask."""
    try:
        return claims(api, programme)
    except HttpException as error:
        if error.status_code in _REFUSALS:
            return None
        raise


def hold(api: Api, claim: Claim, settled: str) -> Claim:
    """Make a state folder's claim stand alone on this cloud and return it as it stands there; see the module.

    Args:
        api: the operation.
        claim: what is written if the folder has none there.
        settled: id of the folder's claim that was seen alone before; a later one takes nothing from it.

    Raises:
        Locked: `claim.held`, `claim.unreadable`: somebody else has the programme.
        Refused: `claim.not-possible`: the cloud does not let us write or read claims.
    """
    try:
        return _held(api, claim, settled)
    except HttpException as error:
        if error.status_code not in _REFUSALS:
            raise
        message = explain(api.cloud, "server group", error).values.get("message", "")
        raise Refused("claim.not-possible", cloud=api.cloud, message=message) from error


def release(api: Api, claim: Claim) -> None:
    """Take a claim off this cloud; one that is gone already is no error."""
    if any(found.id == claim.id for found in claims(api, claim.programme)):
        api.connection.compute.delete_server_group(claim.id)


def _held(api: Api, claim: Claim, settled: str) -> Claim:
    found = claims(api, claim.programme)
    others = foreign(found, claim.state)
    mine = [one for one in found if one not in others]
    for one in mine:
        if one.id == settled or not others:
            return one
    if others and not mine:
        raise refusal(api.cloud, others[0])
    written = {one.id for one in mine}
    if not mine:
        written.add(_write(api, claim))
        # Where several database nodes stand behind the API, what another one was told may take a moment to be seen.
        api.deadline.pause(api.timeouts.settle)
    return _alone(api, claim, written)


def _write(api: Api, claim: Claim) -> str:
    """Write our claim and return its id."""
    nova = api.connection.compute

    def look() -> ServerGroup | None:
        mine = [one.id for one in claims(api, claim.programme) if one.state == claim.state]
        return next((group for group in nova.server_groups() if group.id in mine), None)

    group, _ = ensure_one(
        api,
        f"claim:{claim.programme}/{claim.state}",
        claim.text(),
        look=look,
        prepare=lambda: partial(nova.create_server_group, name=claim.text(), policy=_POLICY),
    )
    return str(group.id)


def _alone(api: Api, claim: Claim, written: set[str]) -> Claim:
    """Return our claim once it is seen alone; withdraw what we have `written` and raise if it is not to be."""
    last: tuple[Claim, ...] = ()

    def look() -> Claim | None:
        nonlocal last
        last = claims(api, claim.programme)
        others = foreign(last, claim.state)
        mine = [one for one in last if one not in others]
        if mine and not others:
            return mine[0]
        # Also while ours is not listed yet: what another has written is there.
        if others and in_order([*others, *mine])[0] == others[0]:
            raise refusal(api.cloud, others[0])
        return None

    try:
        held = api.within(api.timeouts.grace).until(look)
        if held is not None:
            return held
        for other in foreign(last, claim.state):
            raise refusal(api.cloud, other)
        raise api.late("claim", "-")
    except (Locked, CloudError):
        for identity in sorted(written):
            api.connection.compute.delete_server_group(identity)
            api.evidence.record("claim.withdrawn", cloud=api.cloud, id=identity)
        raise
