"""Who we are on a cloud and where it says its services are: read from the token, never from `clouds.yaml` alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from keystoneauth1.access import AccessInfo
from keystoneauth1.identity import BaseIdentityPlugin
from openstack.exceptions import SDKException

from orchestrator.adapters.openstack.api import Api
from orchestrator.errors import CloudError
from orchestrator.model.cloud import CloudIdentity, Credential

# What we use → the names it goes by in catalogues (https://service-types.openstack.org/service-types.json).
_SERVICES: Mapping[str, tuple[str, ...]] = {
    "compute": ("compute",),
    "network": ("network",),
    "image": ("image",),
    "block-storage": ("block-storage", "volumev3", "block-store", "volume"),
}
_SHOWN = 200


def identity(api: Api) -> CloudIdentity:
    """Return which cloud this is.

    Raises:
        CloudError: `cloud.no-endpoint` when the catalogue has no region or interface as `clouds.yaml` names it.
    """
    access = _access(api)
    return CloudIdentity(
        name=api.cloud,
        auth_url=_plain(str(api.connection.config.config.get("auth", {}).get("auth_url", ""))),
        project=str(access.project_id or ""),
        region=_region(api, access),
    )


def credential(api: Api) -> Credential:
    """Return the application credential that let us in, and when it expires.

    A cloud that does not let its user read that leaves it unknown: the credential works until the cloud says no.
    """
    access = _access(api)
    told = str(getattr(access, "application_credential_id", None) or "")
    if not told:
        return Credential()
    expires: object = None
    with suppress(SDKException):
        answer = api.connection.identity.get(f"/users/{access.user_id}/application_credentials/{told}")
        body = answer.json() if answer.status_code == 200 else {}
        inner = body.get("application_credential") if isinstance(body, dict) else None
        expires = inner.get("expires_at") if isinstance(inner, dict) else None
    return Credential(id=told, expires=_time(expires))


def _access(api: Api) -> AccessInfo:
    session = api.connection.session
    return cast(BaseIdentityPlugin, session.auth).get_access(session)


def _region(api: Api, access: AccessInfo) -> str:
    """Return the compute endpoint's region, when every service has an endpoint where we are told to look."""
    catalogue: Iterable[Mapping[str, Any]] = access.service_catalog.catalog if access.has_service_catalog() else ()
    listed = {
        service: [end for entry in catalogue if entry.get("type") in names for end in entry.get("endpoints") or ()]
        for service, names in _SERVICES.items()
    }
    config = api.connection.config
    found = {}
    for service, ends in listed.items():
        if config.get_endpoint(service):
            continue  # clouds.yaml says itself where it is
        region, interfaces = config.get_region_name(service) or "", _interfaces(config.get_interface(service))
        fit = [end for end in ends if end.get("interface") in interfaces and region in ("", _of(end))]
        if not fit:
            raise _no_endpoint(api, service, region, interfaces, ends, listed)
        found[service] = _of(fit[0])
    return found.get("compute") or config.get_region_name("compute") or ""


def _no_endpoint(
    api: Api,
    service: str,
    region: str,
    interfaces: tuple[str, ...],
    ends: Iterable[Mapping[str, Any]],
    listed: Mapping[str, Iterable[Mapping[str, Any]]],
) -> CloudError:
    everything = [end for found in listed.values() for end in found]
    shown = list(ends) or everything
    return api.error(
        "cloud.no-endpoint",
        service=service,
        region=region or "-",
        interface=", ".join(interfaces),
        regions=_words({_of(end) for end in shown}),
        interfaces=_words({str(end.get("interface")) for end in shown}),
    )


def _interfaces(told: object) -> tuple[str, ...]:
    """Return the interfaces that would do, without the older spelling's `URL`."""
    texts = told if isinstance(told, list | tuple) else (told or "public",)
    return tuple(str(text).removesuffix("URL") for text in texts)


def _of(end: Mapping[str, Any]) -> str:
    return str(end.get("region_id") or end.get("region") or "")


def _words(found: Iterable[str]) -> str:
    return ", ".join(sorted(filter(None, found)))[:_SHOWN] or "-"


def _plain(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl().rstrip("/")


def _time(text: object) -> datetime | None:
    """Return Keystone's time, which is UTC without saying so."""
    if not isinstance(text, str):
        return None
    with suppress(ValueError):
        told = datetime.fromisoformat(text)
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    return None
