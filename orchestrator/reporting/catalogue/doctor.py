"""Words of `migrate doctor`."""

TEXTS = {
    "doctor.status.pass": ("ok", "正常"),
    "doctor.status.fail": ("FAILED", "异常"),
    "doctor.status.unknown": ("unknown", "未知"),
    "doctor.status.error": ("error", "出错"),
    "doctor.python": ("Python {version}", "Python {version}"),
    "doctor.python.remedy": ("Python 3.11 or newer is needed", "需要 Python 3.11 或更新版本"),
    "doctor.ansible": ("ansible-playbook: {path}", "ansible-playbook：{path}"),
    "doctor.ansible.remedy": ("install ansible-core into the same environment", "在同一环境中安装 ansible-core"),
    "doctor.ssh": ("ssh client: {path}", "ssh 客户端：{path}"),
    "doctor.ssh.remedy": (
        "install openssh-client; playbooks reach guests by it",
        "安装 openssh-client；剧本通过它连接云主机",
    ),
    "doctor.programme": ("programme in {folder} {error}", "迁移项目 {folder} {error}"),
    "doctor.programme.remedy": (
        "name the folder with -C, or make one with `migrate init DIR --from lab`",
        "用 -C 指明目录，或用 `migrate init 目录 --from lab` 建立",
    ),
    "doctor.state": ("state folder {path}, mode {mode}", "状态目录 {path}，权限 {mode}"),
    "doctor.state.remedy": ("`chmod 700 {path}`; the next run does it too", "`chmod 700 {path}`；下次运行也会自动修正"),
    "doctor.lock": ("programme held by: {holder}", "迁移项目占用者：{holder}"),
    "doctor.evidence": (
        "evidence log: {entries} entries, first bad line: {line}",
        "证据日志：{entries} 条，首个异常行：{line}",
    ),
    "doctor.evidence.remedy": ("`migrate evidence verify` says what is wrong", "`migrate evidence verify` 会说明问题"),
    "doctor.stuck": ("unfinished with nobody at work: {systems}", "未完成且无人执行：{systems}"),
    "doctor.stuck.remedy": (
        "run the batch again: it goes on where it stopped",
        "重新执行该批次：从停止处继续",
    ),
    "doctor.clouds-file": ("{path}, mode {mode}", "{path}，权限 {mode}"),
    "doctor.clouds-file.remedy": (
        "it must exist and be readable by its owner only: `chmod 600 {path}`",
        "文件须存在且仅属主可读：`chmod 600 {path}`",
    ),
    "doctor.cloud": ("cloud {cloud}: {answer}", "云 {cloud}：{answer}"),
    "doctor.cloud.remedy": (
        "check its entry in the clouds file and the way to it; in the lab, `migrate lab status`",
        "检查云配置文件中的条目及网络；实验环境可用 `migrate lab status`",
    ),
}
