"""Help texts of `migrate render` and `migrate sources`."""

TEXTS = {
    "help.render.out": (
        "folder to write to: for each system a folder with playbook.yml, vars.yml, inventory.yml",
        "输出目录：每个系统一个子目录，内有 playbook.yml、vars.yml、inventory.yml",
    ),
    "help.sources.check": (
        "probe source machines over SSH, read-only, host keys pinned; exit 1 if a check does not pass",
        "通过 SSH 只读探查源服务器（主机密钥须已登记）；有检查未通过时退出码为 1",
    ),
    "help.sources.system": ("only this system's machines", "只探查该系统的源服务器"),
}
