"""Ansible loaded once and run many times: what of it every run needs, and a run in a forked process.

All that we know of Ansible's inside is in this module. What it promises to nobody may change with any release: then
`load` raises, and each run starts an Ansible of its own, as slowly as by hand.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestrator.adapters.roles import folder_digest

_MODULES = (
    "ansible_runner.interface",
    "pexpect",
    "ansible.cli.playbook",
    "ansible.executor.process.worker",
    "ansible.executor.task_executor",
    "ansible.module_utils._internal._json._profiles._module_legacy_c2m",
    "ansible.module_utils._internal._json._profiles._module_legacy_m2c",
    "ansible.module_utils.connection",
    "ansible.parsing.dataloader",
    "ansible.playbook.handler_task_include",
    "ansible.playbook.included_file",
    "ansible.playbook.role_include",
    "ansible.plugins.doc_fragments.vars_plugin_staging",
    "ansible.plugins.vars.host_group_vars",
    "ansible.utils.hashing",
    "ansible.utils.shlex",
    "multiprocessing.popen_fork",
    "multiprocessing.shared_memory",
    "multiprocessing.synchronize",
    # Locks what it builds, so that runs at the same time may share it; Ansible has it since 2.19.
    "ansible._internal._locking",
)
# Plugins that a run loads and whose options it reads, which are YAML in their source; by the name of their loader.
_PLUGINS: Mapping[str, Sequence[str]] = {
    "action_loader": ("normal", "wait_for"),
    "cache_loader": ("jsonfile", "memory"),
    "connection_loader": ("local", "paramiko_ssh", "ssh"),
    "inventory_loader": ("yaml",),
    "lookup_loader": ("ansible.builtin.template",),
    "shell_loader": ("sh",),
    "strategy_loader": ("linear",),
}
# Loaders of whose plugins a run loads all that there are.
_WHOLE = ("become_loader", "callback_loader", "connection_loader", "shell_loader", "filter_loader", "test_loader")


def load() -> None:
    """Import what every run needs; the environment has the runs' `ANSIBLE_CONFIG` and identity already."""
    for name in _MODULES:
        importlib.import_module(name)
    loaders = importlib.import_module("ansible.plugins.loader")
    loaders.init_plugin_loader()
    for loader, names in _PLUGINS.items():
        for name in names:
            getattr(loaders, loader).get(name, class_only=True)
    for loader in _WHOLE:
        list(getattr(loaders, loader).all(class_only=True))
    # What reads templates is made when the first one is read.
    templates, files = (importlib.import_module(name) for name in ("ansible.template", "ansible.parsing.dataloader"))
    read = templates.Templar(loader=files.DataLoader(), variables={"two": 2})
    if read.template(templates.trust_as_template("{{ two + 1 }}")) != 3:
        raise RuntimeError("Ansible reads templates in another way than it did")


def play(argv: Sequence[str], environment: Mapping[str, str], kept: Path) -> int:
    """Be `ansible-playbook` with these arguments in this environment; return its exit code.

    Only in a process forked for it: what a run leaves in memory is no other's. Standard input, output and error and
    the working directory are the run's already.

    Args:
        argv: the arguments, the program's name first and the playbook last.
        environment: the run's whole environment.
        kept: a folder of this process's owner alone, where modules stay that were built for servers.
    """
    code = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, closefd=False) for number, mode in enumerate(("r", "w", "w"))
        )
        temporary, roles = _look_again()
        modules = kept / _key(Path(argv[-1]), roles)
        with contextlib.suppress(OSError):  # then they are built once more
            modules.mkdir(mode=0o700, exist_ok=True)
            (temporary / "ansiballz_cache").symlink_to(modules)
        importlib.import_module("ansible.cli.playbook").PlaybookCLI.cli_executor(list(argv))
    except SystemExit as ended:
        code = ended.code & 0xFF if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - nobody above us; it is told where Ansible tells its errors
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
    return code


def _look_again() -> tuple[Path, list[Path]]:
    """Settle Ansible's settings by this run's environment; return its temporary folder and where roles are."""
    constants = importlib.import_module("ansible.constants")
    for setting in constants.config.get_configuration_definitions():
        constants.set_constant(setting, constants.config.get_config_value(setting, variables=vars(constants)))
    callbacks = importlib.import_module("ansible.plugins.loader").callback_loader
    for folder in constants.DEFAULT_CALLBACK_PLUGIN_PATH or ():  # ansible-runner's own is among them
        callbacks.add_directory(folder)
    return Path(constants.DEFAULT_LOCAL_TMP), [Path(folder) for folder in constants.DEFAULT_ROLES_PATH]


def _key(playbook: Path, roles: Sequence[Path]) -> str:
    """Name what built modules depend on: the modules of all roles and, because these may share a name, the playbook."""
    whole = hashlib.sha256(playbook.read_bytes())
    for place in (*roles, playbook.parent):
        for pattern in ("library", "module_utils", "*/library", "*/module_utils"):
            for folder in sorted(place.glob(pattern)):
                whole.update(f"{folder}\0{folder_digest(folder)}\n".encode())
    return whole.hexdigest()
