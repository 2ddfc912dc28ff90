"""Whom a refusal is about: what the request names, such as one flavor, or perhaps everybody who asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

from openstack import exceptions as sdk

from orchestrator.errors import CloudError, CloudLost, CloudRefused
from orchestrator.model.plan import CloudObject

_PERHAPS_ALL = frozenset({"cloud.forbidden", "cloud.quota"})
# Under these keys a request says by id or name what it wants (Nova, Neutron, Cinder); the project is everybody's.
_CHOICE = re.compile(r"(\w+Ref|\w+_id|uuid|port|key_name|volume_type|availability_zone|ip_address)")
_EVERYBODYS = frozenset({"project_id", "tenant_id"})


@contextmanager
def telling_whose(spec: CloudObject) -> Iterator[None]:
    """Have a refusal that names nothing of what was asked for raised as one that may be everybody's.

    What cannot be read is taken for the one object's: a cloud is not called closed on a guess.

    Raises:
        CloudRefused: in place of the `CloudError` of the same code and values.
    """
    try:
        yield
    except CloudLost:
        raise
    except CloudError as error:
        asked = _asked(error.__cause__)
        if error.code not in _PERHAPS_ALL or asked is None:
            raise
        message, quota = str(error.values.get("message", "")), error.code == "cloud.quota"
        if any(_names(message, choice, quota=quota) for choice in asked | set(_wanted(spec))):
            raise
        raise CloudRefused(error.code, **error.values) from error


def _names(message: str, choice: str, *, quota: bool) -> bool:
    """Tell whether a message has an id or a name in it; a quota's numbers are none, but its `gigabytes_ssd` has."""
    if not choice or (quota and choice.isdecimal()):
        return False
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(choice)}(?![A-Za-z0-9])", message) is not None


def _wanted(spec: CloudObject) -> Iterator[str]:
    for field in fields(spec):
        value = getattr(spec, field.name)
        if field.name != "name" and isinstance(value, str):
            yield value


def _asked(error: BaseException | None) -> set[str] | None:
    """Return what the refused request named; None where nobody can tell."""
    request = getattr(error.response, "request", None) if isinstance(error, sdk.HttpException) else None
    if request is None:
        return None
    try:
        return set(_choices(json.loads(request.body or "{}")))
    except (ValueError, TypeError, RecursionError):
        return None


def _choices(body: object) -> Iterator[str]:
    if isinstance(body, list):
        for each in body:
            yield from _choices(each)
    elif isinstance(body, dict):
        for key, value in body.items():
            if isinstance(value, str) and _CHOICE.fullmatch(key) and key not in _EVERYBODYS:
                yield value.rpartition("/")[2]
            else:
                yield from _choices(value)
