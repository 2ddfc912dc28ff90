"""Texts of making a MariaDB replica, beyond those of every standby."""

TEXTS = {
    "prepare.maria-old": (
        "the source is MariaDB {version}; {least} or newer is needed",
        "源端为 MariaDB {version}；须为 {least} 及以上",
    ),
    "prepare.maria-old.remedy": ("make this replica by hand", "请人工建立此从库"),
    "prepare.programs": ("programs that the replica's machine lacks: {missing}", "从库主机缺少的程序：{missing}"),
    "prepare.programs.remedy": (
        "install MariaDB's server and client there",
        "请在其上安装 MariaDB 服务端与客户端",
    ),
    "prepare.release": (
        "MariaDB of one release: source {source}, replica's machine {found}",
        "MariaDB 主版本一致：源端 {source}，从库主机 {found}",
    ),
    "prepare.release.remedy": (
        "install the source's release there: a replica of another one is not what a failover needs",
        "请在其上安装与源端相同的主版本：不同版本的从库不能满足切换需要",
    ),
    "prepare.dump": (
        "the first copy is a backup of the files ({why})",
        "首次复制为文件级备份（{why}）",
    ),
    "prepare.dump.remedy": (
        "it will be a dump, which takes longer: for a backup, both machines need mariadb-backup of exactly the server's version, and the source's account must read its files",
        "将改用逻辑导出，耗时更长：文件级备份要求两端均有与服务端完全同版本的 mariadb-backup，且源端账户可读取其数据文件",
    ),
    "prepare.engines": (
        "no table is of an engine without transactions, which a dump cannot copy as of one moment: {count}",
        "没有非事务引擎的表（逻辑导出无法得到同一时刻的内容）：{count}",
    ),
    "prepare.engines.remedy": (
        "install mariadb-backup on both machines, or make those tables InnoDB",
        "请在两端安装 mariadb-backup，或将这些表改为 InnoDB",
    ),
    "prepare.outside": ("files outside the source's data folder: {count}", "源端数据目录之外的文件：{count}"),
    "prepare.outside.remedy": ("make this replica by hand", "请人工建立此从库"),
    "prepare.encrypted": ("tablespaces that are encrypted on the disk: {count}", "磁盘加密的表空间：{count}"),
    "prepare.encrypted.remedy": (
        "the replica's server needs the key and its plugin, which nobody hands over here: make it by hand",
        "从库须持有密钥及插件，本工具不传递密钥：请人工建立",
    ),
    "prepare.no-feeds": ("the source follows nobody and may be written to", "源端不跟随其他服务且可写"),
    "prepare.no-feeds.remedy": ("declare the primary as the source", "请将主库声明为源端"),
    "prepare.galera": ("the source is no node of a Galera cluster", "源端不是 Galera 集群节点"),
    "prepare.galera.remedy": (
        "its transactions have other numbers on each node unless it is configured for that: make this replica by hand",
        "除非专门配置，各节点事务编号不同：请人工建立此从库",
    ),
    "prepare.rights": (
        "{role} of the source may make accounts and give rights",
        "源端 {role} 有权建立账户并授权",
    ),
    "prepare.rights.remedy": (
        "name one that has all privileges, with the grant option, under make.superuser",
        "请在 make.superuser 中填写拥有全部权限（含授权权）的账户",
    ),
    "prepare.log-bin": ("the source writes a binary log", "源端已开启二进制日志"),
    "prepare.log-bin.remedy": (
        "set log_bin on the source; it must be restarted",
        "请在源端设置 log_bin 并重启",
    ),
    "prepare.server-id": ("the source has a server_id", "源端已设置 server_id"),
    "prepare.server-id.remedy": ("set server_id on the source", "请在源端设置 server_id"),
    "prepare.kept": (
        "the source keeps its log for a day at least: {seconds} s",
        "源端日志至少保留一天：{seconds} 秒",
    ),
    "prepare.kept.remedy": (
        "a replica that is away for longer is to be made anew: set binlog_expire_logs_seconds to what an outage may take (0: nothing is ever deleted, and the disk fills)",
        "离线超过该时长的从库须重建：请按可容忍的中断时长设置 binlog_expire_logs_seconds（0 为永不删除，磁盘会占满）",
    ),
    "prepare.odd": (
        "settings that cannot be written into a file as they are: {names}",
        "无法原样写入配置文件的参数：{names}",
    ),
    "prepare.odd.remedy": (
        "make the replica's own file by hand, and name it under make.config",
        "请人工准备从库配置文件，并在 make.config 中填写",
    ),
    "prepare.user": (
        "{user} is an account of the replica's machine whom the server may run as",
        "{user} 是从库主机上可运行服务的账户",
    ),
    "prepare.user.remedy": (
        "let the replica's account be root, or be make.owner itself",
        "请使从库账户为 root，或与 make.owner 相同",
    ),
    "prepare.socket": (
        "{user} may make the socket in its folder on the replica's machine",
        "{user} 可在从库主机的套接字目录中创建套接字",
    ),
    "prepare.socket.remedy": (
        "let that folder be there and belong to it (a folder below /run is gone after a restart), or declare another socket",
        "请确认该目录存在且属于该账户（/run 下的目录重启后会消失），或声明其他套接字",
    ),
    "prepare.config-of-service": (
        "the file that make.start's server reads is declared",
        "已声明 make.start 所启动服务的配置文件",
    ),
    "prepare.config-of-service.remedy": (
        "name it under make.config: it must say this data folder and socket, a server_id of its own, log_bin, log_slave_updates = 1, read_only = 1, event_scheduler = OFF",
        "请在 make.config 中填写：其中须有该数据目录与套接字、独立的 server_id、log_bin、log_slave_updates = 1、read_only = 1、event_scheduler = OFF",
    ),
    "prepare.follows-another": (
        "the replica follows this source and nobody else: {found}",
        "从库只跟随本源端：{found}",
    ),
    "prepare.follows-another.remedy": (
        "somebody led it to another server; nothing here leads it back: look who, and drop it where it is not wanted",
        "有人将其指向了其他服务，本命令不会改回：请核实，不需要时清除",
    ),
    "prepare.beat-needed": ("a heartbeat is declared", "已声明心跳"),
    "prepare.beat-needed.remedy": (
        "after a cut both threads of a replica say Yes: only what arrives proves that it follows. Declare `heartbeat`, and it is made here",
        "链路中断后从库两个线程仍显示 Yes，只有实际到达的内容能证明其在跟随。请声明 heartbeat，将由本命令建立",
    ),
    **{f"prepare.{name}.unknown": ("could not be asked", "无法询问") for name in ("copy",)},
    "prepare.account-not-let-in": (
        "the source does not let {role} in from {address}",
        "源端不允许 {role} 从 {address} 接入",
    ),
    "prepare.account-not-let-in.remedy": (
        "see whether that address is the one that the source sees, and its log",
        "请确认源端所见地址是否一致，并查看其日志",
    ),
    "prepare.settings": (
        "the server that was started is no replica by its own file: server_id, read_only, log_bin, log_slave_updates and event_scheduler are {found}; the source's server_id is {source}",
        "所启动的服务按其配置不是从库：server_id、read_only、log_bin、log_slave_updates、event_scheduler 为 {found}；源端 server_id 为 {source}",
    ),
    "prepare.settings.remedy": (
        "let make.config say a server_id of its own, read_only = 1, log_bin, log_slave_updates = 1 and event_scheduler = OFF, restart it, then the same command",
        "请在 make.config 中设置独立的 server_id、read_only = 1、log_bin、log_slave_updates = 1、event_scheduler = OFF，重启后再次执行同一命令",
    ),
    "prepare.position": (
        "the copy in {data} does not tell from where it is to follow",
        "{data} 中的副本未记录跟随位置",
    ),
    "prepare.position.remedy": (
        "`migrate dr drop`, then prepare it anew",
        "请先 `migrate dr drop`，再重新建立",
    ),
}
