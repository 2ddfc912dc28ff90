"""Help of `migrate` itself: a line for each command, and what several commands share; loaded by each `--help`."""

TEXTS = {
    "help.migrate": (
        "Move a government's information systems into an OpenStack government cloud.",
        "把政务信息系统从部门机房迁移到基于 OpenStack 的政务云。",
    ),
    "help.exit-codes": (
        "Exit codes: 0 done, 1 failed (or a disk does not take what has to be kept), 2 usage, 3 changes pending (--detailed-exitcode), 4 refused before acting, "
        "5 failed and rolled back, 6 rollback failed, 7 locked or stale plan, 8 finding, 70 unexpected, "
        "130 interrupted (resumable).",
        "退出码：0 完成，1 失败（或磁盘无法写入），2 用法错误，3 有待执行的变更（--detailed-exitcode），4 执行前拒绝，5 失败并已回退，"
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
    "help.plan": (
        "find a batch and a cutover window for every system that migrates, or say why there is none",
        "为每个待迁移系统安排批次和割接窗口；排不出时说明原因",
    ),
    "help.cutover-plan": (
        "write the cutover plan and approval sheet of a batch or system; nothing is touched",
        "生成批次或系统的割接方案与签批单；不触碰任何系统",
    ),
    "help.batch": ("run a batch, or dry-run it", "执行一个批次，或先预演"),
    "help.render": ("write a batch's playbooks", "生成一个批次的剧本"),
    "help.worker": (
        "do what this machine can reach of a batch that several machines share",
        "在本机执行多台机器共享批次中本机可及的部分",
    ),
    "help.status": ("show how a batch stands", "显示批次进展"),
    "help.board": (
        "serve one page that shows how everything stands, and follows it; only read",
        "提供实时看板页面，自动更新，只读",
    ),
    "help.preflight": (
        "what stands in the way of moving a batch's data, asked of both sides",
        "向两侧查询一批系统的数据迁移有何阻碍",
    ),
    "help.verify": (
        "look at a batch's servers: keys, ports, answers (exit 1 unless all are right)",
        "核验批次的服务器：密钥、端口、应答（非全部正确则退出码 1）",
    ),
    "help.repin": ("take over the host key of a rebuilt server from its console", "按控制台登记重建后服务器的主机密钥"),
    "help.retry": ("run failed systems of a batch again", "重试批次中失败的系统"),
    "help.cancel": ("stop a running batch after its current steps", "在当前步骤完成后停止批次"),
    "help.approve": ("sign a cutover, rollback or retirement as the second person", "以第二人身份签署割接、回退或下线"),
    "help.cutover": ("move a system's last rows and open its target", "迁移最后数据并开放目标端"),
    "help.rollback": ("make a system's source the writable side again", "回退，由源端重新提供服务"),
    "help.retire": ("end the way back of a system that has soaked", "观察期满后关闭回源之路"),
    "help.callers": ("who calls a system, seen from their own side", "从调用方核查系统的接口"),
    "help.callers.long": (
        "show a system's interfaces: what each caller must call now, and what was seen from its own side since",
        "显示系统的接口：各调用方现应使用的地址，以及切换后从调用方核查的结果",
    ),
    "help.callers.look": (
        "look now, from every caller's machine that can be logged in to",
        "立即从可登录的调用方主机核查",
    ),
    "help.callers.confirm": (
        "take your word that this interface's caller calls what it must; it goes on record with your name",
        "确认该接口的调用方已使用应有地址；将连同姓名记录在案",
    ),
    "help.callers.note": ("how you know, for the record", "确认依据，记录在案"),
    "help.give-back": ("give a cutover window back unused, with its approval", "退回未使用的割接窗口及其批准"),
    "help.drop": ("take away a copy that was never opened", "撤除从未开放的副本"),
    "help.image": ("make an image of a machine's disk on a cloud", "在云上生成整机磁盘的镜像"),
    "help.external": ("try a tool of the programme's own against its contract", "按约定检验方案自带的迁移工具"),
    "help.dr": ("check replicas in the disaster-recovery centre", "核查灾备中心的副本"),
    "help.audit": ("count published figures again, and audit rates", "复核公布数字，审计各项比率"),
    "help.report": ("write the offline HTML report and the official workbooks", "生成离线 HTML 报告和正式表格"),
    "help.state": ("save the state folder sealed, and restore it", "封存备份与恢复状态目录"),
    "help.evidence": ("show and verify the evidence log", "显示并核验证据日志"),
    "help.sources": ("probe source machines without changing them", "只读探查源服务器"),
    "help.gc": ("list cloud objects of ours that belong to nothing", "列出不属于任何系统的遗留云资源"),
    "help.doctor": ("check this machine, the programme and its clouds", "检查本机、迁移项目和云"),
    "help.lab": ("bring up the lab: real clouds and source machine rooms", "启动实验环境：真实的云和源机房"),
    "help.callers.interface": ("INTERFACE", "接口编号"),
    "help.callers.text": ("TEXT", "说明"),
    "help.system-id": ("SYSTEM", "系统编号"),
    "help.batch-number": ("BATCH", "批次"),
    "help.batch-number-optional": ("[BATCH]", "[批次]"),
    "help.folder": ("programme folder", "迁移项目目录"),
    "help.lang": ("language of messages and reports", "消息与报告的语言"),
    "help.mode": ("permission bits of what is written, in octal", "写出文件的权限位（八进制）"),
    "help.output": ("table for people, json for programs", "table 供人阅读，json 供程序读取"),
}
