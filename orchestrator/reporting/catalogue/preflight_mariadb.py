"""Words of a MariaDB preflight."""

TEXTS = {
    "move.preflight.not-mariadb": ("not a MariaDB: {version}", "不是 MariaDB：{version}"),
    "move.preflight.not-mariadb.remedy": (
        "MySQL's own GTIDs are of another kind: dump and restore, or another tool",
        "MySQL 的 GTID 与之不兼容：请导出导入或使用其他工具",
    ),
    "move.preflight.mariadb-old": (
        "before 10.4 accounts cannot be locked ({source} → {target})",
        "10.4 之前无法锁定账号（{source} → {target}）",
    ),
    "move.preflight.mariadb-old.remedy": ("dump and restore, or upgrade the source first", "请导出导入，或先升级源库"),
    "move.preflight.mariadb-back": (
        "{target} can follow {source}, but not the other way round",
        "{target} 可以跟随 {source}，反向则不能",
    ),
    "move.preflight.mariadb-back.remedy": (
        "install {source} on the target and upgrade after the soak, or dump and restore",
        "请在目标上安装 {source}，观察期后再升级；或导出导入",
    ),
    "move.preflight.mariadb-setting": ("is {value}, must be {wanted}", "当前为 {value}，应为 {wanted}"),
    "move.preflight.mariadb-setting.remedy": (
        "set it in the server's configuration and restart it",
        "请修改服务器配置并重启",
    ),
    "move.preflight.server-id": ("both sides have server_id {value}", "两侧 server_id 均为 {value}"),
    "move.preflight.server-id.remedy": ("give the target another one and restart it", "请修改目标的 server_id 并重启"),
    "move.preflight.gtid-domains": ("more than one GTID domain: {domains}", "存在多个 GTID 域：{domains}"),
    "move.preflight.gtid-domains.remedy": (
        "use one gtid_domain_id, and FLUSH BINARY LOGS DELETE_DOMAIN_ID for the others",
        "请统一 gtid_domain_id，其余用 FLUSH BINARY LOGS DELETE_DOMAIN_ID 清除",
    ),
    "move.preflight.lower-case": (
        "lower_case_table_names differs: {source} and {target}",
        "lower_case_table_names 不同：{source} 与 {target}",
    ),
    "move.preflight.lower-case.remedy": (
        "install the target anew with the source's value: it is fixed when a server is made",
        "请按源库的值重新安装目标：该参数在初始化时确定",
    ),
    "move.preflight.mariadb-differs": ("differs: {source} and {target}", "不同：{source} 与 {target}"),
    "move.preflight.mariadb-differs.remedy": (
        "set the same on the target, unless the applications are known to bear it",
        "请在目标上设置相同的值，除非确认应用可以接受",
    ),
    "move.preflight.time-zones": ("the tables of time zones are empty", "时区表为空"),
    "move.preflight.time-zones.remedy": (
        "load them: mariadb-tzinfo-to-sql /usr/share/zoneinfo | mariadb mysql",
        "请导入：mariadb-tzinfo-to-sql /usr/share/zoneinfo | mariadb mysql",
    ),
    "move.preflight.events-disabled": (
        "event_scheduler is DISABLED there, and the source has events",
        "目标 event_scheduler 为 DISABLED，而源库有事件",
    ),
    "move.preflight.events-disabled.remedy": (
        "set event_scheduler=OFF in its configuration and restart it",
        "请在其配置中设为 event_scheduler=OFF 并重启",
    ),
    "move.preflight.disk-binlog": (
        "a day of binary log needs {needed} bytes, {free} are free",
        "一天的二进制日志需要 {needed} 字节，剩余 {free}",
    ),
    "move.preflight.disk-binlog.remedy": (
        "make room on the source: its log is kept until the target has it",
        "请在源库腾出空间：日志须保留到目标取走为止",
    ),
    "move.preflight.source-read-only": (
        "the source is read_only: clients do not write here",
        "源库为只读，客户端不在此写入",
    ),
    "move.preflight.source-read-only.remedy": (
        "name the server that clients write to as the source",
        "请将客户端实际写入的服务器填为源",
    ),
    "move.preflight.no-dump-client": (
        "the target has neither mariadb-dump nor mysqldump",
        "目标上没有 mariadb-dump 或 mysqldump",
    ),
    "move.preflight.no-dump-client.remedy": ("install mariadb-client there", "请在目标上安装 mariadb-client"),
    "move.preflight.target-not-empty": (
        "a database of the target that a first copy would meet",
        "目标上已有的数据库，与首次复制冲突",
    ),
    "move.preflight.target-not-empty.remedy": (
        "drop it if it is nobody's, or give the system a server of its own",
        "确认无用后删除，或为该系统单独准备服务器",
    ),
    "move.preflight.replica-already": ("replicates from another server", "已是其他服务器的从库"),
    "move.preflight.replica-already.remedy": (
        "move the server that it replicates from, or end that replication",
        "请迁移其主库，或结束该复制",
    ),
    "move.preflight.prober-taken": (
        "the account that tries the fence is there with a password",
        "用于验证写入隔离的账号已存在且使用口令",
    ),
    "move.preflight.prober-taken.remedy": ("drop or rename it", "请删除或重命名"),
    "move.preflight.mariadb-plain": (
        "offers no TLS (have_ssl is {value}): what is replicated from it goes over the network in the clear",
        "未提供 TLS（have_ssl 为 {value}）：从该端复制的数据在网络上以明文传输",
    ),
    "move.preflight.mariadb-plain.remedy": (
        "give the server a certificate (ssl_cert, ssl_key) before the move, or keep the way between the two closed",
        "请在迁移前为服务器配置证书（ssl_cert、ssl_key），或确保两端之间的网络封闭",
    ),
    "move.preflight.proxy-maxconn": (
        "either side may have {found} connections in the proxy, declared are {declared}",
        "代理中两侧的最大连接数为 {found}，声明为 {declared}",
    ),
    "move.preflight.proxy-maxconn.remedy": (
        "give both servers of the backend `maxconn` in HAProxy's configuration and declare the same",
        "请在 HAProxy 后端的两个服务器上设置 `maxconn`，并按此声明",
    ),
    "move.preflight.proxy-elsewhere": (
        "the proxy's target is {found}, the server that the data goes to is {wanted}",
        "代理中的目标为 {found}，数据迁往的服务器为 {wanted}",
    ),
    "move.preflight.proxy-elsewhere.remedy": (
        "correct it in HAProxy's configuration, or write 0.0.0.0 there: the address is then set before each section",
        "请在 HAProxy 配置中更正，或写为 0.0.0.0：每次切换前将自动设置该地址",
    ),
    "move.preflight.proxy-route": (
        "the proxy does not lead to the source alone",
        "代理没有只指向源端",
    ),
    "move.preflight.proxy-route.remedy": (
        "set the backend's target server to `disabled` and its source server to ready",
        "请将后端的目标服务器设为 `disabled`，源服务器设为 ready",
    ),
    "move.preflight.undeclared-database": (
        "not declared: replication takes the whole server along",
        "未声明：复制会带走整个服务器",
    ),
    "move.preflight.undeclared-database.remedy": (
        "add it to `databases`, or move it to a server of its own first",
        "请加入 `databases`，或先迁到独立服务器",
    ),
    "move.preflight.absent-database": ("declared, but not on the source", "已声明，但源库中不存在"),
    "move.preflight.absent-database.remedy": ("take it out of `databases`", "请从 `databases` 中删除"),
    "move.preflight.not-transactional": (
        "an engine without transactions: a copy of it under writers is not consistent",
        "非事务引擎：在线复制无法保证一致",
    ),
    "move.preflight.not-transactional.remedy": (
        "ALTER TABLE … ENGINE=InnoDB, or dump while clients wait",
        "请 ALTER TABLE … ENGINE=InnoDB，或停写导出",
    ),
    "move.preflight.account-name": ("an account's name holds control characters", "账号名含控制字符"),
    "move.preflight.account-name.remedy": ("rename it", "请重命名"),
    "move.preflight.old-secret": (
        "a password hash of before 4.1 (16 letters), which no client of today sends",
        "4.1 之前的口令散列（16 位），现有客户端无法使用",
    ),
    "move.preflight.old-secret.remedy": ("have its owner set the password anew", "请由账号所有者重设口令"),
    "move.preflight.keyless-slow": (
        "no unique key: each changed row is searched for in the whole table on the target",
        "没有唯一键：每次修改都要在目标上全表查找",
    ),
    "move.preflight.keyless-slow.remedy": ("add a primary key if the table is large", "表较大时请增加主键"),
    "move.preflight.unbound-account": (
        "has rights that read_only does not bind; the fence locks and ends it",
        "拥有不受 read_only 约束的权限；隔离时将被锁定并断开",
    ),
    "move.preflight.unbound-account.remedy": (
        "know whose it is; take READ ONLY ADMIN and SUPER from applications",
        "请确认归属；应用账号不应有 READ ONLY ADMIN 与 SUPER",
    ),
    "move.preflight.absent-definer": (
        "its definer has no account: it fails when it is used",
        "其 definer 账号不存在，使用时会失败",
    ),
    "move.preflight.absent-definer.remedy": (
        "make the account or set another definer before the move",
        "请在迁移前创建该账号或修改 definer",
    ),
    "move.preflight.event": (
        "an event: it runs on the side that clients write to, and on no other",
        "事件：只在客户端写入的一侧运行",
    ),
    "move.preflight.event.remedy": ("know what it does to the outside", "请了解其对外部的影响"),
    "move.preflight.zero-date": ("a default of 0000-00-00", "默认值为 0000-00-00"),
    "move.preflight.zero-date.remedy": (
        "keep the source's sql_mode on the target, or change the default",
        "目标须沿用源库的 sql_mode，或修改默认值",
    ),
    "move.preflight.old-charset": ("utf8mb3: four-byte characters do not fit", "utf8mb3：无法保存四字节字符"),
    "move.preflight.old-charset.remedy": (
        "it moves as it is; convert it another day",
        "将按原样迁移；请另行安排转换",
    ),
    "move.preflight.short-row-format": (
        "COMPACT or REDUNDANT rows: keys end at 767 bytes",
        "COMPACT 或 REDUNDANT 行格式：键长上限 767 字节",
    ),
    "move.preflight.short-row-format.remedy": (
        "it moves as it is; ROW_FORMAT=DYNAMIC another day",
        "将按原样迁移；请另行改为 ROW_FORMAT=DYNAMIC",
    ),
    "move.preflight.direct-client-proxy": (
        "connects past the proxy: it will be ended and refused at the cutover",
        "绕过代理直连：割接时将被断开并拒绝",
    ),
    "move.preflight.direct-client-proxy.remedy": ("point it at the proxy before the window", "请在窗口前改为连接代理"),
}
