"""Words of a rehearsal: its steps, its checks, and what it cannot show."""

TEXTS = {
    "rehearsal.plan": (
        "Rehearsal of the cutover of {system} on a clone of its target; the source is only read",
        "{system} 割接演练：在目标端副本上进行，源端只读",
    ),
    "rehearsal.column.no": ("no", "序号"),
    "rehearsal.column.line": ("step", "步骤"),
    "rehearsal.column.place": ("where", "位置"),
    "rehearsal.column.limit": ("limit", "时限"),
    "rehearsal.column.took": ("took", "用时"),
    "rehearsal.place.source": ("source and route, reading", "源端与接入点，只读"),
    "rehearsal.place.target": ("target's machine", "目标主机"),
    "rehearsal.place.clone": ("clone", "副本"),
    "rehearsal.room": ("is there room for a clone", "是否容得下副本"),
    "rehearsal.fits": ("the trial has succeeded, and there is room for another", "试导已成功，且空间足够再次进行"),
    "rehearsal.empty": ("the target's databases are made anew, empty", "重建目标端空数据库"),
    "rehearsal.reach": ("how long source and route take to answer", "源端与接入点的应答用时"),
    "rehearsal.follow": ("the target has what the source has committed", "目标端追上源端已提交的内容"),
    "rehearsal.copy": ("the target's cluster is copied", "复制目标端数据库集群"),
    "rehearsal.passes": ("passes bring the target up to date", "补充复制，使目标端追上源端"),
    "rehearsal.duplicate": ("the target's tree is copied", "复制目标端文件"),
    "rehearsal.install": ("an empty server is made beside the target's", "在目标端旁新建空服务器"),
    "rehearsal.load": ("it gets the target's rows and follows nobody", "载入目标端数据，不跟随任何服务器"),
    "rehearsal.accounts": ("it gets the source's accounts with their rights", "载入源端账户及权限"),
    "rehearsal.programs": (
        "the programs that make a server and fill it; missing on the target's machine: {missing}",
        "建立并载入副本所需程序；目标主机缺少：{missing}",
    ),
    "rehearsal.programs.remedy": (
        "install the server's own packages whole: mariadbd, mariadb-install-db, mariadb-dump",
        "请完整安装服务器自带软件包：mariadbd、mariadb-install-db、mariadb-dump",
    ),
    "rehearsal.silent": ("the clone's server does not answer: {said}", "副本服务器无应答：{said}"),
    "rehearsal.silent.remedy": (
        "what was made is taken away; see whether the target's machine has memory for a second server",
        "已建内容会被清除；请确认目标主机有足够内存运行第二个服务器",
    ),
    "rehearsal.alone": (
        "no network, no log, no events, and none of the target's files; otherwise: {wrong}",
        "无网络、无日志、无事件，看不到目标端文件；不符：{wrong}",
    ),
    "rehearsal.alone.remedy": (
        "the clone was taken away; find what overrides the setting at the target",
        "副本已清除；请查找目标端覆盖该设置的来源",
    ),
    "rehearsal.follows": ("connections by which it would follow somebody: {left}", "会跟随其他服务器的连接：{left} 个"),
    "rehearsal.follows.remedy": (
        "the clone was taken away; see SHOW ALL SLAVES STATUS at the target",
        "副本已清除；请查看目标端 SHOW ALL SLAVES STATUS",
    ),
    "rehearsal.account": (
        "{subject} is let in as on the source, with the same stored secret and limits; otherwise: {said}",
        "{subject} 的登录条件（口令散列、限制）与源端一致；不符：{said}",
    ),
    "rehearsal.account.remedy": ("see to the account on the source", "请检查源端该账户"),
    "rehearsal.external-able": ("the tool can rehearse", "工具支持演练"),
    "rehearsal.external-rehearse": ("the tool rehearses", "工具执行演练"),
    "rehearsal.start": ("the copy starts without any network", "副本在无网络环境中启动"),
    "rehearsal.isolated": ("nothing reaches it, and it reaches nothing", "内外隔离核验"),
    "rehearsal.unsubscribe": ("its subscriptions follow nobody", "副本中的订阅全部解除"),
    "rehearsal.sequences": ("where the source's sequences stand", "读取源端序列位置"),
    "rehearsal.login": ("applications log in", "应用登录"),
    "rehearsal.insert": ("sequences, and inserts as the application, taken back", "序列核对，并以应用身份试插入后撤回"),
    "rehearsal.write": ("a probe client writes", "探测客户端写入"),
    "rehearsal.compare": ("the clone is compared with the source", "副本与源端比对"),
    "rehearsal.remove": ("everything is taken away", "全部清除"),
    "rehearsal.passed": ("The rehearsal of {system} passed in {seconds} s", "{system} 演练通过，用时 {seconds} 秒"),
    "rehearsal.failed": (
        "The rehearsal of {system} FAILED after {seconds} s",
        "{system} 演练未通过，用时 {seconds} 秒",
    ),
    "rehearsal.check": ("a check did not pass", "有检查项未通过"),
    "rehearsal.gap": (
        "A cutover would hold clients for {milliseconds} ms at least: the lines that ran, and one answer for each other",
        "割接时客户端至少等待 {milliseconds} 毫秒：已演练步骤的用时，加上其余步骤各一次应答",
    ),
    "rehearsal.disk": (
        "a clone needs {needed} bytes beside the target's data; {free} are free",
        "副本需要目标数据所在磁盘 {needed} 字节，可用 {free} 字节",
    ),
    "rehearsal.disk.remedy": (
        "make room on the target's disk, then rehearse again; nothing was begun",
        "请在目标端磁盘腾出空间后重新演练；演练尚未开始",
    ),
    "rehearsal.senders": (
        "{free} replication senders are free at the target; a copy needs 2",
        "目标端空闲的复制发送进程为 {free} 个，复制需要 2 个",
    ),
    "rehearsal.senders.remedy": (
        "raise max_wal_senders at the target, or end what uses them",
        "请在目标端调大 max_wal_senders，或结束占用者",
    ),
    "rehearsal.tablespaces": ("tablespaces outside the data folder: {count}", "数据目录之外的表空间：{count} 个"),
    "rehearsal.tablespaces.remedy": (
        "a clone beside the data cannot hold them: set moving.rehearsal to none and rehearse by hand",
        "副本无法包含这些表空间：请将 moving.rehearsal 设为 none 并人工演练",
    ),
    "rehearsal.namespaces": (
        "namespaces for a clone, made as root on the target's machine: {said}",
        "在目标主机上以 root 建立副本所需的命名空间：{said}",
    ),
    "rehearsal.namespaces.remedy": (
        "let the login of the target's image become root (sudo -n) and see that it has unshare (util-linux)",
        "请允许目标镜像的登录用户成为 root（sudo -n），并确认有 unshare（util-linux）",
    ),
    "rehearsal.network": (
        "its own network has ways out, in IPv4 and IPv6, and ports listened to: {ways}",
        "独立网络中通往外部的路由（IPv4、IPv6）和监听端口：{ways}",
    ),
    "rehearsal.network.remedy": (
        "the clone was taken away; see whether the target's system has network namespaces (unshare)",
        "副本已清除；请确认目标主机支持网络命名空间（unshare）",
    ),
    "rehearsal.sockets": (
        "it answers at {own} alone; of the machine's {count} other sockets it sees: {others}",
        "仅在 {own} 应答；主机其他 {count} 个套接字中可见的：{others}",
    ),
    "rehearsal.sockets.remedy": (
        "the clone was taken away; see whether the target's system has mount namespaces (unshare)",
        "副本已清除；请确认目标主机支持挂载命名空间（unshare）",
    ),
    "rehearsal.settings": (
        "neither workers, archiving nor preloaded libraries; set otherwise: {wrong}",
        "无复制进程、无归档、无预加载库；不符的设置：{wrong}",
    ),
    "rehearsal.settings.remedy": (
        "the clone was taken away; find what overrides the setting, such as the server's own command line",
        "副本已清除；请查找覆盖该设置的来源，例如服务器的命令行参数",
    ),
    "rehearsal.subscriptions": (
        "{count} subscriptions told to follow nobody; {left} still would",
        "已解除 {count} 个订阅；仍会跟随的：{left} 个",
    ),
    "rehearsal.subscriptions.remedy": (
        "the clone was taken away; see pg_subscription at the target",
        "副本已清除；请查看目标端 pg_subscription",
    ),
    "rehearsal.rows": (
        "{subject}: {rows} rows of the source compared; missing in the clone: {missing}; written since: {since}; gone since: {gone}",
        "{subject}：已比对源端 {rows} 行；副本缺失：{missing}；此后写入：{since}；此后消失：{gone}",
    ),
    "rehearsal.rows.remedy": ("do not cut over: copy the table anew", "不得割接：请重新复制该表"),
    "rehearsal.role": ("a login as {role} answers {said}", "以 {role} 登录，应答 {said}"),
    "rehearsal.role.remedy": ("see to the role and its rights on the source", "请检查源端该角色及其权限"),
    "rehearsal.written": (
        "{rows} rows written and acknowledged, {lost} lost, {duplicated} twice; the longest took {longest} ms",
        "写入并确认 {rows} 行，丢失 {lost}，重复 {duplicated}；最长 {longest} 毫秒",
    ),
    "rehearsal.written.remedy": ("do not cut over: see to the target's disk", "不得割接：请检查目标端磁盘"),
    "rehearsal.behind": (
        "the target did not reach the source's position within {seconds} s",
        "目标端在 {seconds} 秒内未追上源端",
    ),
    "rehearsal.behind.remedy": ("wait until it follows: `migrate status`", "请待其追上：`migrate status`"),
    "rehearsal.reload": ("the {server} did not read its files again", "{server} 未重新读取配置文件"),
    "rehearsal.reload.remedy": ("see its log for a line it cannot read", "请查看其日志中无法解析的行"),
    "rehearsal.left": (
        "a rehearsal of {system} left something behind: {left}",
        "{system} 的演练有残留：{left}",
    ),
    "rehearsal.left.remedy": (
        "take it away on the target's machine; every next command on {system} tries again first",
        "请在目标主机上清除；此后对 {system} 的任何命令都会先行重试",
    ),
    "rehearsal.unshown": ("What a rehearsal cannot show:", "演练无法说明："),
    "rehearsal.unshown.held": (
        "how long running transactions and the source take, for these lines only a cutover runs: {lines}",
        "源端与在途事务所需的时间，以下步骤仅在割接时执行：{lines}",
    ),
    "rehearsal.unshown.network": (
        "whether clients and the pooler reach the target: the clone has no network",
        "客户端和连接池能否到达目标端：副本没有网络",
    ),
    "rehearsal.unshown.clients": (
        "how the target bears the load of all clients, and the way back",
        "目标端能否承受全部客户端的负载，以及回退",
    ),
    "rehearsal.unshown.since": (
        "rows that were written while it was copied: a cutover compares them after opening",
        "复制期间写入的数据行：割接在开放后比对",
    ),
    "rehearsal.unshown.preloaded": (
        "libraries that a server preloads: a clone starts without them, since they may act by themselves",
        "服务器预加载的库：副本不加载，因其可能自行动作",
    ),
}
