"""Text that an attacker could put into a cell of the migration list, each piece aimed at one interpreter."""

from __future__ import annotations

# What a cloud could give as the address of a server. An IPv6 zone id is where a whole command has room.
NO_ADDRESSES = (
    "fe80::1%e\"\n      ansible_ssh_common_args: \"-oProxyCommand='touch /tmp/canary'",
    'fe80::1%"\n      ansible_connection: "local',
    "fe80::1%{{ lookup('pipe', 'touch /tmp/canary') }}",
    "::1%$(touch /tmp/canary)",
    "fe80::1%eth0",
    "fe80::1%",
    "2001:db8::1%25x",
    "10.0.0.1%lo",
    "10.0.0.1 -oProxyCommand=sh",
    "10.0.0.1\n10.0.0.2 ssh-ed25519 AAAA",
    "-oProxyCommand=touch",
    "10.0.0.1/32",
    "010.0.0.1",
    "１０.0.0.1",
    "[2001:db8::1]",
    "2001:db8::1,10.0.0.1",
    "localhost",
    "\ud800",
    "",
)


def payloads(canary: str) -> dict[str, str]:
    """Return name → text; whatever interprets one of them as more than text creates the file `canary`."""
    act = f"touch {canary}"
    return {
        "jinja": f"{{{{ lookup('ansible.builtin.pipe', '{act}') }}}}",
        "jinja-block": f"{{% set x = lookup('pipe', '{act}') %}}{{{{ 7919 * 7919 }}}}",
        "jinja-raw": f"{{% endraw %}}{{{{ lookup('pipe', '{act}') }}}}{{% raw %}}",
        "jinja-header": f"#jinja2: variable_start_string: '[%', trim_blocks: true\n[% lookup('pipe', '{act}') %]",
        "jinja-attribute": f"{{{{ cycler.__init__.__globals__.os.popen('{act}').read() }}}}",
        "own-delimiters": "[[ 7919 * 7919 ]] [% for x in y %] [# gone #]",
        "yaml-python": f"!!python/object/apply:os.system ['{act}']",
        "yaml-tag": "!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162",
        "yaml-unsafe-end": f"x'\n- name: y\n  hosts: all\n  tasks:\n    - ansible.builtin.command: {act}\n",
        "yaml-documents": f"x\n...\n---\n- hosts: all\n  tasks: [{{command: {act}}}]\n",
        "yaml-anchor": "&a [*a, *a]",
        "yaml-merge": "<<: {a: 1}",
        "yaml-key": "migrate_guests: {}",
        "shell-substitution": f"$({act})",
        "shell-backticks": f"`{act}`",
        "shell-sequence": f"; {act} ; | {act} & && {act} || {act}\n{act}\n",
        "shell-quotes": f"'; {act}; ' \"; {act}; \" \\'; {act}",
        "path": f"../../../../../..{canary}",
        "option": f"-oProxyCommand={act}",
        "long-option": f"--extra-vars=@{canary}",
        "html": f"</h1><script>fetch('file://{canary}')</script>",
        "nginx": f"; }} server {{ listen 6666; root /; }} # {canary}",
        "sql": f"'; COPY x TO PROGRAM '{act}'; --",
        "terminal": "\x1b[2J\x1b]0;owned\x07\x9b31m",
        "nul": "before\0after",
        "right-to-left": "\u202egnp.exe\u2066",
        "invisible": "\ufeffa\u200bb\u2028c\u0085d",
        "number": "0o17",
        "boolean": "yes",
        "null": "~",
        "long": "长" * 20_000,
    }
