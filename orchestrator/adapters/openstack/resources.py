"""openstacksdk's resources as we read them: by their attributes alone.

Each of openstacksdk's is a dictionary too, filled whenever one is made, which is most of what one costs: a batch makes
hundreds of them for a handful of attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from openstack.compute.v2 import server
from openstack.network.v2 import floating_ip, port, security_group, security_group_rule
from openstack.proxy import Proxy
from openstack.resource import Resource

R = TypeVar("R", bound=Resource)


class _Lean(Resource):
    def to_dict(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Return a dictionary for who asks for one in some way; the one that is asked for with nothing is not read."""
        return super().to_dict(*args, **options) if args or options else {}

    def __bool__(self) -> bool:
        """Be something, though the dictionary is empty."""
        return True

    def _update_location(self) -> None:
        """Do not tell which cloud, project and zone a resource is in: we asked there."""


class Server(_Lean, server.Server):
    """A server."""


class Port(_Lean, port.Port):
    """A port."""


class SecurityGroup(_Lean, security_group.SecurityGroup):
    """A security group."""


class SecurityGroupRule(_Lean, security_group_rule.SecurityGroupRule):
    """A rule of a security group."""


class FloatingIP(_Lean, floating_ip.FloatingIP):
    """A floating IP."""


def listed(proxy: Proxy, kind: type[R], **query: Any) -> Iterator[R]:
    """List what fits, as the proxy's own function of its kind would; a filter's values may be several."""
    _require_service(proxy)
    return kind.list(proxy, **query)


def create(proxy: Proxy, kind: type[R], **wanted: Any) -> R:
    """Create one, as the proxy's own function of its kind would."""
    _require_service(proxy)
    return kind.new(connection=proxy._get_connection(), **wanted).create(proxy)


def _require_service(proxy: Proxy) -> None:
    """Raise what openstacksdk raises of a service that the catalogue does not name: its proxy is none."""
    getattr(proxy, "get")  # noqa: B009 - for what its stand-in raises
