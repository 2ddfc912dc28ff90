"""Words of the checks of replicas in the disaster-recovery centre."""

TEXTS = {
    "dr.unknown-system": ("not on the migration list: {systems}", "迁移清单中没有：{systems}"),
    "dr.unknown-system.remedy": (
        "correct the ids under recovery.systems or on the command line; `migrate list show` has them all",
        "请更正 recovery.systems 或命令行中的系统编号；`migrate list show` 列出全部编号",
    ),
    "dr.not-needed": (
        "nothing says that these need a replica: {systems}",
        "没有任何依据要求这些系统建立副本：{systems}",
    ),
    "dr.not-needed.remedy": (
        "fill in 灾备等级 (dr_level) in the list, or declare the system under recovery.systems",
        "请在清单中填写灾备等级，或在 recovery.systems 中声明该系统",
    ),
    "dr.none": ("no system needs a replica", "没有需要副本的系统"),
    "dr.none.remedy": (
        "fill in 灾备等级 (dr_level) in the list: what nobody asks for is not checked, and is not healthy",
        "请在清单中填写灾备等级：无人提出要求的不会核查，也不算健康",
    ),
    "dr.answer": ("no answer of the expected form ({what})", "应答格式不符（{what}）"),
    "dr.answer.remedy": (
        "look at the machine by hand: another program answers, or a wrapper adds text",
        "请人工查看该机器：可能由其他程序应答，或应答中夹带了文字",
    ),
    "dr.too-old": (
        "PostgreSQL {version} tells too little; {least} is the oldest",
        "PostgreSQL {version} 提供的信息不足，最低 {least}",
    ),
    "dr.too-old.remedy": ("check this replica by hand, and plan the upgrade", "请人工核查该副本，并安排升级"),
    "dr.unreadable": ("{path} could not be read to its end", "{path} 未能完整读取"),
    "dr.unreadable.remedy": (
        "give the account the right to read all of it, or more time: --deadline SECONDS",
        "请授予该账户读取全部内容的权限，或用 --deadline 秒数 延长时限",
    ),
    "dr.progress": ("{told}/{count}  {system}: {verdict}", "{told}/{count}  {system}：{verdict}"),
    "dr.column.system": ("system", "系统"),
    "dr.column.status": ("verdict", "结论"),
    "dr.column.level": ("level", "等级"),
    "dr.column.replica": ("replica", "副本"),
    "dr.column.loss": ("would be lost now", "当前可能丢失"),
    "dr.column.rpo": ("RPO", "RPO"),
    "dr.column.not-pass": ("not passed", "未通过项"),
    "dr.no-replica": ("none", "无"),
    "dr.of-many": (
        "{verdict}  {count} replica(s), {systems}; the first: {text}",
        "{verdict}  {count} 个副本，{systems}；首个：{text}",
    ),
    "dr.more": ("{systems} and {count} more", "{systems} 等（另有 {count} 个）"),
    "dr.uncounted": (
        "{count} system(s) of the list have no 灾备等级 and are not counted",
        "清单中有 {count} 个系统未填灾备等级，未计入",
    ),
    "dr.coverage": (
        "needing {needing} ⊇ configured {configured} ⊇ healthy {healthy} ⊇ drilled {drilled}",
        "应建 {needing} ⊇ 已建 {configured} ⊇ 健康 {healthy} ⊇ 已演练 {drilled}",
    ),
    "dr.formula": (
        "configured: all kinds of data have a replica that answered; healthy: of its source, fresh, following, away, content not known to be wrong; drilled: restored within interval and RTO",
        "已建：各类数据均有副本且应答；健康：来源一致、新鲜、持续跟随、异地，且内容未见错误；已演练：在间隔期和 RTO 内完成恢复演练",
    ),
    "dr.sum": (
        "{pass} system(s) pass, {fail} fail, {unknown} unknown, {error} could not be checked",
        "{pass} 个系统通过，{fail} 个不通过，{unknown} 个未知，{error} 个检查出错",
    ),
    "dr.aspect.existence": ("existence", "存在"),
    "dr.aspect.identity": ("identity", "来源一致"),
    "dr.aspect.freshness": ("freshness", "新鲜度"),
    "dr.aspect.continuity": ("continuity", "连续性"),
    "dr.aspect.content": ("content", "内容"),
    "dr.aspect.restorability": ("restorability", "可恢复"),
    "dr.aspect.drift": ("drift", "配置偏差"),
    "dr.aspect.capacity": ("capacity", "容量"),
    "dr.aspect.protection": ("protection", "保护"),
    "dr.aspect.independence": ("independence", "独立性"),
    "dr.nagios-refused": ("MIGRATE DR UNKNOWN - {code}: {text}", "MIGRATE DR UNKNOWN - {code}：{text}"),
    "dr.nagios": (
        "MIGRATE DR {word} - {bad} of {count} systems do not pass{systems}; configured {configured}, healthy {healthy}, drilled {drilled}",
        "MIGRATE DR {word} - {count} 个系统中 {bad} 个未通过{systems}；已建 {configured}，健康 {healthy}，已演练 {drilled}",
    ),
}
