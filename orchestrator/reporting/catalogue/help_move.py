"""Help of the commands that move data."""

TEXTS = {
    "help.batch.until": ("bring systems whose data moves to this phase at most", "数据迁移至多推进到该阶段"),
    "help.preflight.long": (
        "Ask both sides of every system of a batch whose data moves: which method can carry it, and what forbids it.",
        "查询一批中每个待迁移系统的两侧：可用何种方法，有何阻碍。",
    ),
    "help.preflight.html": ("write it as a page, too", "同时写成网页"),
    "help.approve.act": ("what is approved", "批准事项"),
    "help.approve.digest": ("the plan, as the dry run printed it", "方案摘要，取自演算输出"),
    "help.approve.key": ("your private key, or the public one of a key in an agent", "私钥，或由代理持有之密钥的公钥"),
    "help.approve.hours": ("how long the approval holds", "批准有效时长（小时）"),
    "help.cutover.dry-run": (
        "show the very list that would run, its gates and its digest",
        "显示将执行的清单、关口和摘要",
    ),
    "help.cutover.rehearse": (
        "rehearse it on a clone of the target that reaches nothing; times every step, leaves nothing behind",
        "在隔离的目标端副本上演练，逐步计时，不留残余",
    ),
    "help.rollback.rows": ("ROWS", "行数"),
    "help.rollback.lose": ("accept to lose exactly so many rows of the target", "接受丢失目标端恰好这么多行"),
    "help.retire.confirm": ("the system's id once more", "再次填写系统编号"),
    "help.image.long": (
        "Make an image of a machine's disk on a cloud: a pass, the comparison of both sides, a copy made fit, and that"
        " sent. A source that does not stand still is refused.",
        "在云上生成整机磁盘的镜像：复制变更、比对两侧、适配副本并上传。源端未静止时拒绝。",
    ),
    "help.image.name": ("NAME", "名称"),
    "help.image.cloud": ("the cloud, as programme.yaml names it", "programme.yaml 中的云名称"),
    "help.image.running": (
        "compare nothing: an image of a system that goes on writing, to see that it starts",
        "不作比对：系统仍在写入时制作，仅用于验证能否启动",
    ),
    "help.drop.dry-run": ("show everything that would go and what forbids it", "显示将撤除的全部内容及阻碍"),
    "help.drop.keep-data": ("leave the target's databases and roles where they are", "保留目标端的数据库和角色"),
    "help.drop.without": (
        "this side is gone for good: what of ours is on it is listed for a person",
        "该侧已永久失去：其上遗留的内容列出，由人工处理",
    ),
}
