"""The `Cloud` port on one OpenStack cloud: each method borrows a connection and asks its kind's module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from orchestrator.adapters.openstack import (
    attachments,
    claims,
    compute,
    deleting,
    floating,
    identity,
    images,
    network,
    starting,
    storage,
)
from orchestrator.adapters.openstack import stock as stocking
from orchestrator.adapters.openstack import view as viewing
from orchestrator.adapters.openstack.api import Api, Known
from orchestrator.adapters.openstack.connections import Connections
from orchestrator.adapters.openstack.faults import as_expected, explained
from orchestrator.adapters.openstack.refusals import telling_whose
from orchestrator.adapters.openstack.timing import Deadline, Timeouts
from orchestrator.adapters.openstack.together import Together
from orchestrator.model.claim import Claim, Standing
from orchestrator.model.copies import Stock, Stocked
from orchestrator.model.image import ImageSpec
from orchestrator.model.machines import CloudServer
from orchestrator.model.plan import (
    CloudObject,
    FloatingIpSpec,
    KeypairSpec,
    PortSpec,
    SecurityGroupSpec,
    ServerSpec,
    VolumeSpec,
)
from orchestrator.model.result import CloudView, Ensured, Observed, Offer
from orchestrator.model.routes import FloatingSeen
from orchestrator.ports import Clock, Evidence


class OpenStackCloud:
    """One cloud by its name in `clouds.yaml`. Several threads may use one object; nothing is sent before the first use.

    Args:
        name: the cloud's name.
        clouds_file: the programme's `clouds.yaml`; a `secure.yaml` beside it is read too.
        public_key: the tool's public key, OpenSSH format.
        evidence: receives every request, and each create's intent and outcome.
        clock: time.
        timeouts: how long anything may take.
    """

    def __init__(
        self,
        name: str,
        *,
        clouds_file: Path,
        public_key: str,
        evidence: Evidence,
        clock: Clock,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._name = name
        self._public_key = public_key
        self._evidence = evidence
        self._clock = clock
        self._timeouts = timeouts or Timeouts()
        self._known = Known()
        self._together = Together()
        self._connections = Connections(name, clouds_file, evidence=evidence, timeouts=self._timeouts)

    @property
    def name(self) -> str:
        """Name in `clouds.yaml`."""
        return self._name

    def view(self, programme: str) -> CloudView:
        """Read everything a plan needs: our objects, quotas and use, offers. Never writes."""
        with self._operation(programme) as api:
            return viewing.look(api, programme)

    def standing(self, programme: str) -> Standing:
        """Read which cloud this is, and whose the programme is on it. Never writes."""
        with self._operation(programme) as api:
            told = claims.known_claims(api, programme)
            return Standing(cloud=self._name, identity=identity.identity(api), claims=told)

    def hold(self, claim: Claim, settled: str = "") -> Claim:
        """Make a state folder's claim stand alone, or raise: the programme is somebody else's."""
        with self._operation("claim") as api:
            return claims.hold(api, claim, settled)

    def release(self, claim: Claim) -> None:
        """Take a claim off the cloud; one that is gone already is no error."""
        with self._operation("claim") as api:
            claims.release(api, claim)

    def offers(self) -> tuple[Offer, ...]:
        """Read what the cloud offers by name: flavors, images, networks, volume types and availability zones."""
        with self._operation(self._name) as api:
            return viewing.offers(api)

    def stock(self, what: Stocked) -> Stock:
        """Return everything of one kind that our project sees, by one listing. Never writes."""
        with self._operation(what) as api:
            return stocking.stock(api, what)

    def find(self, spec: ServerSpec) -> Observed | None:
        """Find a server of ours by its mark, also when somebody renamed it; its detail tells of its note alone."""
        with self._operation(spec.name) as api:
            return compute.observe(api, spec)

    def ensure(self, spec: CloudObject, *, deadline: timedelta, among: Sequence[CloudObject] = ()) -> Ensured:
        """Make the object exist and be as specified; see each kind's own function for what it refuses."""
        with telling_whose(spec), self._operation(spec.name, deadline, among) as api:
            match spec:
                case KeypairSpec():
                    return compute.ensure_keypair(api, spec, self._public_key)
                case SecurityGroupSpec():
                    return network.ensure_security_group(api, spec)
                case VolumeSpec():
                    return storage.ensure_volume(api, spec)
                case PortSpec():
                    return network.ensure_port(api, spec)
                case ServerSpec():
                    return compute.ensure_server(api, spec)
                case FloatingIpSpec():
                    return network.ensure_floating_ip(api, spec)

    def ensure_image(self, spec: ImageSpec, chunks: Iterable[bytes], *, deadline: timedelta) -> Ensured:
        """Send an image of a whole disk, and keep it only if the cloud has what was sent."""
        with self._operation(spec.name, deadline) as api:
            return images.ensure_image(api, spec, chunks)

    def state(self, server: CloudServer) -> str:
        """Return how a server of ours stands, as Nova calls it."""
        with self._operation(server.name) as api:
            return starting.state(api, server)

    def ensure_started(self, server: CloudServer, image: str, *, deadline: timedelta) -> None:
        """Have a server of ours run from this image, or as it is where none is named."""
        with self._operation(server.name, deadline) as api:
            starting.ensure_started(api, server, image)

    def ensure_stopped(self, server: CloudServer, *, deadline: timedelta) -> None:
        """Have a server of ours off."""
        with self._operation(server.name, deadline) as api:
            starting.ensure_stopped(api, server)

    def ensure_attached(
        self, server: str, volume: str, *, deadline: timedelta, among: Sequence[CloudObject] = ()
    ) -> Ensured:
        """Attach a volume to a server, both by the names they have in the plan."""
        with self._operation(volume, deadline, among) as api:
            return attachments.ensure_attached(api, server, volume)

    def address(self, server: Observed) -> str:
        """Return the address the tool reaches the server at: its floating IP, else its fixed IPv4."""
        with self._operation(server.name) as api:
            return network.reachable_address(api, server)

    def floating(self, address: str, target: str = "", *, deadline: timedelta) -> FloatingSeen:
        """Read what a floating IP is associated with, and which port has that fixed address. Never writes."""
        with self._operation(address, deadline) as api:
            return floating.seen(api, address, target)

    def ensure_led(
        self, address: str, leaving: tuple[str, str], opening: tuple[str, str], *, deadline: timedelta
    ) -> None:
        """Associate a floating IP with a port, each by its id and fixed address, if it has the other one or none."""
        with self._operation(address, deadline) as api:
            floating.ensure_led(api, address, leaving, opening)

    def console(self, server: Observed) -> str:
        """Return the server's console log, from which its SSH host keys are learned."""
        with self._operation(server.name) as api:
            return str(api.connection.compute.get_server_console_output(server.id).get("output") or "")

    def ensure_configured(self, server: Observed, digest: str) -> Ensured:
        """Write on the server, as `find` saw it before it was configured, that this configuration holds."""
        with self._operation(server.name) as api:
            return compute.ensure_configured(api, server, digest)

    def delete(self, observed: Observed) -> None:
        """Delete one of our objects; one that is gone already is no error."""
        with self._operation(observed.name) as api:
            self._known.forget_all()
            deleting.delete(api, observed)

    @contextmanager
    def _operation(
        self, subject: str, after: timedelta | None = None, among: Sequence[CloudObject] = ()
    ) -> Iterator[Api]:
        deadline = Deadline(self._clock, after or self._timeouts.operation)
        with (
            explained(self._name, subject),
            self._connections.borrow(deadline) as (connection, transport),
            as_expected(self._name, transport),
        ):
            yield Api(
                cloud=self._name,
                connection=connection,
                evidence=self._evidence,
                timeouts=self._timeouts,
                deadline=deadline,
                known=self._known,
                together=self._together,
                owners={(type(item), item.name): item.owner for item in among},
                date=lambda: transport.date,
            )
