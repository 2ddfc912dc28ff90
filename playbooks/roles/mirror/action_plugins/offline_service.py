"""Ansible action: brings the archive of packages along for `offline_service`, but only where the server wants it."""

from __future__ import annotations

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.hashing import checksum


class ActionModule(ActionBase):
    """Asks the server with the archive's digest first: nearly always it is installed, and one module run is enough."""

    _requires_connection = True

    def run(self, tmp=None, task_vars=None):
        """Run the module; once more, with the archive, if it asks for it."""
        super().run(tmp, task_vars)
        archive = self._task.args["archive"]
        digest = checksum(archive)
        if digest is None:
            raise AnsibleActionFail(f"there is no archive of packages at {archive}")
        arguments = {**self._task.args, "archive": None, "digest": digest}
        answer = self._execute_module(module_args=arguments, task_vars=task_vars)
        if not answer.get("archive_wanted"):
            return answer
        folder = self._make_tmp_path()  # removed by `cleanup`, whatever happens
        brought = self._transfer_file(archive, self._connection._shell.join_path(folder, "archive.tar"))
        self._fixup_perms2((folder, brought))
        return self._execute_module(module_args={**arguments, "archive": brought}, task_vars=task_vars)
