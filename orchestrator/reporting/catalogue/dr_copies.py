"""Words of the verdicts on what clouds keep: backups of volumes, and images."""

TEXTS = {
    "dr.existence.no-backup": ("no backup of the volume at {address}", "{address} 没有该卷的备份"),
    "dr.existence.no-backup.remedy": (
        "back it up (`openstack volume backup create`), or correct cloud and name under recovery.systems",
        "请备份（`openstack volume backup create`），或更正 recovery.systems 中的云和名称",
    ),
    "dr.existence.none-usable": (
        "{measured}: no backup at {address} was ever finished",
        "{measured}：{address} 没有一个已完成的备份",
    ),
    "dr.existence.none-usable.remedy": (
        "look at fail_reason and at the backup service, then back it up anew",
        "请查看 fail_reason 和备份服务，然后重新备份",
    ),
    "dr.existence.no-copy": ("no copy of the image at {address}", "{address} 没有该镜像的副本"),
    "dr.existence.no-copy.remedy": (
        "copy it there with the property source_image_id, or correct cloud and name under recovery.systems",
        "请复制到该云并写明属性 source_image_id，或更正 recovery.systems 中的云和名称",
    ),
    "dr.existence.none-active": (
        "no copy at {address} has its bytes: {measured}",
        "{address} 的副本均无数据：{measured}",
    ),
    "dr.existence.none-active.remedy": (
        "see why the upload did not end, then copy it anew",
        "请查明上传未完成的原因，然后重新复制",
    ),
    "dr.existence.unseen.dr.ambiguous": ("several are called so ({ids})", "有多个同名对象（{ids}）"),
    "dr.existence.unseen.cloud.unreachable": ("its cloud does not answer", "其云无应答"),
    "dr.existence.unseen.cloud.credentials": ("its cloud does not let us in", "其云拒绝登录"),
    "dr.existence.unseen.cloud.forbidden": ("its cloud does not let us list", "其云不允许列出资源"),
    "dr.existence.unseen.cloud.unavailable": ("its cloud answers with errors", "其云应答为错误"),
    "dr.existence.unseen.cloud.no-endpoint": ("its cloud has no such service", "其云没有该服务"),
    "dr.existence.unseen.cloud.answer-malformed": ("its cloud's answer has another form", "其云的应答格式不符"),
    "dr.existence.unseen.cloud.answer-too-large": ("its cloud's answer has no end", "其云的应答过大"),
    "dr.identity.another-volume": (
        "backups of another volume ({measured}); the source is {threshold}",
        "是另一个卷（{measured}）的备份；源端为 {threshold}",
    ),
    "dr.identity.another-volume.remedy": (
        "a volume that was made anew under the old name has no backup: back it up; keep the old ones until you know",
        "以旧名称重新建立的卷没有备份：请备份；未查明之前请保留旧备份",
    ),
    "dr.identity.another-image": (
        "a copy of another image ({measured}); the source is {threshold}",
        "是另一个镜像（{measured}）的副本；源端为 {threshold}",
    ),
    "dr.identity.another-image.remedy": (
        "an image that was made anew under the old name has no copy: copy it",
        "以旧名称重新建立的镜像没有副本：请复制",
    ),
    "dr.identity.unmarked": (
        "has the name, and nothing says what it was copied from ({threshold})",
        "仅名称相同，没有写明复制自何处（{threshold}）",
    ),
    "dr.identity.unmarked.remedy": (
        "whoever copied it sets the property source_image_id to the source's id",
        "请由复制者将属性 source_image_id 设为源镜像的 id",
    ),
    "dr.freshness.clouds-clock": (
        "the clouds' clocks and stamps contradict each other, or tell no time ({evidence})",
        "两个云的时钟与时间戳矛盾，或没有给出时间（{evidence}）",
    ),
    "dr.freshness.clouds-clock.remedy": (
        "synchronise the clouds' clocks, then check again",
        "请校准两个云的时钟后重新核查",
    ),
    "dr.freshness.no-whole": ("no backup is whole", "没有一个完整的备份"),
    "dr.freshness.no-whole.remedy": ("make a full backup", "请做一次全量备份"),
    "dr.freshness.chain-untold": (
        "nobody can tell what the newest backups were made on",
        "无法判断最近的备份以哪个备份为基础",
    ),
    "dr.freshness.chain-untold.remedy": ("make a full backup", "请做一次全量备份"),
    "dr.continuity.kept": ("{measured} usable backups, {evidence}", "可用备份 {measured} 个，{evidence}"),
    "dr.continuity.stuck": (
        "at work for {measured} (limit {threshold}): {evidence}",
        "已进行 {measured}（上限 {threshold}）：{evidence}",
    ),
    "dr.continuity.stuck.remedy": (
        "nobody works on it any more: look at the backup service, reset its state, and back up anew",
        "已无人处理：请查看备份服务，重置其状态，并重新备份",
    ),
    "dr.continuity.chain-broken": (
        "{measured} incremental backup(s) lack what they were made on ({evidence} needs {lacks})",
        "{measured} 个增量备份缺少其基础（{evidence} 需要 {lacks}）",
    ),
    "dr.continuity.chain-broken.remedy": (
        "they restore nothing: make a full backup, and keep each full one as long as those made on it",
        "它们无法恢复：请做一次全量备份，并使全量备份的保留期不短于以其为基础的备份",
    ),
    "dr.continuity.last-failed": (
        "the last backup failed ({measured}): {said}",
        "最近一次备份失败（{measured}）：{said}",
    ),
    "dr.continuity.last-failed.remedy": (
        "mend what it says, then back up anew",
        "请按其提示处理，然后重新备份",
    ),
    "dr.continuity.overdue": (
        "the newest usable backup is {measured} old, one was due every {threshold}",
        "最近的可用备份已有 {measured}，应每 {threshold} 备份一次",
    ),
    "dr.continuity.overdue.remedy": (
        "see whether whatever makes the backups still runs",
        "请检查执行备份的程序是否仍在运行",
    ),
    "dr.continuity.chain-untold": (
        "nobody can tell what {measured} was made on (perhaps not {evidence})",
        "无法判断 {measured} 以哪个备份为基础（可能不是 {evidence}）",
    ),
    "dr.continuity.chain-untold.remedy": (
        "Cinder shows no parents: restore it to know, or make a full backup",
        "Cinder 不显示其基础：请恢复以确认，或做一次全量备份",
    ),
    "dr.continuity.stands": ("the copy is {measured}", "副本状态为 {measured}"),
    "dr.continuity.not-active": ("the copy is {measured}", "副本状态为 {measured}"),
    "dr.continuity.not-active.remedy": (
        "no server starts from it: activate it, or copy it anew",
        "不能由其启动服务器：请激活，或重新复制",
    ),
    "dr.continuity.import-failed": (
        "its import failed at the stores {measured}",
        "在存储 {measured} 的导入失败",
    ),
    "dr.continuity.import-failed.remedy": ("import it there anew", "请重新导入"),
    "dr.continuity.source-not-active": (
        "the source is {measured}: nothing more can be copied from it",
        "源镜像状态为 {measured}：不能再由其复制",
    ),
    "dr.continuity.source-not-active.remedy": (
        "the copy may be all there is: protect it, and find out why",
        "副本可能是仅存的一份：请加以保护，并查明原因",
    ),
    "dr.content.restored": ("restored and looked at in a drill in time", "已在按期演练中恢复并查看"),
    "dr.content.only-available": (
        "{evidence} is `available`, which says that it was written: nobody read it back",
        "{evidence} 状态为 available，只说明曾写入：没有人读回过",
    ),
    "dr.content.only-available.remedy": (
        "restore it into a new volume and compare; this release drills no volumes, so this stays unknown",
        "请恢复到新卷并比较；本版本尚不演练卷，故此项保持未知",
    ),
    "dr.content.only-uploaded": (
        "both clouds hashed the same bytes when they came in ({measured}); nobody read the copy since",
        "两个云在写入时计算的哈希相同（{measured}）；此后没有人读过副本",
    ),
    "dr.content.only-uploaded.remedy": (
        "download the copy and compare its hash; this release does not, so this stays unknown",
        "请下载副本并比较哈希；本版本尚不执行，故此项保持未知",
    ),
    "dr.content.other-bytes": (
        "the copy's bytes are others: {measured}, the source's are {threshold}",
        "副本内容不同：{measured}，源端为 {threshold}",
    ),
    "dr.content.other-bytes.remedy": (
        "copy it anew; no server should start from this one",
        "请重新复制；不要由此副本启动服务器",
    ),
    "dr.content.converted": (
        "it was converted, so hashes cannot be compared",
        "已转换格式，哈希不可比较",
    ),
    "dr.content.converted.remedy": (
        "start a server from it in a drill, or copy it unconverted",
        "请在演练中由其启动服务器，或不转换地复制",
    ),
    "dr.content.no-hash": (
        "the clouds have no hash of the same kind ({measured}, {threshold})",
        "两个云没有同类哈希（{measured}，{threshold}）",
    ),
    "dr.content.no-hash.remedy": (
        "old images have none: download both and compare, or upload them anew",
        "旧镜像没有哈希：请下载两端比较，或重新上传",
    ),
    "dr.restorability.unrestored": (
        "no restoration is on record: nobody knows whether it can be restored",
        "没有恢复记录：能否恢复无人知道",
    ),
    "dr.restorability.unrestored.remedy": (
        "restore it in the centre and start service from it; this release keeps no drill of this kind",
        "请在灾备中心恢复并由其启动服务；本版本尚无此类演练记录",
    ),
    "dr.restorability.list-alone": (
        "the list claims a drill of the system on {day}, of which no result is kept",
        "清单填报该系统 {day} 演练过，但没有留存的结果",
    ),
    "dr.restorability.list-alone.remedy": (
        "the list cannot say of which copy: restore this one; this release keeps no drill of this kind",
        "清单无法说明是哪一个副本：请恢复该副本；本版本尚无此类演练记录",
    ),
    "dr.drift.same-size": (
        "the newest backup is of the volume's size ({measured})",
        "最近的备份与卷大小一致（{measured}）",
    ),
    "dr.drift.resized": (
        "the volume has {threshold}, its newest backup {measured}",
        "卷为 {threshold}，最近的备份为 {measured}",
    ),
    "dr.drift.resized.remedy": ("back it up as it is now", "请按现状备份"),
    "dr.drift.differs-image": (
        "{measured} difference(s), source/copy: {first}",
        "{measured} 处不同（源端/副本）：{first}",
    ),
    "dr.drift.differs-image.remedy": (
        "give the copy its source's properties: a server starts otherwise, or not at all",
        "请使副本属性与源端一致：否则服务器启动方式不同，或无法启动",
    ),
    "dr.capacity.no-restore": (
        "the cloud lets us make {measured} of volumes more, the volume needs {threshold}",
        "该云还可建立 {measured} 的卷，而该卷需要 {threshold}",
    ),
    "dr.capacity.no-restore.remedy": (
        "raise the quota `gigabytes` of the project where it would be restored",
        "请提高恢复所在项目的 gigabytes 配额",
    ),
    "dr.protection.short": (
        "the oldest whole backup reaches back {measured}, wanted {threshold}",
        "最早的完整备份可回溯 {measured}，要求 {threshold}",
    ),
    "dr.protection.short.remedy": (
        "keep more of them; where they only just began, this passes in time",
        "请保留更多备份；若刚开始备份，到期后即可通过",
    ),
    "dr.protection.store-untold": (
        "reaches back {measured}; the cloud encrypts neither volume nor backup, and nobody told whether the store does",
        "可回溯 {measured}；卷和备份均未加密，存储是否加密未知",
    ),
    "dr.protection.store-untold.remedy": (
        "use an encrypted volume type for what is confidential, or have whoever runs the store show that it encrypts",
        "涉密数据请使用加密卷类型，或请存储方证明其加密",
    ),
    "dr.protection.key-untold": (
        "reaches back {measured}, encrypted; nobody told whether the key is in the copies' cloud",
        "可回溯 {measured}，已加密；密钥是否存在于副本所在云未知",
    ),
    "dr.protection.key-untold.remedy": (
        "a key that is gone with the source's cloud opens nothing: keep it in the other one, and restore there",
        "随源端云一并消失的密钥毫无用处：请在另一云保存密钥，并在该处恢复验证",
    ),
    "dr.protection.encrypted": ("encrypted, reaches back {measured}", "已加密，可回溯 {measured}"),
    "dr.protection.open-to-all": (
        "the copy is {measured}: every project may read it",
        "副本为 {measured}：所有项目均可读取",
    ),
    "dr.protection.open-to-all.remedy": ("make it private or shared", "请改为 private 或 shared"),
    "dr.protection.deletable": ("one wrong command deletes it ({measured})", "一条误操作即可删除（{measured}）"),
    "dr.protection.deletable.remedy": (
        "protect it: `openstack image set --protected`",
        "请加以保护：`openstack image set --protected`",
    ),
    "dr.protection.locked": ("cannot be deleted by mistake ({measured})", "不会被误删（{measured}）"),
    "dr.independence.record-at-source": (
        "only the source's own cloud knows of it ({evidence})",
        "只有源端自己的云知道它（{evidence}）",
    ),
    "dr.independence.record-at-source.remedy": (
        "without that cloud the bytes are nameless: import the record (or copy the image) into another cloud and declare that one, or keep exported records and declare their folder (`records`)",
        "没有该云就无法辨认这些数据：请将备份记录导入（或将镜像复制到）另一个云并声明该云，或保存导出的记录并声明其目录（`records`）",
    ),
    "dr.independence.unrecorded": (
        "of {threshold} backups that the newest one needs {evidence} has the records of {measured}; not of {first}",
        "最近的备份需要 {threshold} 个备份，{evidence} 中只有 {measured} 个的记录，缺少 {first}",
    ),
    "dr.independence.unrecorded.remedy": (
        "export the record of each as soon as it is made (`openstack volume backup record export -f json`)",
        "请在每个备份完成后立即导出其记录（`openstack volume backup record export -f json`）",
    ),
    "dr.independence.unseen": (
        "only the source's own cloud knows of it, and nobody can tell which records are needed ({evidence})",
        "只有源端自己的云知道它，且无法判断需要哪些记录（{evidence}）",
    ),
    "dr.independence.unseen.remedy": ("make both ends answer, with a whole backup", "请先使两端均可应答且有完整备份"),
}
