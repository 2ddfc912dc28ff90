"""Renders the tool's own templates in a bare loop, four files a system: `render_loop.py WORKBOOK OUT`.

No classification, no placement, no validation of names, no digests, no index; vars are dumped as JSON, which is
YAML too, and nothing marks them as untrusted.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import jinja2
from openpyxl import load_workbook

from orchestrator import resources


def main() -> None:
    """Read the list and write the files."""
    book, out = load_workbook(sys.argv[1], read_only=True), Path(sys.argv[2])
    systems = [_named(book["系统迁移清单"], row) for row in book["系统迁移清单"].iter_rows(min_row=2, values_only=True)]
    servers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in book["服务器清单"].iter_rows(min_row=2, values_only=True):
        server = _named(book["服务器清单"], row)
        servers[server["系统编号"]].append(server)
    environment = jinja2.Environment(  # noqa: S701 - YAML, not HTML
        loader=jinja2.FileSystemLoader(resources.path("templates") / "playbook"),
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    playbook, inventory = environment.get_template("playbook.yml.j2"), environment.get_template("inventory.yml.j2")
    for system in systems:
        mine = servers[system["系统编号"]]
        guests = [{"host": server["服务器编号"].lower(), "ansible_user": "debian"} for server in mine]
        workloads = sorted({server["部署内容"] for server in mine} - {"仅资源"})
        groups = [(name, [s["服务器编号"].lower() for s in mine if s["部署内容"] == name]) for name in workloads]
        folder = out / system["系统编号"].lower()
        folder.mkdir(parents=True)
        (folder / "playbook.yml").write_text(playbook.render(workloads=workloads))
        (folder / "inventory.yml").write_text(inventory.render(guests=guests, addresses={}, groups=groups))
        told = {"migrate_system": system, "migrate_guests": mine}
        (folder / "vars.yml").write_text(json.dumps(told, ensure_ascii=False, indent=1))
        (folder / "known_hosts").write_text("")


def _named(sheet: Any, row: tuple[Any, ...], known: dict[str, list[str]] = {}) -> dict[str, Any]:  # noqa: B006 - a cache
    if sheet.title not in known:
        known[sheet.title] = list(next(sheet.iter_rows(max_row=1, values_only=True)))
    return dict(zip(known[sheet.title], row, strict=False))


if __name__ == "__main__":
    main()
