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
    "help.batch.yes": ("do not ask before running", "执行前不询问"),
    "help.status.watch": ("show again every 2 seconds while the batch runs", "批次执行期间每 2 秒刷新"),
    "help.retry.system": ("system to run again (may be repeated)", "要重试的系统（可重复）"),
    "help.retry.from": ("begin at this step", "从该步骤开始"),
    "help.cancel.system": ("only this system (may be repeated)", "只取消该系统（可重复）"),
    "help.evidence.verify": ("check every line of the log (exit 8 on a bad one)", "核验日志每一行（异常时退出码 8）"),
    "help.evidence.show": ("show the last entries", "显示最近的记录"),
    "help.evidence.file": ("another log file", "其他日志文件"),
    "help.evidence.head": ("a head that was written down: must be in the chain", "抄存的末端哈希：须在链中"),
    "help.evidence.system": ("only this system's entries", "只看该系统的记录"),
    "help.evidence.last": ("how many", "条数"),
}
