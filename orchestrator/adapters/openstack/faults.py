"""What a cloud's refusals mean: exceptions of openstacksdk and keystoneauth become our codes with values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from keystoneauth1 import exceptions as auth
from openstack import exceptions as sdk

from orchestrator.errors import CloudError

_SHORT = 400
# How services name a resource in "quota exceeded" → its name in plans.
_RESOURCES = {
    r"instances": "instances",
    r"cores": "cores",
    r"ram": "ram_mib",
    r"key[ _]pairs": "key_pairs",
    r"gigabytes(_\w+)?": "gigabytes",
    r"volumes(_\w+)?": "volumes",
    r"security_group_rules?": "security_group_rules",
    r"security_groups?": "security_groups",
    r"floatingips?": "floating_ips",
    r"ports?": "ports",
}


def unanswered(error: Exception) -> bool:
    """Tell whether a create may have happened although it looks failed: no answer, or a server's own error."""
    if isinstance(error, sdk.HttpException):
        return (error.status_code or 0) >= 500
    return isinstance(error, auth.ConnectionError | auth.HttpServerError | requests.RequestException)


def conflicting(error: Exception) -> bool:
    """Tell whether a create was refused because of what exists, which may be our own earlier create."""
    return isinstance(error, sdk.ConflictException) and not quota_resource(error)


def quota_resource(error: sdk.HttpException) -> str:
    """Return the resource whose quota is exceeded, in a plan's words; empty if it is not about quotas.

    Nova answers 403, Cinder 413, Neutron 409; all of them say it only in their text.
    """
    text = _message(error).lower()
    if error.status_code not in (403, 409, 413) or ("quota" not in text and error.status_code != 413):
        return ""
    found = [ours for theirs, ours in _RESOURCES.items() if re.search(rf"\b{theirs}\b", text)]
    return ", ".join(dict.fromkeys(found)) or "?"


def explain(cloud: str, subject: str, error: Exception) -> CloudError:
    """Return our error for theirs; `subject` is the object's name or what was asked."""
    told = {"cloud": cloud, "subject": subject}
    if isinstance(error, auth.Unauthorized):
        return CloudError("cloud.credentials", **told)
    if isinstance(error, sdk.HttpException):
        return _explain_status(error, told)
    if isinstance(error, auth.ConnectionError | requests.RequestException):
        return CloudError("cloud.unreachable", **told, message=type(error).__name__)
    if isinstance(error, auth.HttpError):
        return CloudError("cloud.unavailable", **told, status=error.http_status, message=_short(str(error)))
    return CloudError("cloud.not-usable", **told, message=_short(f"{type(error).__name__}: {error}"))


def _explain_status(error: sdk.HttpException, told: dict[str, str]) -> CloudError:
    message = _message(error)
    resource = quota_resource(error)
    if resource:
        return CloudError("cloud.quota", **told, resource=resource, message=message)
    codes = {
        400: "cloud.bad-request",
        401: "cloud.credentials",
        403: "cloud.forbidden",
        404: "cloud.not-found",
        409: "cloud.conflict",
    }
    code = codes.get(error.status_code or 0, "cloud.unavailable")
    return CloudError(code, **told, status=error.status_code or 0, message=message, request_id=error.request_id or "")


def _message(error: sdk.HttpException) -> str:
    return _short(error.details or error.message or "")


def _short(text: str) -> str:
    return " ".join(text.split())[:_SHORT]


@contextmanager
def explained(cloud: str, subject: str) -> Iterator[None]:
    """Let no exception of the libraries out."""
    try:
        yield
    except (sdk.SDKException, auth.ClientException, requests.RequestException) as error:
        raise explain(cloud, subject, error) from error
