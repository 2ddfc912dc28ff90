"""Help texts of the command line."""

TEXTS = {
    "help.migrate": (
        "Move a government's information systems into an OpenStack government cloud.",
        "把政务信息系统从部门机房迁移到基于 OpenStack 的政务云。",
    ),
    "help.exit-codes": (
        "Exit codes: 0 done, 1 failed, 2 usage, 3 changes pending (--detailed-exitcode), 4 refused before acting, "
        "5 failed and rolled back, 6 rollback failed, 7 locked or stale plan, 8 finding, 70 unexpected, "
        "130 interrupted (resumable).",
        "退出码：0 完成，1 失败，2 用法错误，3 有待执行的变更（--detailed-exitcode），4 执行前拒绝，5 失败并已回退，"
        "6 回退失败，7 被锁定或方案过期，8 有核查发现，70 意外错误，130 中断（可续）。",
    ),
    "help.commands": ("Commands", "命令"),
    "help.init": ("make a programme folder from a seed", "由样例建立迁移项目目录"),
    "help.schema": (
        "print the JSON Schema of programme.yaml, of the migration list or of a plan file",
        "输出 programme.yaml、迁移清单或排期文件的 JSON Schema",
    ),
    "help.list": ("check and show the migration list", "检查并显示迁移清单"),
    "help.classify": ("show each system's disposition, and why", "显示每个系统的处置方式及依据"),
    "help.place": (
        "show each system's target cloud, zone and flavors, and why",
        "显示每个系统的目标云、分区和规格及依据",
    ),
    "help.batch": ("run a batch, or dry-run it", "执行一个批次，或先预演"),
    "help.render": ("write a batch's playbooks", "生成一个批次的剧本"),
    "help.status": ("show how a batch stands", "显示批次进展"),
    "help.retry": ("run failed systems of a batch again", "重试批次中失败的系统"),
    "help.cancel": ("stop a running batch after its current steps", "在当前步骤完成后停止批次"),
    "help.audit": ("count published figures again, and audit rates", "复核公布数字，审计各项比率"),
    "help.report": ("write the offline HTML report and the official workbooks", "生成离线 HTML 报告和正式表格"),
    "help.evidence": ("show and verify the evidence log", "显示并核验证据日志"),
    "help.sources": ("probe source machines without changing them", "只读探查源服务器"),
    "help.gc": ("list cloud objects of ours that belong to nothing", "列出不属于任何系统的遗留云资源"),
    "help.doctor": ("check this machine, the programme and its clouds", "检查本机、迁移项目和云"),
    "help.lab": ("bring up the lab: real clouds and source machine rooms", "启动实验环境：真实的云和源机房"),
    "help.folder": ("programme folder", "迁移项目目录"),
    "help.lang": ("language of messages and reports", "消息与报告的语言"),
    "help.output": ("table for people, json for programs", "table 供人阅读，json 供程序读取"),
}
