"""Words of the evidence log."""

TEXTS = {
    "evidence.missing": ("there is no evidence log at {path}", "{path} 没有证据日志"),
    "evidence.missing.remedy": ("it begins with the first run of a batch", "首次执行批次时自动建立"),
    "evidence.broken": (
        "the evidence log {path} cannot be continued: line {line} is not what it was",
        "证据日志 {path} 无法续写：第 {line} 行已不是原样",
    ),
    "evidence.broken.remedy": (
        "run `migrate evidence verify`; keep the file as it is, move it away, and find out who changed it",
        "执行 `migrate evidence verify`；保留原文件并移开，查明改动者",
    ),
    "evidence.disk-full": (
        "the evidence log {path} could not be written: the disk is full",
        "证据日志 {path} 无法写入：磁盘已满",
    ),
    "evidence.disk-full.remedy": (
        "free space; nothing is done without being recorded",
        "清理磁盘空间；未能留证的操作不会执行",
    ),
    "evidence.torn-line": ("its last line is unfinished", "最后一行不完整"),
    "evidence.not-an-entry": ("it is no entry", "不是有效的记录"),
    "evidence.sequence": ("its number is out of sequence", "序号不连续"),
    "evidence.link": ("it does not follow from the line before", "与上一行不衔接"),
    "evidence.hash": ("its hash does not fit its content", "哈希与内容不符"),
    "evidence.bad": (
        "NOT intact: {file}, line {line}: {why} ({entries} entries before it hold)",
        "不完整：{file} 第 {line} 行：{why}（其前 {entries} 条有效）",
    ),
    "evidence.good": ("intact: {file}, {entries} entries, head {head}", "完整：{file}，共 {entries} 条，末端 {head}"),
    "evidence.anchored": ("the given hash is in the chain: nothing was cut off since", "所给哈希在链中：此后未被截断"),
    "evidence.not-anchored": (
        "the given hash is NOT in the chain: the log was cut off or replaced",
        "所给哈希不在链中：日志被截断或替换",
    ),
    "evidence.none": ("no entries", "没有记录"),
    "evidence.column.seq": ("no.", "序号"),
    "evidence.column.at": ("at (UTC)", "时间（UTC）"),
    "evidence.column.actor": ("who", "操作者"),
    "evidence.column.kind": ("what", "事项"),
    "evidence.column.data": ("data", "内容"),
}
