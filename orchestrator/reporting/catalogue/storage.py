"""Words of disks that do not take or give what has to be kept."""

TEXTS = {
    "storage.full": ("{path} could not be written: the disk is full", "{path} 无法写入：磁盘已满"),
    "storage.full.remedy": (
        "free space on the disk of {path} (`df -h`, `df -i`, and the user's quota), then run the same command again: "
        "it goes on from here. Never delete `evidence*` or `state.sqlite*`; `.migrate/engine.log` and old "
        "`.migrate/runs/` may go",
        "请在 {path} 所在磁盘上清理空间（查看 `df -h`、`df -i` 及用户配额），再次运行同一命令即可从此处继续。"
        "切勿删除 `evidence*` 和 `state.sqlite*`；`.migrate/engine.log` 和旧的 `.migrate/runs/` 可以删除",
    ),
    "storage.read-only": (
        "{path} could not be written: its file system is read-only",
        "{path} 无法写入：文件系统为只读",
    ),
    "storage.read-only.remedy": (
        "find out why (`dmesg`: a kernel makes a faulty disk read-only), mount it writable again, then run the same "
        "command again: it goes on from here",
        "请查明原因（`dmesg`：磁盘出错时内核会将其改为只读），重新以可写方式挂载后再次运行同一命令，即可从此处继续",
    ),
    "storage.broken": (
        "{path} could not be written or read: the disk reports an error",
        "{path} 无法读写：磁盘报告错误",
    ),
    "storage.broken.remedy": (
        "look at `dmesg` and the disk's health; copy `.migrate/` to a sound disk and run the same command again "
        "from there: it goes on from here",
        "请查看 `dmesg` 和磁盘健康状况；将 `.migrate/` 复制到完好的磁盘后再次运行同一命令，即可从此处继续",
    ),
    "storage.forbidden": ("{path} may not be written by this user", "当前用户无权写入 {path}"),
    "storage.forbidden.remedy": (
        "run as the user that owns it, or give it back to this user (`ls -ld {path}`)",
        "请以其属主身份运行，或将其归还当前用户（`ls -ld {path}`）",
    ),
    "storage.no-room": (
        "{path} has {free_kib} KiB free and a run needs at least {floor_kib} KiB; nothing was begun",
        "{path} 仅剩 {free_kib} KiB，执行至少需要 {floor_kib} KiB；尚未开始任何操作",
    ),
    "storage.no-room.remedy": (
        "free space on the disk of {path} (`df -h`, `df -i`), then run the same command again",
        "请在 {path} 所在磁盘上清理空间（`df -h`、`df -i`），再次运行同一命令",
    ),
    "storage.database": (
        "the engine's database {path} is damaged: {error}",
        "流程数据库 {path} 已损坏：{error}",
    ),
    "storage.database.remedy": (
        "put back a copy of {path} from before, if there is one. Without: move it, with its -wal and -shm, out of the "
        "folder and run the same command again; what is on the clouds is found by its marks and taken over, nothing "
        "is made twice. Keep the evidence as it is",
        "如有备份，请恢复 {path}。没有备份时：将其连同 -wal、-shm 文件移出该目录，再次运行同一命令；"
        "云上已有资源将按标记识别并接管，不会重复创建。证据日志保持原样",
    ),
}
