"""Help texts of the commands that run batches and look at runs."""

TEXTS = {
    "help.batch.dry-run": ("show the plan and stop", "只显示方案，不执行"),
    "help.batch.offline": ("ask no cloud (with --dry-run)", "不连接云（与 --dry-run 同用）"),
    "help.batch.detailed-exitcode": ("exit 3 when a dry run finds changes", "预演有待执行的变更时退出码为 3"),
    "help.batch.plan-digest": (
        "run only the plan of this digest (exit 7 otherwise)",
        "仅当方案摘要与此一致时执行（否则退出码 7）",
    ),
    "help.batch.max-failures": ("stop the batch after so many failed systems", "失败系统达到此数即停止批次"),
    "help.batch.system": ("only this system (may be repeated)", "只处理该系统（可重复）"),
    "help.batch.not-renamed": (
        "this system is another one than the built one that it looks like (may be repeated)",
        "该系统与其相似的已建系统并非同一系统（可重复）",
    ),
    "help.batch.workers": (
        "leave the steps to the workers that run on other machines (PostgreSQL; servers and their configuration only)",
        "由其他机器上的工作进程执行各步骤（需 PostgreSQL；仅限建立和配置云主机）",
    ),
    "help.batch.yes": ("do not ask before running", "执行前不询问"),
    "help.repin.system": ("system whose servers were rebuilt (may be repeated)", "服务器已重建的系统（可重复）"),
    "help.repin.yes": ("pin the keys that the consoles tell", "登记控制台给出的密钥"),
    "help.worker.long": (
        "Do what this machine can reach of the batches that `migrate batch N --workers` was asked for, beside other "
        "workers on the same PostgreSQL, until Ctrl-C or SIGTERM. A worker that dies, or that the database does not hear "
        "of, is taken over by the others within 10 seconds.",
        "与同一 PostgreSQL 上的其他工作进程一起，执行 `migrate batch N --workers` 所要求批次中本机可及的部分，直至 Ctrl-C 或 "
        "SIGTERM。工作进程失效或与数据库失联时，其他进程在 10 秒内接续。",
    ),
    "help.worker.labels": ("LABELS", "标签"),
    "help.worker.serves": (
        "machine rooms by their ids and clouds as cloud:NAME, with commas; * every room, - sources in no room "
        "(may be repeated; without it everything)",
        "机房编号，云写作 cloud:名称，以逗号分隔；* 为所有机房，- 为未填机房的源机（可重复；不填则为全部）",
    ),
    "help.worker.word": ("NAME", "名称"),
    "help.worker.name": ("the worker's name (the machine's)", "工作进程名称（默认为本机名）"),
    "help.status.watch": ("show again every 2 seconds while the batch runs", "批次执行期间每 2 秒刷新"),
    "help.retry.system": ("system to run again (may be repeated)", "要重试的系统（可重复）"),
    "help.retry.from": ("begin at this step", "从该步骤开始"),
    "help.cancel.system": ("only this system (may be repeated)", "只取消该系统（可重复）"),
    "help.evidence.verify": (
        "say whether the log is anchored, unanchored or contradicted (exit 8)",
        "判定日志：已锚定、未锚定或有矛盾（退出码 8）",
    ),
    "help.evidence.allowed-signers": (
        "whose signatures of checkpoints count (ssh-keygen's file; the auditor keeps it)",
        "认可谁对检查点的签名（ssh-keygen 的文件，由审计人员保管）",
    ),
    "help.evidence.with": (
        "the log of another folder of the programme, such as a worker's, taken together with it (may be repeated)",
        "项目另一目录（如某工作进程）的日志，与之合并处理（可重复）",
    ),
    "help.evidence.anchor": (
        "checkpoints that were kept elsewhere: the log must hold each",
        "另行保存的检查点：日志须与每一个相符",
    ),
    "help.state.backup": ("write the state folder to FILE, sealed", "将状态目录加密封存到文件"),
    "help.state.restore": ("make the state folder from FILE, where there is none", "在没有状态目录处由文件恢复"),
    "help.state.file": ("FILE", "文件"),
    "help.state.key": ("KEY", "公钥"),
    "help.state.recipient": (
        "seal to this public key, age's or SSH's (may be repeated)",
        "以此公钥（age 或 SSH）封存（可重复）",
    ),
    "help.state.identity": ("the private key that opens it", "用于解封的私钥"),
    "help.state.passphrase-file": (
        "read the passphrase from the first line of this file, - for standard input",
        "从该文件首行读取口令，- 表示标准输入",
    ),
    "help.evidence.countersign": (
        "add a second person's signature to the newest checkpoint",
        "由第二人对最新检查点副签",
    ),
    "help.evidence.key": ("the second person's key", "第二人的密钥"),
    "help.evidence.signature": (
        "a signature that was made elsewhere of what --document wrote",
        "在别处对 --document 所写文件作出的签名",
    ),
    "help.evidence.document": ("write what is to be signed to this file", "将待签内容写入此文件"),
    "help.evidence.renew": (
        "set a contradicted log aside and begin a new one that says why",
        "封存有矛盾的日志，另起新日志并注明原因",
    ),
    "help.evidence.reason": ("what happened, in one line; it is recorded", "一行说明原因，将记入日志"),
    "help.evidence.show": ("show the last entries", "显示最近的记录"),
    "help.evidence.file": ("another log file", "其他日志文件"),
    "help.evidence.head": ("a head that was written down: must be in the chain", "抄存的末端哈希：须在链中"),
    "help.evidence.system": ("only this system's entries", "只看该系统的记录"),
    "help.evidence.step": ("only entries of this step", "只看该步骤的记录"),
    "help.evidence.kind": ("only entries of this kind, such as step.failed", "只看该类记录，如 step.failed"),
    "help.evidence.calls": ("also the calls that only read (GET, HEAD)", "同时显示只读调用（GET、HEAD）"),
    "help.evidence.last": ("how many", "条数"),
}
