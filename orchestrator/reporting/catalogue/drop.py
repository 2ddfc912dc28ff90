"""Words of dropping a copy that was never opened."""

TEXTS = {
    "drop.nothing": ("nothing of {system} was prepared yet", "{system} 尚未准备，没有可撤除的内容"),
    "drop.nothing.remedy": ("`migrate status N` shows where it stands", "`migrate status N` 显示其所处阶段"),
    "drop.cutover": (
        "nobody knows yet whether the target of {system} has opened",
        "{system} 的目标端是否已开放尚不可知",
    ),
    "drop.cutover.remedy": (
        "`migrate cutover {system}` decides it first; a copy that was taken back can be dropped",
        "先执行 `migrate cutover {system}` 作出决定；未开放的副本才可撤除",
    ),
    "drop.open": ("{system} is open: its target is what people write to", "{system} 已开放：用户正写入目标端"),
    "drop.open.remedy": (
        "`migrate rollback {system}` brings what was written back to the source first",
        "先执行 `migrate rollback {system}`，将新数据带回源端",
    ),
    "drop.rollback": (
        "nobody knows yet whether the source of {system} has opened again",
        "{system} 的源端是否已重新开放尚不可知",
    ),
    "drop.rollback.remedy": (
        "`migrate rollback {system}` decides it first",
        "先执行 `migrate rollback {system}` 作出决定",
    ),
    "drop.soaked": ("{system} has soaked: its target is what people write to", "{system} 观察期满：用户正写入目标端"),
    "drop.soaked.remedy": (
        "`migrate retire {system}` ends the replication and keeps the target",
        "`migrate retire {system}` 结束复制并保留目标端",
    ),
    "drop.retired": ("{system} is retired: its target is the only one", "{system} 已下线：目标端是唯一的一份"),
    "drop.retired.remedy": (
        "nothing of ours is left on either side; what the target holds is the system's own",
        "两侧已无本工具的内容；目标端的数据属于该系统",
    ),
    "drop.unfinished": ("a drop of {system} was interrupted", "{system} 的撤除曾被中断"),
    "drop.unfinished.remedy": (
        "`migrate drop {system} --confirm {system}` finishes it; `migrate batch N` then prepares anew",
        "`migrate drop {system} --confirm {system}` 将其完成；之后 `migrate batch N` 重新准备",
    ),
    "drop.not-confirmed": ("the drop of {system} was not confirmed", "{system} 的撤除未确认"),
    "drop.not-confirmed.remedy": (
        "look with --dry-run, then say --confirm {system}",
        "先用 --dry-run 查看，再加 --confirm {system}",
    ),
    "drop.plan": (
        "Drop of {system}: the copy on {target} goes, {source} goes on serving",
        "撤除 {system}：{target} 上的副本将被撤除，{source} 继续提供服务",
    ),
    "drop.done": (
        "The copy of {system} is gone; {source} goes on serving, and `migrate batch N` may prepare anew",
        "{system} 的副本已撤除；{source} 继续提供服务，`migrate batch N` 可重新准备",
    ),
    "drop.left": (
        "role {subject} stays on {server}: something else there belongs to it",
        "角色 {subject} 保留在 {server}：另有对象属于该角色",
    ),
    "drop.stays": (
        "stay on {server} as they are: {databases}; a person who has looked may DROP DATABASE",
        "保留在 {server}：{databases}；经人工核对后可执行 DROP DATABASE",
    ),
    "drop.by-hand": (
        "{server} was not asked. If it is ever started again, say there, or its disk fills up:",
        "未访问 {server}。该机一旦重新启动，须在其上执行以下语句，否则磁盘将被占满：",
    ),
    "drop.by-hand-line": ("{what}, as {account}, {where}:", "{what}，以 {account} 身份，{where}："),
    "drop.column.no": ("no", "序号"),
    "drop.column.line": ("what goes", "撤除内容"),
    "drop.column.side": ("where", "位置"),
    "drop.column.subject": ("of", "对象"),
    "drop.side.source": ("source", "源端"),
    "drop.side.target": ("target", "目标端"),
    "drop.subscriptions": ("subscriptions", "订阅"),
    "drop.slots": ("replication slots", "复制槽"),
    "drop.dumps": ("dumps, and what the trial wrote down", "导出文件及试运行记录"),
    "drop.copy": ("the copy of the whole cluster; the empty one takes its place", "整个实例的副本，恢复原空实例"),
    "drop.promoted": ("what makes it follow the source", "对源端的跟随"),
    "drop.aside": ("the empty cluster that was put aside", "搁置的原空实例"),
    "drop.connection": ("replication of ours", "本工具的复制连接"),
    "drop.accounts": ("accounts of ours", "本工具的账号"),
    "drop.files-key": ("the target's key at the source", "目标端在源端的登录密钥"),
    "drop.files-own": (
        "folder and second mount of ours; the file system itself stays",
        "本工具的目录和第二挂载点（文件系统保留）",
    ),
    "drop.rehost-copy": ("the copy of the disk on the keeper", "副本主机上的磁盘副本"),
    "drop.external-own": ("what the tool {subject} made", "工具 {subject} 建立的内容"),
    "drop.forwarder": ("what the old address passes on", "旧地址的转发"),
    "drop.name-ttl": ("the name's TTL as it was before", "恢复域名原来的 TTL"),
    "drop.own": ("publication, schema and grants of ours", "本工具的发布、模式和授权"),
    "drop.access": ("lines of access and the secret of ours", "本工具的访问行和口令文件"),
    "drop.roles": ("roles of ours", "本工具的角色"),
    "drop.settings": ("settings of ours", "本工具的参数"),
    "drop.database": ("database that was brought", "带入的数据库"),
    "drop.role": ("role that was brought", "带入的角色"),
    "drop.reached": ("{subject} answers", "{subject} 有应答"),
    "drop.reached.remedy": (
        "bring it back ({error}); `--without source` or `--without target` only if it is gone for good",
        "请恢复该机（{error}）；确已永久失去时才用 `--without source` 或 `--without target`",
    ),
    "drop.gone": ("{subject} is gone", "{subject} 已失去"),
    "drop.gone.remedy": (
        "it answers: leave --without off, or its slots fill its disk",
        "该机仍有应答：请去掉 --without，否则复制槽会占满其磁盘",
    ),
    "drop.recorded": (
        "what was brought to {subject} is on record",
        "带入 {subject} 的内容有记录",
    ),
    "drop.recorded.remedy": (
        "an earlier release did not write it down: `--keep-data` takes everything else away",
        "早先版本未作记录：`--keep-data` 撤除其余内容",
    ),
    "drop.cluster": ("{subject} is the cluster that data was brought to", "{subject} 就是当初带入数据的实例"),
    "drop.cluster.remedy": (
        "another cluster ({found}) stands in its place: `--keep-data` touches no data of it",
        "该处已是另一实例（{found}）：`--keep-data` 不动其数据",
    ),
    "drop.standby": (
        "{subject} was never promoted, so nobody has written to it: {found}",
        "{subject} 从未提升为主库，因此无人写入：{found}",
    ),
    "drop.standby.remedy": (
        "compare it with the source; `--keep-data` leaves it as it is",
        "请与源端比对；`--keep-data` 予以保留",
    ),
    "drop.same": ("{subject}: no database was made anew since: {found}", "{subject}：其后无重建的数据库：{found}"),
    "drop.same.remedy": (
        "somebody made it anew: look whose it is; `--keep-data` leaves it",
        "该库已被人重建：请核对归属；`--keep-data` 予以保留",
    ),
    "drop.logins": ("{subject}: nobody may log in: {found}", "{subject}：无人可登录：{found}"),
    "drop.logins.remedy": (
        "somebody let applications in by hand: look whether they wrote; `--keep-data` leaves it",
        "有人手工放行登录：请核对是否写入过数据；`--keep-data` 予以保留",
    ),
    "drop.sessions": ("{subject}: nobody is connected: {found}", "{subject}：无人连接：{found}"),
    "drop.sessions.remedy": ("end their sessions first", "请先结束这些会话"),
    "drop.never-open": ("{subject} was never opened: {found}", "{subject} 从未开放：{found}"),
    "drop.never-open.remedy": (
        "people wrote to it in those attempts: compare it with the source; `--keep-data` leaves it",
        "这些次割接中曾有写入：请与源端比对；`--keep-data` 予以保留",
    ),
    "drop.only-ours": ("{subject} holds only what was copied: {found}", "{subject} 只有复制来的数据：{found}"),
    "drop.only-ours.remedy": (
        "somebody filled these tables: save them first; `--keep-data` leaves the database",
        "这些表由他人写入：请先保存；`--keep-data` 保留该库",
    ),
}
