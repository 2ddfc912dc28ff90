"""The few OpenStack API calls the lab makes, over HTTP with the standard library alone."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from .errors import NoAnswer

Json = Any
"""What an API answers; its shape is OpenStack's business."""

_ROOTS = {
    "identity": ":5000/v3",
    "image": ":9292/v2",
    "compute": ":8774/v2.1",
    "network": ":9696/v2.0",
    "volume": ":8776/v3/{project}",
    "placement": ":8778",
}


class Api:
    """One user's session with one cloud."""

    def __init__(
        self, address: str, user: str, password: str, project: str, *, logs: Path, within: float = 180
    ) -> None:
        """Ask for a token.

        Args:
            address: of the cloud.
            user: its name.
            password: its password.
            project: the project's name.
            logs: where the cloud's services write; errors name it.
            within: seconds that each call may take.

        Raises:
            ApiError: the identity service says no, or nothing.
        """
        self._address, self._logs = address, logs
        self._within = within
        self._headers = {"Content-Type": "application/json"}
        domain = {"name": "Default"}
        identity = {
            "methods": ["password"],
            "password": {"user": {"name": user, "password": password, "domain": domain}},
        }
        scope = {"project": {"name": project, "domain": domain}}
        self.project = "-"
        answer, headers = self._ask(
            "identity", "POST", "/auth/tokens", {"auth": {"identity": identity, "scope": scope}}
        )
        self._headers["X-Auth-Token"] = headers["X-Subject-Token"]
        token = answer["token"]
        self.project = token["project"]["id"]
        self.user = token["user"]["id"]

    def get(self, service: str, path: str) -> Json:
        """Read."""
        return self.call(service, "GET", path)

    def call(self, service: str, method: str, path: str, body: Json = None) -> Json:
        """Make one call and return its parsed answer, or None when it is empty."""
        return self._ask(service, method, path, body)[0]

    def ensure(self, service: str, path: str, kind: str, name: str, /, **wanted: Json) -> Json:
        """Return the object of that name, created if absent; an existing one is left as it is."""
        listed = self.get(service, path)
        plural = next(key for key, value in listed.items() if isinstance(value, list) and not key.endswith("_links"))
        for found in listed[plural]:
            if found["name"] == name:
                return found
        body = {kind: {"name": name, **wanted}} if kind else {"name": name, **wanted}
        made = self.call(service, "POST", path.split("?")[0].removesuffix("/detail"), body)
        return made[kind] if kind else made

    def upload(self, path: str, stream: BinaryIO, size: int) -> None:
        """Send an image's bytes."""
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        self._ask("image", "PUT", path, stream=stream, headers=headers)

    def _ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Json = None,
        *,
        stream: BinaryIO | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[Json, Mapping[str, str]]:
        url = f"http://{self._address}{_ROOTS[service].format(project=self.project)}{path}"
        data = stream if stream else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method, headers={**self._headers, **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=self._within) as answer:  # noqa: S310 -- as above
                text = answer.read()
                return json.loads(text) if text else None, answer.headers
        except urllib.error.HTTPError as error:
            detail = _line(_rest(error))
            raise ApiError(
                error.code, f"{method} {url} answered {error.code}: {detail}", f"the logs are in {self._logs}"
            ) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ApiError(
                0, f"{method} {url} was not answered: {_line(error)}", f"the logs are in {self._logs}"
            ) from error


def _line(text: object) -> str:
    return " ".join(str(text).split())[:600]


def _rest(error: urllib.error.HTTPError) -> str:
    try:
        return error.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return ""


class ApiError(NoAnswer):
    """An API said no, or, with status 0, nothing within its time."""

    def __init__(self, status: int, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.status = status
