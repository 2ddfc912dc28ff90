"""Runs `ansible-playbook` on rendered systems, each by itself: `configure_bare.py IDENTITY AT_A_TIME CONFIG FOLDER…`.

CONFIG is `tuned` (the tool's ansible.cfg: pipelining, one login) or `plain` (Ansible's defaults and the roles' path).
Every run has connections of its own, as every system has servers of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestrator import resources


def main() -> None:
    """Run them; a failed run ends us."""
    identity, at_a_time, config, folders = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    playbooks = resources.path("playbooks")

    def configure(folder: str) -> None:
        with tempfile.TemporaryDirectory(prefix="bench-bare-") as private:
            (Path(private) / "ansible.cfg").write_text("[defaults]\n")
            known = f"-o UserKnownHostsFile={folder}/known_hosts -o IdentitiesOnly=yes"
            environ = {
                "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
                "HOME": private,
                "LANG": "C.UTF-8",
                "ANSIBLE_PRIVATE_KEY_FILE": identity,
                "ANSIBLE_SSH_COMMON_ARGS": known,
                # Ansible's defaults but for where the roles are, and no look at ~/.ansible.cfg or the current folder.
                "ANSIBLE_CONFIG": str(playbooks / "ansible.cfg") if config == "tuned" else f"{private}/ansible.cfg",
                "ANSIBLE_ROLES_PATH": str(playbooks / "roles"),
                "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
            }
            argv = ["ansible-playbook", "-i", f"{folder}/inventory.yml", f"{folder}/playbook.yml"]
            subprocess.run(argv, check=True, env=environ, stdout=subprocess.DEVNULL)

    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(configure, folders))


if __name__ == "__main__":
    main()
