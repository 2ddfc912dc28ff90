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
        "free space on the disk of {path} (`df -h`, `df -i`), then run the same command again: it goes on from here. "
        "Never delete `evidence*` or `state.sqlite*`; nothing is done without being recorded",
        "请在 {path} 所在磁盘上清理空间（`df -h`、`df -i`），再次运行同一命令即可从此处继续。"
        "切勿删除 `evidence*` 和 `state.sqlite*`；未能留证的操作不会执行",
    ),
    "evidence.moved": (
        "the evidence log {path} was moved or replaced while it was in use",
        "证据日志 {path} 在使用中被移走或替换",
    ),
    "evidence.moved.remedy": (
        "put the file back; a log that must be moved is moved when nothing runs, with its folder `evidence/`",
        "请放回原文件；确需移动时，应在无任务执行时连同 `evidence/` 目录一起移动",
    ),
    "evidence.no-algorithm": ("there is no hash {algorithm} on this machine", "本机没有哈希算法 {algorithm}"),
    "evidence.no-algorithm.remedy": (
        "SM3 comes with OpenSSL 1.1.1 and later, unless it was built without",
        "SM3 随 OpenSSL 1.1.1 及以上版本提供（未裁剪时）",
    ),
    "evidence.no-checkpoint": ("there is no checkpoint yet", "尚无检查点"),
    "evidence.no-checkpoint.remedy": (
        "each run, report and snapshot of the programme makes one",
        "每次执行批次、生成报告或快照都会产生检查点",
    ),
    "evidence.checkpoint-form": ("{path}, line {line} is no checkpoint", "{path} 第 {line} 行不是检查点"),
    "evidence.checkpoint-form.remedy": (
        "an anchor is a line of `evidence/checkpoints.jsonl`, or of the log that checkpoints are sent to",
        "锚点应为 `evidence/checkpoints.jsonl` 中的一行，或接收检查点的日志中的一行",
    ),
    "evidence.not-recorded": (
        "this command left no entry in the evidence: {why}",
        "本次命令未在证据中留下记录：{why}",
    ),
    "evidence.no-anchor": ("{path} holds no checkpoint of this programme", "{path} 中没有本迁移项目的检查点"),
    "evidence.no-anchor.remedy": (
        "give the lines that were kept of its `evidence/checkpoints.jsonl`",
        "请提供当时保存的 `evidence/checkpoints.jsonl` 中的行",
    ),
    "evidence.not-sent": ("the checkpoint could not be sent elsewhere: {error}", "检查点未能送往他处：{error}"),
    "evidence.not-sent.remedy": (
        "mend the place named under `evidence:` in programme.yaml; the next checkpoint covers this one",
        "请修复 programme.yaml 中 `evidence:` 指定的去处；下一个检查点会覆盖本次内容",
    ),
    "evidence.torn-line": (
        "its last line was begun and not finished (a kill, a full disk); the next run sets it aside",
        "最后一行未写完（进程被终止或磁盘已满）；下次执行时移出",
    ),
    "evidence.not-an-entry": ("it is no entry", "不是有效的记录"),
    "evidence.sequence": ("its number is out of sequence", "序号不连续"),
    "evidence.link": ("it does not follow from the line before", "与上一行不衔接"),
    "evidence.hash": ("its hash does not fit its content", "哈希与内容不符"),
    "evidence.clock": (
        "the clock went back before entry {seq}, from {before} to {after}",
        "第 {seq} 条之前时钟回拨：{before} → {after}",
    ),
    "evidence.runs-back": ("it is older than the line before", "时间早于上一行"),
    "evidence.no-opening": ("it does not open a segment", "不是分段的起始记录"),
    "evidence.no-segment": ("this segment is missing", "缺少该分段"),
    "evidence.seal": ("its bytes are not those that were sealed", "内容与封存时不一致"),
    "evidence.seal-differs": ("{file}: its bytes are not those that were sealed", "{file}：内容与封存时不一致"),
    "evidence.cut": (
        "{entries} entries are left, and on {time} there were {seq}: the end was cut off",
        "现有 {entries} 条，而 {time} 已有 {seq} 条：末尾被截断",
    ),
    "evidence.checkpoint-differs": (
        "entry {seq} is not what the checkpoint of {time} says: the log was written anew",
        "第 {seq} 条与 {time} 的检查点不符：日志被改写",
    ),
    "evidence.checkpoint-missing": ("the checkpoint {checkpoint} is missing", "缺少检查点 {checkpoint}"),
    "evidence.checkpoint-order": (
        "the checkpoint of {time} (entry {seq}) does not follow the one before",
        "{time} 的检查点（第 {seq} 条）与前一个不衔接",
    ),
    "evidence.checkpoint-clock": (
        "the checkpoint of {time} (entry {seq}) is older than the one before, of {before}",
        "{time} 的检查点（第 {seq} 条）早于前一个（{before}）",
    ),
    "evidence.head-missing": ("no entry has the hash {head}", "没有哈希为 {head} 的记录"),
    "evidence.snapshot-differs": ("the snapshot {day} was changed", "快照 {day} 被改动"),
    "evidence.snapshot-missing": ("the snapshot {day} is missing", "缺少快照 {day}"),
    "evidence.no-log": (
        "the programme has runs and no evidence log at {path}",
        "该迁移项目已有执行记录，但 {path} 没有证据日志",
    ),
    "evidence.run-missing": (
        "the record of runs has {workflow}, of which the log says nothing",
        "执行记录中有 {workflow}，日志中却没有",
    ),
    "evidence.shared": (
        "{count} run(s) were done by workers, of which each has a log of its own: judge them together (`--with FILE`)",
        "有 {count} 次执行由工作进程完成，各有自己的日志：请一并判定（`--with 文件`）",
    ),
    "evidence.beside": (
        "judged together with {file}: {entries} entries, head {head}, {word}",
        "与 {file} 一并判定：共 {entries} 条，末端 {head}，{word}",
    ),
    "evidence.worker-missing": (
        "worker process {worker} told that its log has entry {head}, and none of these logs has it",
        "工作进程 {worker} 曾报告其日志含有条目 {head}，所给日志中均无",
    ),
    "evidence.end-missing": (
        "{workflow} has ended by the record of runs, and not by the log",
        "按执行记录 {workflow} 已结束，日志中却没有",
    ),
    "evidence.runs-unknown": (
        "the record of runs could not be read ({error}): the log was not held against it",
        "无法读取执行记录（{error}）：日志未与其核对",
    ),
    "evidence.countersigned": (
        "the checkpoint of entry {seq} is signed by: {keys}",
        "第 {seq} 条的检查点签名密钥：{keys}",
    ),
    "evidence.countersign-how": (
        "Say one of --key, --signature and --document.",
        "请在 --key、--signature、--document 中选择一个。",
    ),
    "evidence.document": (
        "written to {path}; the second person signs it with `ssh-keygen -Y sign -n {namespace} -f KEY {path}` and "
        "returns {path}.sig for `--signature`",
        "已写入 {path}；由第二人执行 `ssh-keygen -Y sign -n {namespace} -f KEY {path}` 签名，"
        "并交回 {path}.sig 供 `--signature` 使用",
    ),
    "evidence.set-aside": (
        "the former log is kept in {path}; a new one has begun and says so",
        "原日志保存在 {path}；已另起新日志并注明",
    ),
    "evidence.not-contradicted": (
        "nothing contradicts the evidence: it is not set aside",
        "证据未见矛盾：不予封存",
    ),
    "evidence.not-contradicted.remedy": ("go on with it", "请继续使用"),
    "evidence.renewed": ("a new log was begun: {reason}", "已另起新日志：{reason}"),
    "evidence.lacks.checkpoint": ("there is no checkpoint", "没有检查点"),
    "evidence.lacks.signature": (
        "no checkpoint is signed: set MIGRATE_SIGNING_KEY, or signing_key under `evidence:` in programme.yaml",
        "检查点均未签名：请设置 MIGRATE_SIGNING_KEY，或 programme.yaml 中 `evidence:` 下的 signing_key",
    ),
    "evidence.lacks.judge": (
        "checkpoints are signed; `--allowed-signers FILE` says whose signatures count",
        "检查点已签名；请用 `--allowed-signers FILE` 指明认可谁的签名",
    ),
    "evidence.lacks.second": (
        "no checkpoint has {wanted} different signers: `migrate evidence countersign`",
        "没有检查点由 {wanted} 人分别签名：`migrate evidence countersign`",
    ),
    "evidence.contradicted": (
        "the evidence contradicts itself or what is known of it: {why}",
        "证据自相矛盾，或与已知情况不符：{why}",
    ),
    "evidence.contradicted.remedy": (
        "run `migrate evidence verify`, keep the files, find out who changed them; "
        "`migrate evidence renew --reason TEXT` sets them aside and begins a new log",
        "请执行 `migrate evidence verify`，保留文件并查明改动者；"
        "`migrate evidence renew --reason TEXT` 可封存旧日志并另起新日志",
    ),
    "evidence.clock-behind": (
        "this machine's clock ({now}) is behind the last entry of the evidence ({last})",
        "本机时钟（{now}）早于证据的最后一条记录（{last}）",
    ),
    "evidence.clock-behind.remedy": (
        "set the clock right, or wait until that time has come",
        "请校准时钟，或等到该时刻之后",
    ),
    "evidence.bad": ("{file}, line {line}: {why}", "{file} 第 {line} 行：{why}"),
    "evidence.word.anchored": (
        "anchored: {file}, {entries} entries, head {head}",
        "已锚定：{file}，共 {entries} 条，末端 {head}",
    ),
    "evidence.word.unanchored": (
        "unanchored: {file}, {entries} entries, head {head}; nothing contradicts it, and its owner could have "
        "written all of it anew",
        "未锚定：{file}，共 {entries} 条，末端 {head}；未见矛盾，但其所有者可将其全部重写",
    ),
    "evidence.word.contradicted": (
        "contradicted: {file}; {entries} entries follow, up to {head}",
        "有矛盾：{file}；衔接的记录共 {entries} 条，至 {head}",
    ),
    "evidence.through": ("through entry {seq}; signed by: {signers}", "锚定至第 {seq} 条；签名人：{signers}"),
    "evidence.after": (
        "entries {first} to {last} are covered by no anchor yet",
        "第 {first} 至 {last} 条尚未被任何锚点覆盖",
    ),
    "evidence.none": ("no entries", "没有记录"),
    "evidence.column.seq": ("no.", "序号"),
    "evidence.column.at": ("at (UTC)", "时间（UTC）"),
    "evidence.column.actor": ("who", "操作者"),
    "evidence.column.kind": ("what", "事项"),
    "evidence.column.data": ("data", "内容"),
}
