"""The backbone: one box that routes between the clouds, the machine rooms and this machine, and to nowhere else.

It has no default route, so nothing of the lab can reach the machine's own networks.  This machine has one interface
into it; every other link runs between boxes.
"""

from __future__ import annotations

import ipaddress
import json

from . import files
from .box import Box
from .errors import Refused
from .progress import say
from .shell import run, succeeds

UPLINK = "migrate-lab"
NETWORKS = ("172.29.0.0/16", "172.30.0.0/16", "10.77.0.0/16")
_HERE, _THERE = "10.77.0.2/30", "10.77.0.1/30"
_INIT = (
    "mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/lab && touch /run/lab/ready && exec tini -s -- sleep infinity"
)


def backbone() -> Box:
    """Return the backbone's box."""
    return Box("backbone", files.state() / "backbone")


def conflicts(routes: str) -> list[str]:
    """Return the networks this machine already routes elsewhere and the lab would hide (`ip -json route`)."""
    wanted = [ipaddress.ip_network(network) for network in NETWORKS]
    taken = []
    for route in json.loads(routes or "[]"):
        if route["dst"] == "default" or route.get("dev") == UPLINK:
            continue
        other = ipaddress.ip_network(route["dst"], strict=False)
        if any(other.overlaps(network) for network in wanted):
            taken.append(f"{route['dst']} on {route.get('dev', 'another gateway')}")
    return taken


def ensure_backbone() -> Box:
    """Bring the backbone and this machine's link into it up."""
    box = backbone()
    if taken := conflicts(run("ip", "-json", "-4", "route")):
        raise Refused(
            f"this machine already routes {', '.join(taken)}",
            f"the lab needs {', '.join(NETWORKS)} for itself: take that route away, or use another machine",
        )
    if box.pid is None:
        box.start(("sh", "-c", _INIT, box.folder))
        box.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        box.run("ip", "link", "set", "lo", "up")
        say(box.name, "routes between the clouds and the machine rooms")
    if not box.succeeds("ip", "link", "show", "here"):
        if succeeds("ip", "link", "show", UPLINK):
            run("ip", "link", "del", UPLINK)
        run("ip", "link", "add", UPLINK, "type", "veth", "peer", "name", "here", "netns", str(box.pid))
        box.run("ip", "-batch", "-", text=f"addr add {_THERE} dev here\nlink set here up\n")
        run("ip", "-batch", "-", text=f"addr add {_HERE} dev {UPLINK}\nlink set {UPLINK} up\n")
    for network in NETWORKS:
        run("ip", "route", "replace", network, "via", _THERE.partition("/")[0], "dev", UPLINK)
    return box


def plug(box: Box, device: str, link: str, *, address: str = "", gateway: str = "", bridge: str = "") -> bool:
    """Connect a box to the backbone: `device` inside, `link` at the backbone's end.

    Args:
        box: the box to connect.
        device: the interface's name inside the box.
        link: the interface's name in the backbone.
        address: the box's own address, with its prefix length; none where the box's own services set it.
        gateway: the backbone's address on the link, with its prefix length, or none if a bridge has it.
        bridge: the backbone's bridge that the link joins.

    Returns:
        False when it was connected already.
    """
    wan = backbone()
    if box.succeeds("ip", "link", "show", device):
        return False
    if wan.succeeds("ip", "link", "show", link):
        wan.run("ip", "link", "del", link)
    # only the backbone's network is entered: the other box's process number means nothing in its pid namespace
    enter = ("nsenter", f"--net=/proc/{wan.pid}/ns/net", "--")
    run(*enter, "ip", "link", "add", link, "type", "veth", "peer", "name", device, "netns", str(box.pid))
    # a frame whose checksum the veth pair left open never passes a guest's DHCP client
    wan.run("ethtool", "-K", link, "tx", "off")
    outside = [f"link set {link} up"]
    outside += [f"link set {link} master {bridge}"] if bridge else []
    outside += [f"addr add {gateway} dev {link}"] if gateway else []
    inside = ["link set lo up", f"link set {device} up"]
    inside += [f"addr add {address} dev {device}"] if address else []
    wan.run("ip", "-batch", "-", text="\n".join(outside) + "\n")
    box.run("ip", "-batch", "-", text="\n".join(inside) + "\n")
    return True


def bridge(name: str, gateway: str) -> None:
    """Make a bridge in the backbone: the switch of a machine room."""
    wan = backbone()
    if not wan.succeeds("ip", "link", "show", name):
        lines = f"link add {name} type bridge\naddr add {gateway} dev {name}\nlink set {name} up\n"
        wan.run("ip", "-batch", "-", text=lines)


def unplug() -> None:
    """Take the backbone down, and with it this machine's link and routes."""
    backbone().stop()
