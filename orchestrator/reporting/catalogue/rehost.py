"""Words of what is refused of a machine that moves as it is, and of its rehearsal."""

TEXTS = {
    "rehost.no-server": (
        "{system} was begun without a server of its cloud that could start from the copy",
        "{system} 开始迁移时，云上没有可由副本启动的服务器",
    ),
    "rehost.no-server.remedy": (
        "`migrate drop {system}`, then `migrate batch` makes the server and begins anew",
        "请先 `migrate drop {system}`，再以 `migrate batch` 创建服务器并重新开始",
    ),
    "image.no-disk": ("{system} does not move as a whole disk", "{system} 不是整盘迁移"),
    "image.no-disk.remedy": (
        "declare it under moving.rehost and begin it (`migrate batch`)",
        "请在 moving.rehost 下声明并开始迁移（`migrate batch`）",
    ),
    "image.not-copied": ("{system} is {phase}: its first copy is not whole", "{system} 处于 {phase}：首次复制尚未完成"),
    "image.not-copied.remedy": ("`migrate status` says how far it is", "可用 `migrate status` 查看进度"),
    "image.made": (
        "{system}: image {name} ({id}) on {cloud} has {size} bytes, SHA-256 {sha256}",
        "{system}：{cloud} 上的镜像 {name}（{id}），{size} 字节，SHA-256 {sha256}",
    ),
    "image.running": (
        "It was made of a system that went on writing: start it to see that it starts, and never for people to use.",
        "制作时系统仍在写入：仅可用于验证能否启动，不可投入使用。",
    ),
    "image.older": ("Older images of it are in use and stay: {left}", "仍在使用而保留的旧镜像：{left}"),
    "image.none": (
        "{system}: no image was made on {cloud}, and none was replaced",
        "{system}：未在 {cloud} 生成镜像，原有镜像未变",
    ),
    "rehearsal.rehost-pass": ("what changed on the disk crosses", "复制磁盘上的变更"),
    "rehearsal.rehost-compare": ("both sides are read whole and compared", "两侧全盘读取并比对"),
    "rehearsal.rehost-copy": ("the copy is copied", "复制一份副本"),
    "rehearsal.rehost-mend": ("its root file system is checked", "检查副本的根文件系统"),
    "rehearsal.rehost-fit": ("it is made fit for the cloud, by its own programs", "用副本自身的程序适配云平台"),
    "rehearsal.rehost-boot": ("it starts where it reaches nobody", "在隔离环境中启动"),
    "rehearsal.rehost-mended": (
        "the root file system of {subject} could be mended (e2fsck: {exit})",
        "{subject} 的根文件系统可以修复（e2fsck：{exit}）",
    ),
    "rehearsal.rehost-mended.remedy": (
        "copied beside a system that writes it may be past mending: rehearse again when less is written",
        "在系统写入时复制可能无法修复：请在写入较少时重新演练",
    ),
    "rehearsal.rehost-device": (
        "{subject} is named in fstab or GRUB and is no partition of the disk",
        "fstab 或 GRUB 中的 {subject} 不是该磁盘的分区",
    ),
    "rehearsal.rehost-device.remedy": (
        "name it by UUID on the source, or take it out",
        "请在源端改用 UUID，或将其移除",
    ),
    "rehearsal.rehost-kernel": (
        "the start image of kernel {subject} has the cloud's drivers",
        "内核 {subject} 的启动镜像含云平台驱动",
    ),
    "rehearsal.rehost-kernel.remedy": (
        "install a kernel that has virtio_blk, and take this one away",
        "请安装带 virtio_blk 的内核，并移除此内核",
    ),
    "rehearsal.rehost-network": ("it asks for its address", "启动后自动获取地址"),
    "rehearsal.rehost-network.remedy": ("install systemd-networkd on the source", "请在源端安装 systemd-networkd"),
    "rehearsal.rehost-fitted": ("all of it is fit", "全部适配完成"),
    "rehearsal.rehost-fitted.remedy": (
        "its own programs ended early: see update-initramfs on the source",
        "副本自身的程序提前结束：请检查源端的 update-initramfs",
    ),
    "rehearsal.rehost-answer": (
        "port {subject} of the started copy answers (after {seconds} s; the machine said: {said})",
        "启动后的副本在端口 {subject} 应答（{seconds} 秒；机器输出：{said}）",
    ),
    "rehearsal.rehost-answer.remedy": (
        "raise `boot` where the keeper is slow; else start the source's own system anew and see what comes up",
        "若副本主机较慢，请调大 `boot`；否则请重启源端系统并检查启动情况",
    ),
}
