"""Words of rendering."""

TEXTS = {
    "render.progress": ("rendering", "正在生成"),
    "render.progress-line": ("rendered {done} of {count} systems", "已生成 {done}/{count} 个系统"),
    "render.column.system": ("system", "系统"),
    "render.column.folder": ("folder", "目录"),
    "render.column.servers": ("servers", "服务器数"),
    "render.column.workloads": ("workloads", "部署内容"),
    "render.more": ("… and {count} more", "……另有 {count} 个"),
    "render.held": ("{count} systems are held back and not written", "{count} 个系统暂不执行，未生成剧本"),
    "render.done": (
        "{count} systems written to {out}; every file with its digest is in {index}",
        "已为 {count} 个系统生成剧本，目录 {out}；文件及摘要清单见 {index}",
    ),
    "render.name": ("not usable as the name of a {what}: {value}", "不能用作名称（{what}）：{value}"),
    "render.name.remedy": (
        "names are made of a–z, 0–9 and hyphens, are unique within a system, and are not all, ungrouped or localhost; change the id on the list",
        "名称只能由 a–z、0–9 和连字符组成，在同一系统内不得重复，且不能是 all、ungrouped、localhost；请修改清单中的编号",
    ),
    "render.host-key": ("not an SSH host key: {value}", "不是有效的 SSH 主机密钥：{value}"),
    "render.host-key.remedy": (
        "a server's host keys come from its console log; look there for what it has printed",
        "服务器的主机密钥取自其控制台日志，请查看日志中的实际输出",
    ),
    "render.address": ("not an IP address or network: {value}", "不是有效的 IP 地址或网段：{value}"),
    "render.address.remedy": (
        "correct the opening's source on the list; an address of a server comes from its cloud",
        "请更正清单中端口开放的来源地址；服务器自身的地址由云平台给出",
    ),
    "render.foreign": (
        "{out} holds {names} that `migrate render` has not written",
        "{out} 中已有并非由 `migrate render` 生成的 {names}",
    ),
    "render.foreign.remedy": (
        "name a new folder after --out, or move these away",
        "请在 --out 后改用新目录，或先将其移走",
    ),
    "render.readme": (
        """# Playbooks of batch {batch}

Written by `migrate render`. Everything that runs them is here; the machine needs `ansible-core` and nothing else.

    cd {folder} && ansible-playbook -i inventory.yml playbook.yml --syntax-check
    cd {folder} && ansible-playbook -i inventory.yml playbook.yml

The same from this folder, `ansible-playbook -i {folder}/inventory.yml {folder}/playbook.yml`. In AWX this folder is a
project, {folder}/playbook.yml a job template's playbook and {folder}/inventory.yml the source of its inventory.

Two things a running needs are not known when playbooks are rendered:

- each server's address: `ansible_host` in inventory.yml, and its host key in the known_hosts of who runs it.
  `migrate batch {batch}` fills in both by itself;
- the packages: `migrate_mirror` in vars.yml names the archives where they lie here, in {mirror}.
  On another machine put them at the same path.

index.json has the digest of every file.
""",
        """# 第 {batch} 批剧本

由 `migrate render` 生成。运行所需的角色与配置均在本目录，运行的机器只需安装 `ansible-core`。

    cd {folder} && ansible-playbook -i inventory.yml playbook.yml --syntax-check
    cd {folder} && ansible-playbook -i inventory.yml playbook.yml

也可在本目录运行 `ansible-playbook -i {folder}/inventory.yml {folder}/playbook.yml`。在 AWX 中，本目录即项目（project），
{folder}/playbook.yml 为作业模板的剧本，{folder}/inventory.yml 为清单来源。

生成剧本时有两项尚不可知：

- 各服务器的地址：写入 inventory.yml 的 `ansible_host`，其主机密钥写入运行者的 known_hosts；
  `migrate batch {batch}` 会自动填写；
- 软件包：vars.yml 的 `migrate_mirror` 指向本机归档所在目录 {mirror}，换机运行时请放在同一路径。

各文件摘要见 index.json。
""",
    ),
}
