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
    "doctor.disk": ("disk of {path}: {free_kib} KiB free", "{path} 所在磁盘：剩余 {free_kib} KiB"),
    "doctor.disk.remedy": (
        "a run needs at least {floor_kib} KiB: free space there (`df -h`, `df -i`). Never delete `evidence*` or "
        "`state.sqlite*`; `.migrate/engine.log` and old `.migrate/runs/` may go",
        "执行至少需要 {floor_kib} KiB：请在该磁盘上清理空间（`df -h`、`df -i`）。"
        "切勿删除 `evidence*` 和 `state.sqlite*`；`.migrate/engine.log` 和旧的 `.migrate/runs/` 可以删除",
    ),
    "doctor.disk-unwritable": ("{path} cannot be written to", "{path} 无法写入"),
    "doctor.disk-unwritable.remedy": (
        "see who owns it (`ls -ld {path}`), whether its file system is mounted read-only (`findmnt -T {path}`), and why "
        "(`dmesg`)",
        "请查看其属主（`ls -ld {path}`）、文件系统是否以只读方式挂载（`findmnt -T {path}`）及其原因（`dmesg`）",
    ),
    "doctor.database": ("the engine's database {path}: {error}", "流程数据库 {path}：{error}"),
    "doctor.database.remedy": (
        "put back a copy of {path} from before, if there is one. Without: move it, with its -wal and -shm, out of the "
        "folder and run the batch again; what is on the clouds is found by its marks and taken over, nothing is made "
        "twice",
        "如有备份，请恢复 {path}。没有备份时：将其连同 -wal、-shm 文件移出该目录，再次执行批次；"
        "云上已有资源将按标记识别并接管，不会重复创建",
    ),
    "doctor.evidence-unfinished": (
        "evidence log {path}: {entries} entries hold; its last line was begun and not finished (a kill, a full disk)",
        "证据日志 {path}：{entries} 条完好；最后一行未写完（进程被终止或磁盘已满）",
    ),
    "doctor.evidence-unfinished.remedy": (
        "no sign of tampering: see that the disk has room, then run the batch again; it sets the line aside and puts "
        "that on record",
        "不属于篡改：请确认磁盘有空间后再次执行批次，届时会将该行移出并留证",
    ),
    "doctor.lock": ("programme held by: {holder}", "迁移项目占用者：{holder}"),
    "doctor.evidence": (
        "evidence log: {word}, {entries} entries, first bad line: {line}; {told}",
        "证据日志：{word}，{entries} 条，首个异常行：{line}；{told}",
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
    "doctor.clouds-entry": ("{place}: {told}", "{place}：{told}"),
    "doctor.clouds-entry.remedy": ("{remedy}", "{remedy}"),
    "doctor.cloud": ("cloud {cloud}: {answer}", "云 {cloud}：{answer}"),
    "doctor.cloud.remedy": (
        "check its entry in the clouds file and the way to it; in the lab, `migrate lab status`",
        "检查云配置文件中的条目及网络；实验环境可用 `migrate lab status`",
    ),
    "doctor.worker": (
        "worker {name} on {host} serves {labels}; {state}",
        "工作进程 {name}（{host}）负责 {labels}；{state}",
    ),
    "doctor.worker.remedy": (
        "see its log on {host} and start it again there: `migrate worker --name {name} --serves {labels}`",
        "查看 {host} 上的日志，并在该机器重新启动：`migrate worker --name {name} --serves {labels}`",
    ),
    "doctor.workers": ("workers: {error}", "工作进程：{error}"),
}
