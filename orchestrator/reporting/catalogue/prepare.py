"""Texts of making a standby and of taking it away."""

TEXTS = {
    "prepare.title": ("A standby of {system} ({replica}) in {data}", "{system} 的备库（{replica}），数据目录 {data}"),
    "prepare.warning": ("to be known, not in the way:", "提示（不阻止执行）："),
    "prepare.passed": ("{count} check(s) passed", "{count} 项检查通过"),
    "prepare.refused": ("nothing was begun", "未开始任何操作"),
    "prepare.unlimited": ("as fast as it goes", "不限速"),
    "prepare.step.access": ("the role that follows, its secret, the source's word", "复制角色、口令与源端放行"),
    "prepare.step.beat": ("the source's heartbeat", "源端心跳"),
    "prepare.step.slot": ("the slot: the source keeps its log", "复制槽：源端开始保留日志"),
    "prepare.step.seed": ("the first copy, verified {rate}", "首次复制并校验 {rate}"),
    "prepare.step.start": ("the standby starts", "启动备库"),
    "prepare.step.follow": ("it is led to its source, from where the copy ends", "自副本所到之处起跟随源端"),
    "prepare.step.prove": ("it streams from this source, and catches up", "确认其由该源端流复制并已追平"),
    "prepare.progress": ("prepare: {step}", "建立备库：{step}"),
    "prepare.seeding": (
        "copied {done} of {whole} bytes, {rate} MiB/s, left: {left}",
        "已复制 {done}/{whole} 字节，{rate} MiB/s，剩余：{left}",
    ),
    "prepare.because": ("It ended at: {step}; {cause}", "止于：{step}；{cause}"),
    "prepare.nothing": ("nothing was left to do", "无需任何操作"),
    "prepare.done": (
        "The standby of {system} follows; `migrate dr check {system}` tells the rest",
        "{system} 的备库已在跟随；其余请看 `migrate dr check {system}`",
    ),
    "prepare.not-proved": (
        "The standby of {system} was not seen to follow; the same command looks again",
        "未能确认 {system} 的备库在跟随；可再次执行同一命令",
    ),
    "prepare.silent": ("{subject} did not answer: {said}", "{subject} 无应答：{said}"),
    "prepare.silent.remedy": (
        "see that its machine lets the programme's key in, that its host key is pinned, and that its server runs; of a source also make.superuser",
        "请确认其主机接受本项目密钥、主机公钥已登记、服务在运行；源端另须核对 make.superuser",
    ),
    "prepare.old": ("the source is of version {version}", "源端版本为 {version}"),
    "prepare.old.remedy": (
        "version 13 is the first in which what a slot keeps can be limited",
        "13 版起才能限制复制槽保留的日志",
    ),
    "prepare.version": (
        "programs of version {source} on the replica's machine; found: {found}",
        "备库主机上需有 {source} 版程序；现有：{found}",
    ),
    "prepare.version.remedy": (
        "install that version of the server and its clients there (pg_basebackup, pg_verifybackup)",
        "请在其上安装该版本的服务端和客户端（pg_basebackup、pg_verifybackup）",
    ),
    "prepare.architecture": (
        "processors: source {source}, replica {replica}",
        "处理器架构：源端 {source}，备库 {replica}",
    ),
    "prepare.architecture.remedy": (
        "a standby reads its source's very files: take a machine of that architecture",
        "备库直接读取源端文件：请使用同架构主机",
    ),
    "prepare.glibc": ("C libraries: source {source}, replica {replica}", "C 库版本：源端 {source}，备库 {replica}"),
    "prepare.glibc.remedy": (
        "texts may be sorted otherwise there: reindex after a failover, or take the same release",
        "文本排序可能不同：切换后须重建索引，或使用相同系统版本",
    ),
    "prepare.locale": ("locales that the replica's machine lacks: {missing}", "备库主机缺少的区域设置：{missing}"),
    "prepare.locale.remedy": ("generate them there", "请在其上生成这些区域设置"),
    "prepare.primary": ("the source is no standby itself", "源端本身不是备库"),
    "prepare.primary.remedy": ("declare the primary as the source", "请将主库声明为源端"),
    "prepare.superuser": ("{role} is a superuser of the source", "{role} 是源端超级用户"),
    "prepare.superuser.remedy": ("name one under make.superuser", "请在 make.superuser 中填写"),
    "prepare.role": ("the role's name is free or ours", "角色名未被占用或属于本工具"),
    "prepare.role.remedy": (
        "somebody else made a role of that name on the source: look at it, and drop it where it is nobody's",
        "源端已有他人建立的同名角色：请核实，无主则删除",
    ),
    "prepare.tablespaces": ("tablespaces outside the data folder: {names}", "数据目录之外的表空间：{names}"),
    "prepare.tablespaces.remedy": ("make this standby by hand", "请人工建立此备库"),
    "prepare.wal-level": ("the source's wal_level is {wal_level}", "源端 wal_level 为 {wal_level}"),
    "prepare.wal-level.remedy": (
        "set wal_level = replica on the source; it must be restarted",
        "请在源端设置 wal_level = replica 并重启",
    ),
    "prepare.senders": (
        "{free} replication senders are free on the source; {needed} are needed",
        "源端空闲复制发送进程 {free} 个，需要 {needed} 个",
    ),
    "prepare.senders.remedy": (
        "raise max_wal_senders on the source, or end what uses them",
        "请调大源端 max_wal_senders，或结束占用者",
    ),
    "prepare.slots": ("the source has a free replication slot", "源端有空闲复制槽"),
    "prepare.slots.remedy": (
        "raise max_replication_slots on the source, or drop slots that nobody uses",
        "请调大源端 max_replication_slots，或删除无人使用的复制槽",
    ),
    "prepare.slot-lost": ("the slot is: {slot}", "复制槽状态：{slot}"),
    "prepare.slot-lost.remedy": (
        "the source no longer has what the standby needs: `migrate dr drop`, then prepare it anew",
        "源端已不保留备库所需日志：请先 `migrate dr drop`，再重新建立",
    ),
    "prepare.bounded": (
        "what a slot may keep (max_slot_wal_keep_size: {keep} bytes) is limited and fits the source's disk ({free} free)",
        "复制槽保留上限（max_slot_wal_keep_size：{keep} 字节）已设且不超过源端磁盘可用空间（{free}）",
    ),
    "prepare.bounded.remedy": (
        "ALTER SYSTEM SET max_slot_wal_keep_size on the source, to less than its free disk, and reload: a standby that is away must not fill it",
        "请在源端以 ALTER SYSTEM 设置 max_slot_wal_keep_size（小于可用磁盘）并重新加载：备库离线时不得占满源端磁盘",
    ),
    "prepare.promoted": ("the data was not promoted", "数据未被提升为主库"),
    "prepare.promoted.remedy": (
        "it was: it is a primary of its own now, and nothing here touches it; move it aside by hand where it is not wanted",
        "数据已被提升，现为独立主库，本命令不会触碰；确认不需要时请人工移走",
    ),
    "prepare.data": (
        "{data} is absent, empty or ours; it is: {found}",
        "{data} 应不存在、为空或属于本工具；现为：{found}",
    ),
    "prepare.data.remedy": (
        "nothing is written over: empty it by hand where nobody needs it, or name another folder, below and not at a mount point",
        "绝不覆盖：确认无人需要后人工清空，或另指定目录（须在挂载点之下而非挂载点本身）",
    ),
    "prepare.old-runs": ("nobody runs on the old primary's data {data}", "旧主库数据 {data} 上没有运行中的服务"),
    "prepare.old-runs.remedy": (
        "the old primary runs: stop it, and keep it from starting; its data is put aside and stays for whoever looks what was written to it last",
        "旧主库仍在运行：请停止并禁止自启；其数据会移到一旁保留，供查明最后写入的内容",
    ),
    "prepare.parent": ("the account may write beside {data}", "账户可在 {data} 旁写入"),
    "prepare.parent.remedy": (
        "let the folder above it be there and belong to the replica's account",
        "请确认其上级目录存在且属于备库账户",
    ),
    "prepare.room": ("the copy needs {needed} bytes; {free} are free", "副本需要 {needed} 字节，可用 {free} 字节"),
    "prepare.room.remedy": ("make room on the replica's disk", "请在备库磁盘腾出空间"),
    "prepare.config": ("the server's own file: {config}", "服务器配置文件：{config}"),
    "prepare.config.remedy": (
        "the source's stands outside its data and does not come along: make one for the standby, which its account may read, and name it under make.config",
        "源端配置不在数据目录内、不会随副本带来：请为备库准备其账户可读的配置，并在 make.config 中填写",
    ),
    "prepare.reach": ("the source answers the replica's machine", "备库主机可连接源端"),
    "prepare.reach.remedy": (
        "open the source's port to that machine, and see listen_addresses",
        "请放行该主机到源端端口的访问，并检查 listen_addresses",
    ),
    "prepare.port": ("nobody else has the standby's port and socket", "备库端口和套接字未被他人占用"),
    "prepare.port.remedy": (
        "another server answers there: stop it, or declare another port",
        "已有其他服务在应答：请停止，或声明其他端口",
    ),
    "prepare.another": ("the secret leads to this source: {found}", "口令通往本源端：{found}"),
    "prepare.another.remedy": (
        "the source's address leads the replica's machine to another cluster",
        "备库主机经源端地址到达的是另一个集群",
    ),
    "prepare.tls": ("the source offers TLS", "源端提供 TLS"),
    "prepare.tls.remedy": (
        "set ssl = on there; otherwise everything travels plain, which `dr check` tells as a finding",
        "请设置 ssl = on；否则数据明文传输，`dr check` 会报为问题",
    ),
    "prepare.checksums": ("the source's pages carry checksums", "源端数据页带校验和"),
    "prepare.checksums.remedy": (
        "without them nobody can tell what its content is: pg_checksums --enable, in a window",
        "没有校验和则内容无法核验：请在停机窗口执行 pg_checksums --enable",
    ),
    "prepare.restart": ("the standby comes back after a restart of its machine", "备库随主机重启自动恢复"),
    "prepare.restart.remedy": (
        "it is started by this command, and by nobody after a restart: declare make.start and make.stop, such as a service's",
        "现由本命令启动，主机重启后无人启动：请声明 make.start 和 make.stop（如系统服务）",
    ),
    "prepare.beat": ("a heartbeat is declared", "已声明心跳"),
    "prepare.beat.remedy": (
        "without one nobody can tell what would be lost: declare `heartbeat`, and it is made here",
        "没有心跳则无法判断丢失量：请声明 heartbeat，将由本命令建立",
    ),
    **{
        f"prepare.{name}.unknown": ("could not be asked", "无法询问")
        for name in ("version", "alike", "primary", "log", "place", "ways")
    },
    "prepare.caught-up": ("has all that the source had at the first look", "已拥有首次查看时源端的全部内容"),
    "prepare.caught-up.remedy": ("it is behind: look again", "尚未追平：请稍后再看"),
    "prepare.not-let-in": (
        "the source does not let {role} in from {address}",
        "源端不允许 {role} 从 {address} 接入",
    ),
    "prepare.not-let-in.remedy": (
        "its pg_hba.conf has our line first: see its log, and whether that address is the one that it sees",
        "其 pg_hba.conf 首行已放行：请查看源端日志，并确认源端所见地址是否一致",
    ),
    "prepare.seed": ("the first copy failed: {said}", "首次复制失败：{said}"),
    "prepare.seed.remedy": ("the same command begins it anew", "再次执行同一命令将重新开始"),
    "prepare.seed-ended": ("the first copy ended without a word", "首次复制意外终止"),
    "prepare.seed-ended.remedy": ("the same command begins it anew", "再次执行同一命令将重新开始"),
    "prepare.not-started": ("no server runs on {data}", "{data} 上没有运行中的服务"),
    "prepare.not-started.remedy": (
        "see its log, and that make.start means this folder",
        "请查看其日志，并确认 make.start 对应该目录",
    ),
    "prepare.running": (
        "somebody works on the standby of {system} now; nothing was touched",
        "{system} 的备库正由他人操作；未做任何改动",
    ),
    "prepare.running.remedy": ("wait for its end", "请等待其结束"),
    "prepare.none": (
        "{system} has no standby that is made here: PostgreSQL standbys and MariaDB replicas are",
        "{system} 没有可由本工具建立的备库：仅支持 PostgreSQL 流复制备库与 MariaDB 从库",
    ),
    "prepare.none.remedy": (
        "declare it under recovery.systems.{system}",
        "请在 recovery.systems.{system} 下声明",
    ),
    "prepare.which": ("{system} has these standbys: {addresses}", "{system} 的备库有：{addresses}"),
    "prepare.which.remedy": ("choose one with --replica", "请用 --replica 指定其一"),
    "prepare.not-declared": (
        "nobody declared how {replica} of {system} is made",
        "未声明如何建立 {system} 的 {replica}",
    ),
    "prepare.not-declared.remedy": (
        "add make: {{data: FOLDER}} to that standby under recovery.systems.{system}.{kind}",
        "请在 recovery.systems.{system}.{kind} 的该备库下添加 make: {{data: 目录}}",
    ),
    "prepare.not-confirmed": ("the standby of {system} would go with its data", "将删除 {system} 的备库及其数据"),
    "prepare.not-confirmed.remedy": (
        "`--dry-run` shows what is there; then `--confirm {system}`",
        "先用 `--dry-run` 查看，再加 `--confirm {system}`",
    ),
    "prepare.unended": (
        "a standby of {system} was begun to be made or taken away, and the end is not on record: `migrate dr prepare {system}` goes on, `migrate dr drop {system}` takes away what was made; until then a slot may keep the source's log",
        "{system} 的备库已开始建立或删除但无结束记录：`migrate dr prepare {system}` 可继续，`migrate dr drop {system}` 可清除所建内容；此前复制槽可能占用源端日志",
    ),
    "prepare.switched": (
        "no switch to this standby goes on or was decided{found_words}",
        "没有正在进行或已决定的向该备库的切换{found_words}",
    ),
    "prepare.switched.held": (": one goes on", "：正在进行"),
    "prepare.switched.decided": (": one was decided", "：已决定"),
    "prepare.switched.remedy": (
        "clients are being led to it: `migrate dr failover` or `migrate dr failback` goes on from there",
        "客户端正被引导至该备库：请用 `migrate dr failover` 或 `migrate dr failback` 继续",
    ),
    "prepare.serves": ("the source may be written to", "源端可写"),
    "prepare.serves.remedy": (
        "it is a standby itself: where a failback closed it, `migrate dr failback` opens it first; the data of this side may be all there is",
        "源端本身是备库：若由切回关闭，请先执行 `migrate dr failback` 将其打开；本端数据可能是唯一一份",
    ),
    "prepare.feeds": ("nobody is fed by the standby: {count}", "备库未向其他节点供流：{count}"),
    "prepare.feeds.remedy": (
        "it feeds others, or is being copied by a drill: end that first",
        "备库正向其他节点供流或被演练复制：请先结束",
    ),
    "prepare.none-there": ("nothing of a standby of {system} that was made here", "没有由本工具建立的 {system} 备库"),
    "prepare.taking": ("takes away: {part}", "清除：{part}"),
    "prepare.there": ("there", "现有"),
    "prepare.gone": ("gone", "已清除"),
    "prepare.left": ("left", "残留"),
    "prepare.part.standby": ("the running standby", "运行中的备库"),
    "prepare.part.data": ("its data", "其数据"),
    "prepare.part.slot": ("the slot on the source", "源端复制槽"),
    "prepare.part.line": ("the line in the source's pg_hba.conf", "源端 pg_hba.conf 中的行"),
    "prepare.part.role": ("the role on the source", "源端角色"),
    "prepare.part.beat": ("the heartbeat on the source", "源端心跳"),
    "prepare.part.folder": ("our folder beside the data, with the secret", "数据旁的工具目录（含口令）"),
}
