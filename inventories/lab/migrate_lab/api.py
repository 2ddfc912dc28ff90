"""The few OpenStack API calls the lab makes, over HTTP with the standard library alone."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any, BinaryIO

from .errors import LabError

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
SERVICES = tuple(_ROOTS)


def answers(address: str, service: str) -> bool:
    """Say whether anything speaks HTTP on a service's port; refusing to answer without a token counts."""
    port = _ROOTS[service].split("/")[0]
    try:
        with urllib.request.urlopen(f"http://{address}{port}/", timeout=3):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500


class Api:
    """One user's session with one cloud."""

    def __init__(self, address: str, user: str, password: str, project: str) -> None:
        self._address = address
        self._headers = {"Content-Type": "application/json"}
        domain = {"name": "Default"}
        identity = {
            "methods": ["password"],
            "password": {"user": {"name": user, "password": password, "domain": domain}},
        }
        scope = {"project": {"name": project, "domain": domain}}
        self.project = "-"
        with self._open("identity", "POST", "/auth/tokens", {"auth": {"identity": identity, "scope": scope}}) as answer:
            self._headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
            token = json.load(answer)["token"]
        self.project = token["project"]["id"]
        self.user = token["user"]["id"]

    def get(self, service: str, path: str) -> Json:
        """Read."""
        return self.call(service, "GET", path)

    def call(self, service: str, method: str, path: str, body: Json = None) -> Json:
        """Make one call and return its parsed answer, or None when it is empty."""
        with self._open(service, method, path, body) as answer:
            text = answer.read()
        return json.loads(text) if text else None

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
        with self._open("image", "PUT", path, stream=stream, headers=headers):
            pass

    def _open(
        self,
        service: str,
        method: str,
        path: str,
        body: Json = None,
        *,
        stream: BinaryIO | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        url = f"http://{self._address}{_ROOTS[service].format(project=self.project)}{path}"
        data = stream if stream else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method, headers={**self._headers, **(headers or {})})
        try:
            return urllib.request.urlopen(request, timeout=180)  # noqa: S310 -- as above
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")[:600]
            raise ApiError(error.code, f"{method} {url} answered {error.code}: {detail}") from error


class ApiError(LabError):
    """An API said no."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status
