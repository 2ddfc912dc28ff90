"""Words of a PostgreSQL preflight."""

TEXTS = {
    "move.preflight.unknown": (
        "{fact} could not be asked, and unknown is never fine",
        "无法查询 {fact}，未知不等于合格",
    ),
    "move.preflight.unknown.remedy": ("let us in to ask, and run the check again", "请允许查询后重新检查"),
    "move.preflight.version-early": (
        "version {source} is earlier than any that can be moved (10 and later)",
        "版本 {source} 过低，仅支持 10 及以上版本的迁移",
    ),
    "move.preflight.version-early.remedy": (
        "upgrade the source first (pg_upgrade), or have its own tools move it (kind external)",
        "请先升级源库（pg_upgrade），或以外部工具（external）迁移",
    ),
    "move.preflight.version-older": (
        "the target ({target}) is older than the source ({source})",
        "目标版本（{target}）低于源版本（{source}）",
    ),
    "move.preflight.version-older.remedy": (
        "install the source's version or a later one on the target",
        "请在目标上安装不低于源库的版本",
    ),
    "move.preflight.version-physical": (
        "major versions differ: {source} and {target}",
        "主版本不同：{source} 与 {target}",
    ),
    "move.preflight.version-physical.remedy": (
        "a physical copy needs the same; logical replication does not",
        "物理复制要求主版本相同；逻辑复制不要求",
    ),
    "move.preflight.architecture": (
        "architectures differ: {source} and {target}",
        "体系结构不同：{source} 与 {target}",
    ),
    "move.preflight.architecture.remedy": ("a physical copy needs the same", "物理复制要求体系结构相同"),
    "move.preflight.glibc": (
        "C libraries differ: {source} and {target}; they sort text differently",
        "C 库版本不同：{source} 与 {target}，文本排序不同",
    ),
    "move.preflight.glibc.remedy": (
        "use logical replication or a dump, which build indexes anew",
        "请使用逻辑复制或导出导入，索引会重建",
    ),
    "move.preflight.wal-level": ("wal_level is {wal_level}", "wal_level 为 {wal_level}"),
    "move.preflight.wal-level.remedy": (
        "set wal_level = logical and restart the server in an agreed window",
        "请在约定窗口设置 wal_level = logical 并重启",
    ),
    "move.preflight.no-slots": ("no free replication slot", "没有空闲的复制槽"),
    "move.preflight.no-slots.remedy": (
        "raise max_replication_slots, or drop slots that nobody uses",
        "请调大 max_replication_slots，或删除无人使用的复制槽",
    ),
    "move.preflight.no-senders": ("no free WAL sender", "没有空闲的 WAL 发送进程"),
    "move.preflight.no-senders.remedy": ("raise max_wal_senders", "请调大 max_wal_senders"),
    "move.preflight.no-workers": ("too few logical replication workers are free", "空闲的逻辑复制进程不足"),
    "move.preflight.no-workers.remedy": (
        "raise max_logical_replication_workers and max_worker_processes",
        "请调大 max_logical_replication_workers 和 max_worker_processes",
    ),
    "move.preflight.disk-wal": (
        "a day of WAL needs {needed} bytes, {free} are free",
        "一天的 WAL 需要 {needed} 字节，可用 {free} 字节",
    ),
    "move.preflight.disk-wal.remedy": (
        "make room, or limit it with max_slot_wal_keep_size",
        "请扩容，或用 max_slot_wal_keep_size 限制",
    ),
    "move.preflight.disk-target": (
        "the data needs {needed} bytes with room to spare, {free} are free",
        "数据（含余量）需要 {needed} 字节，可用 {free} 字节",
    ),
    "move.preflight.disk-target.remedy": ("give the target a larger volume", "请为目标分配更大的卷"),
    "move.preflight.no-key": (
        "no key, and rows are changed ({changed} so far): published, their updates fail on the source",
        "没有主键且有行被修改（已 {changed} 次）：发布后源库更新会失败",
    ),
    "move.preflight.no-key.remedy": (
        "add a key or set REPLICA IDENTITY before it is published",
        "发布前请添加主键或设置 REPLICA IDENTITY",
    ),
    "move.preflight.no-key-yet": (
        "no key; no row was changed so far, and an update during the move would fail",
        "没有主键；目前没有修改，但迁移期间的更新会失败",
    ),
    "move.preflight.no-key-yet.remedy": (
        "add a key, or make sure that nobody changes a row",
        "请添加主键，或确保无人修改",
    ),
    "move.preflight.full-large": (
        "its identity is the whole row: {changed} changes over {bytes} bytes scan it each",
        "以整行为标识：{changed} 次修改，每次扫描 {bytes} 字节",
    ),
    "move.preflight.full-large.remedy": ("add a key, or take a physical copy", "请添加主键，或采用物理复制"),
    "move.preflight.full-generated": (
        "its identity is the whole row, with a generated column in it",
        "以整行为标识且含生成列",
    ),
    "move.preflight.full-generated.remedy": ("add a key", "请添加主键"),
    "move.preflight.extension-missing": (
        "the target has no extension of this name (source: {version})",
        "目标没有该扩展（源库版本 {version}）",
    ),
    "move.preflight.extension-missing.remedy": ("install its package on the target", "请在目标上安装该扩展包"),
    "move.preflight.extension-version": (
        "the source has version {version}, the target offers {offered}",
        "源库版本 {version}，目标可用 {offered}",
    ),
    "move.preflight.extension-version.remedy": (
        "install the same version, or try the newer one in a rehearsal",
        "请安装相同版本，或在演练中验证新版本",
    ),
    "move.preflight.collation-missing": ("the target has no collation of this name", "目标没有该排序规则"),
    "move.preflight.collation-missing.remedy": (
        "install the locale on the target and create the collation",
        "请在目标上安装该语言环境并创建排序规则",
    ),
    "move.preflight.pool-mode": (
        "the pooler is in {mode} mode: it cannot hold clients",
        "连接池处于 {mode} 模式，无法暂停客户端",
    ),
    "move.preflight.pool-mode.remedy": (
        "set pool_mode = transaction and try the application with it",
        "请设置 pool_mode = transaction 并验证应用",
    ),
    "move.preflight.unroutable": (
        "the pooler's file cannot hold this database's name",
        "连接池配置文件无法写入该数据库名",
    ),
    "move.preflight.unroutable.remedy": (
        "rename the database: letters, digits, underscore, dot and hyphen",
        "请更改数据库名：仅字母、数字、下划线、点和连字符",
    ),
    "move.preflight.large-objects": (
        "has large objects, which logical replication leaves behind",
        "含大对象，逻辑复制不会复制",
    ),
    "move.preflight.large-objects.remedy": ("take a physical copy or a dump", "请采用物理复制或导出导入"),
    "move.preflight.unlogged": ("an unlogged table: only a dump has its rows", "无日志表：只有导出包含其数据"),
    "move.preflight.unlogged.remedy": (
        "dump, or say that its rows may be lost by dropping it first",
        "请用导出导入；若数据可丢弃，请先删除该表",
    ),
    "move.preflight.superuser-application": (
        "logs in as the cluster's own superuser, which cannot be fenced",
        "以数据库超级用户登录，无法隔离",
    ),
    "move.preflight.superuser-application.remedy": ("give the application a role of its own", "请为应用建立独立角色"),
    "move.preflight.prepared-transaction": ("a prepared transaction that nobody ended", "两阶段事务未结束"),
    "move.preflight.prepared-transaction.remedy": (
        "COMMIT PREPARED or ROLLBACK PREPARED it",
        "请执行 COMMIT PREPARED 或 ROLLBACK PREPARED",
    ),
    "move.preflight.materialised-view": (
        "a materialised view: its rows are not replicated",
        "物化视图：其数据不会复制",
    ),
    "move.preflight.materialised-view.remedy": (
        "REFRESH MATERIALIZED VIEW on the target before the cutover",
        "切换前请在目标上执行 REFRESH MATERIALIZED VIEW",
    ),
    "move.preflight.always-trigger": ("a trigger that also fires for replicated rows", "对复制行也会触发的触发器"),
    "move.preflight.always-trigger.remedy": (
        "see that it does no harm twice, or disable it on the target until the cutover",
        "请确认重复触发无害，或在切换前于目标禁用",
    ),
    "move.preflight.event-trigger": ("an event trigger", "事件触发器"),
    "move.preflight.event-trigger.remedy": ("see that it does no harm on the target", "请确认其在目标上无害"),
    "move.preflight.foreign-server": ("a foreign server with an address of its own", "外部服务器，含其自身地址"),
    "move.preflight.foreign-server.remedy": ("see that the target reaches it", "请确认目标可以访问该地址"),
    "move.preflight.session-feature": (
        "used by a session for itself; a pooler in transaction mode shares sessions",
        "会话级特性；事务模式连接池会共享会话",
    ),
    "move.preflight.session-feature.remedy": (
        "change the application, or give it a direct connection for this",
        "请修改应用，或为其提供直连",
    ),
    "move.preflight.direct-client": (
        "connects past the pooler: it will be ended and refused at the cutover",
        "绕过连接池直连：切换时会被断开并拒绝",
    ),
    "move.preflight.direct-client.remedy": ("point it at the pooler before the window", "请在窗口前改为连接连接池"),
    "move.preflight.tablespace": ("a tablespace of its own", "自建表空间"),
    "move.preflight.tablespace.remedy": (
        "make its folder on the target, or move its tables; a physical copy refuses it",
        "请在目标上建立目录，或迁移其中的表；物理复制不支持",
    ),
    "move.preflight.own-replication": ("a publication that somebody uses", "已有他人使用的发布"),
    "move.preflight.own-replication.remedy": (
        "its subscribers must follow the target afterwards",
        "其订阅者之后须改为跟随目标",
    ),
    "move.preflight.scheduled-job": (
        "jobs inside the database: they must run on one side only",
        "库内定时任务：只能在一侧运行",
    ),
    "move.preflight.scheduled-job.remedy": ("disable them on the target until the cutover", "切换前请在目标上禁用"),
    "move.preflight.slot-unbounded": (
        "nothing stops a slot from filling the disk ({free} bytes, {hours} hours of WAL) while its follower is away",
        "跟随一侧离线时，复制槽会一直占用磁盘（剩余 {free} 字节，约 {hours} 小时的 WAL）",
    ),
    "move.preflight.slot-unbounded.remedy": (
        "set max_slot_wal_keep_size (PostgreSQL 13 and later) below the free space, or watch `migrate status`",
        "请将 max_slot_wal_keep_size（PostgreSQL 13 及以上）设为小于剩余空间，或用 `migrate status` 密切关注",
    ),
    "move.preflight.slot-short": (
        "max_slot_wal_keep_size keeps {keep} bytes, {hours} hours of WAL: a follower away for longer is copied anew",
        "max_slot_wal_keep_size 仅保留 {keep} 字节，约 {hours} 小时的 WAL：离线更久须重新复制",
    ),
    "move.preflight.slot-short.remedy": ("raise it to a day of WAL", "请调高至一天的 WAL 量"),
    "move.preflight.slot-endless": (
        "version {version} cannot limit what a slot keeps (13 and later can): a standby that is away fills its disk",
        "版本 {version} 无法限制复制槽保留的 WAL（13 及以上可以）：备库离线会占满磁盘",
    ),
    "move.preflight.slot-endless.remedy": (
        "use logical replication, or dump and restore",
        "请使用逻辑复制或导出导入",
    ),
    "move.preflight.block-size": (
        "built with other block sizes: {source} and {target}",
        "编译时的块大小不同：{source} 与 {target}",
    ),
    "move.preflight.block-size.remedy": (
        "a physical copy needs the same; install the same build on the target",
        "物理复制要求相同；请在目标上安装相同的构建",
    ),
    "move.preflight.locale-missing": (
        "a database of the source uses this locale, which the target's machine has not",
        "源库使用该语言环境，目标机未安装",
    ),
    "move.preflight.locale-missing.remedy": (
        "install it on the target (locale-gen) and restart its server",
        "请在目标上安装（locale-gen）并重启其数据库服务",
    ),
    "move.preflight.checksums-lost": (
        "its empty cluster has data checksums and the source has not: a physical copy is like the source",
        "目标空实例启用了数据校验和而源库没有：物理复制后与源库相同",
    ),
    "move.preflight.checksums-lost.remedy": (
        "enable them after the move with pg_checksums in a window, or choose logical replication",
        "迁移后在窗口内用 pg_checksums 启用，或改用逻辑复制",
    ),
    "move.preflight.other-database": (
        "holds data in the same cluster and is not declared: a physical copy takes all or nothing",
        "位于同一实例且有数据，但未声明：物理复制只能整体迁移",
    ),
    "move.preflight.other-database.remedy": (
        "declare it under databases if it is this system's; another system's stays where it is, so choose another way",
        "若属于本系统，请在 databases 下声明；若属于其他系统则不可带走，请改用其他方式",
    ),
    "move.preflight.target-holds": (
        "the target's cluster holds data in it, and a physical copy would take the cluster's place",
        "目标实例中有数据，而物理复制会取代该实例",
    ),
    "move.preflight.target-holds.remedy": (
        "look whose it is; save it and drop it on the target, or choose another way",
        "请核对归属；保存后在目标端删除，或改用其他方式",
    ),
    "move.preflight.occupied": (
        "the target has a database of this name, with tables that were not copied",
        "目标端已有同名数据库，其中的表并非复制而来",
    ),
    "move.preflight.occupied.remedy": (
        "look whose it is; then save it, and DROP DATABASE on the target",
        "请核对归属并保存数据，再在目标端执行 DROP DATABASE",
    ),
}
