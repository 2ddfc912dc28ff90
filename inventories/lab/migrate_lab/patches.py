"""Lines of Debian's packages that this kind of machine cannot live with, replaced in the clouds' own view only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import files
from .errors import LabError

_PYTHON = Path("/usr/lib/python3/dist-packages")
_PATCHES = (
    # Everything is root already: privileged helpers beside each agent would only cost a gigabyte and many seconds.
    # Neutron's agents do need one, as their netlink sockets break among green threads; but one is enough.
    (
        "oslo_privsep/priv_context.py",
        "self.client_mode = sys.platform != 'win32'",
        "self.client_mode = prefix.startswith('neutron')",
    ),
    (
        "neutron/privileged/__init__.py",
        "link_cmd = priv_context",
        "dhcp_release_cmd = namespace_cmd = conntrack_cmd = default\n_own_link_cmd = priv_context",
    ),
    (
        "neutron/privileged/agent/linux/ip_lib.py",
        "\n@privileged.link_cmd.",
        "\n@privileged.default.",
    ),
    # ebtables over nf_tables cannot delete a rule as it prints it; the agent then tried for ever and wired nothing.
    (
        "neutron/plugins/ml2/drivers/linuxbridge/agent/arp_protect.py",
        """    for rule in current_rules:
        if '-i %s' % vif in rule and '--among-src' in rule:
            ebtables(['-D', chain] + rule.split())
""",
        """    if any('-i %s' % vif in rule and '--among-src' in rule for rule in current_rules):
        ebtables(['-F', chain])
        ebtables(['-A', chain, '-j', 'DROP'])
""",
    ),
    (
        "neutron/plugins/ml2/drivers/linuxbridge/agent/arp_protect.py",
        "wait_exponential(multiplier=0.02),\n",
        "wait_exponential(multiplier=0.02), stop=tenacity.stop_after_delay(30),\n",
    ),
    # The fix of CVE-2024-32498 also refuses the backing files of the NFS driver's own snapshots.
    (
        "cinder/image/image_utils.py",
        "qemu_img_info(source, run_as_root=run_as_root)\n",
        "qemu_img_info(source, run_as_root=run_as_root, allow_qcow2_backing_file=image_id == 'internal image')\n",
    ),
)


def write(to: Path) -> Iterator[tuple[Path, Path]]:
    """Write the patched files and yield each with the one it stands for.

    Raises:
        LabError: a package has another version than the one that was patched.
    """
    texts: dict[str, str] = {}
    for name, old, new in _PATCHES:
        text = texts.get(name) or (_PYTHON / name).read_text()
        if old not in text:
            raise LabError(f"{_PYTHON / name} is not the version the lab knows", "look at patches.py")
        texts[name] = text.replace(old, new)
    for name, text in texts.items():
        files.write(to / name, text)
        yield to / name, _PYTHON / name
