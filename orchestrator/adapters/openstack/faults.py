"""What a cloud's refusals mean: exceptions of openstacksdk and keystoneauth become our codes with values."""

from __future__ import annotations

import errno
import logging
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import RemoteDisconnected
from urllib.parse import urlsplit

import requests
from keystoneauth1 import exceptions as auth
from openstack import exceptions as sdk

from orchestrator.adapters.openstack.transport import Transport, may_repeat
from orchestrator.adapters.openstack.wire import Unreadable
from orchestrator.errors import CloudError, CloudLost

_SHORT = 400
_log = logging.getLogger("dbos.migrate")  # beside the engine's own lines, in the engine's file
# Why nobody answered, the first that holds. A certificate that is not accepted shows as a connection that fails, too.
_KINDS: Mapping[str, tuple[type[BaseException], ...]] = {
    "tls": (requests.exceptions.SSLError, ssl.SSLError),
    "unknown-name": (socket.gaierror,),
    "refused": (ConnectionRefusedError,),
    "time-out": (requests.Timeout, TimeoutError),
    "closed": (ConnectionError, RemoteDisconnected),
}
# A service that answers so to a question, however often it is asked, is closed to us.
_CLOSED = frozenset({403, 502, 503, 504})
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH})
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
    error = _undiscovered(error)
    found = _explained(cloud, subject, error)
    return CloudLost(found.code, **found.values) if _lost(error) else found


def _undiscovered(error: Exception) -> Exception:
    """Return why the identity service's versions could not be asked for, where that is what failed.

    keystoneauth tells a silence there, and a refusal, as a wrong `auth_url`, unless the URL's path begins with /v3.
    """
    if not isinstance(error, auth.DiscoveryFailure):
        return error
    known = (auth.ConnectionError, auth.HttpError, requests.RequestException)
    return next((one for one in _causes(error) if isinstance(one, known)), error)


def _explained(cloud: str, subject: str, error: Exception) -> CloudError:
    told = {"cloud": cloud, "subject": subject}
    bad = next((one for one in _causes(error) if isinstance(one, Unreadable)), None)
    if bad is not None:
        return CloudError(bad.code, cloud=cloud, request=_request(bad), message=bad.told)
    if isinstance(error, auth.Unauthorized | auth.Forbidden):
        return CloudError("cloud.credentials", **told, message=_short(str(error)))
    if isinstance(error, sdk.HttpException):
        return _explain_status(error, told)
    if isinstance(error, auth.ConnectionError | requests.RequestException):
        return unreachable(cloud, subject, error)
    if isinstance(error, auth.HttpError):
        return CloudError("cloud.unavailable", **told, status=error.http_status, message=_short(str(error)))
    if "pagination loop" in str(error):  # openstacksdk's own word for a page that follows itself
        return CloudError("cloud.answer-malformed", cloud=cloud, request=subject, message="pagination without an end")
    return CloudError("cloud.not-usable", **told, message=_short(f"{type(error).__name__}: {error}"))


def unreachable(cloud: str, subject: str, error: BaseException) -> CloudError:
    """Return the error for a cloud that did not answer: which address, and what kind of silence it is."""
    causes = list(_causes(error))
    asked = _silent(error)
    parts = urlsplit(str(asked.url) if asked is not None else "")
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    kind = next((name for name, kinds in _KINDS.items() if any(isinstance(one, kinds) for one in causes)), "other")
    if kind == "other" and any(getattr(one, "errno", None) in _NO_ROUTE for one in causes):
        kind = "no-route"
    message = _short(str(causes[-1])) if kind in ("tls", "other") else ""
    return CloudError(
        "cloud.unreachable",
        cloud=cloud, subject=subject, host=parts.hostname or "?", port=port, kind=kind, message=message,
    )  # fmt: skip


def _lost(error: Exception) -> bool:
    """Tell whether an error is the cloud's as a whole, so that another system would only meet it again.

    That is a login that is refused, also by one service that does not take the token; a service that the catalogue
    does not name; and a silence, or a gateway that speaks for a silent service, that was asked into until the deadline.
    What is refused about one object, and a create that got no answer, which is sent once, are not.
    """
    if any(isinstance(one, Unreadable) for one in _causes(error)):
        return False
    if isinstance(error, sdk.HttpException):
        request = getattr(error.response, "request", None)
        asked = may_repeat(request.method, urlsplit(str(request.url)).path, None) if request is not None else False
        return error.status_code == 401 or (asked and error.status_code in _CLOSED)
    if isinstance(error, auth.HttpError):  # of Keystone: the services' are openstacksdk's
        return error.http_status == 401 or error.http_status in _CLOSED
    if isinstance(error, auth.ConnectionError | requests.RequestException):
        request = _silent(error)
        return request is None or may_repeat(str(request.method), urlsplit(str(request.url)).path, None)
    return isinstance(error, auth.CatalogException | sdk.ServiceDisabledException | sdk.ServiceDiscoveryException)


def _silent(error: BaseException) -> requests.PreparedRequest | requests.Request | None:
    """Return the request that got no answer."""
    causes = _causes(error)
    return next((one.request for one in causes if isinstance(one, requests.RequestException) and one.request), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what led to it; keystoneauth and urllib3 wrap each other's several times."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]


def _request(error: requests.RequestException) -> str:
    asked = error.request
    return f"{asked.method} {urlsplit(str(asked.url)).path}" if asked is not None else "?"


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
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())[:_SHORT]


@contextmanager
def as_expected(cloud: str, transport: Transport) -> Iterator[None]:
    """Tell what openstacksdk and we trip over in an answer as the cloud's fault, with the request that it came by.

    What we read of an answer was looked at before (see `shapes`); this is for what the libraries read besides.
    """
    try:
        yield
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
        _log.exception("%s after %s", cloud, transport.last)
        told = _short(f"{type(error).__name__}: {error}")
        raise CloudError("cloud.answer-malformed", cloud=cloud, request=transport.last, message=told) from error


@contextmanager
def explained(cloud: str, subject: str) -> Iterator[None]:
    """Let no exception of the libraries out."""
    try:
        yield
    except (sdk.SDKException, auth.ClientException, requests.RequestException) as error:
        raise explain(cloud, subject, error) from error
