"""Words of a machine that moves as it is: its whole disk."""

TEXTS = {
    "move.method.disk": ("passes over the whole disk", "整盘多轮复制"),
    "move.way-back.disk": (
        "The source stays read-only as it was left: a rollback loses what the server writes from now on, and frees it. The"
        " way back: migrate rollback {system}",
        "源端保持切换时的只读状态：回退会丢失服务器此后写入的内容，并恢复源端。回退命令：migrate rollback {system}",
    ),
    "move.gate.rehost": (
        "which server of its cloud {subject} goes to is on record",
        "{subject} 对应的云上服务器已有记录",
    ),
    "move.gate.rehost.remedy": (
        "it was begun by an older release: `migrate drop`, then `migrate batch` begins it anew",
        "该迁移由旧版本开始：请先 `migrate drop`，再以 `migrate batch` 重新开始",
    ),
    "move.gate.server": (
        "the server {subject} on {cloud} can be started from the copy (it is {state})",
        "{cloud} 上的服务器 {subject} 可由副本启动（状态 {state}）",
    ),
    "move.gate.server.remedy": (
        "see it on the cloud: it boots from an image, it is ours by its marks, and nothing is being done to it",
        "请在云上核查：由镜像启动、带有本工具标记、且没有正在进行的操作",
    ),
    "move.verify.server": (
        "{subject} lets us in by the source's host key, and its ports answer ({ports}): {said}",
        "{subject} 以源端主机密钥可登录，端口有应答（{ports}）：{said}",
    ),
    "move.verify.server.remedy": (
        "see the server's console on the cloud; `migrate rollback` frees the source",
        "请在云上查看服务器控制台；`migrate rollback` 可恢复源端",
    ),
    "move.verify.disk": (
        "{subject}: {chunks} chunks read on both sides, {differ} differ (SHA-256 of all sums of the copy: {digest})",
        "{subject}：两侧共读取 {chunks} 个分块，{differ} 个不一致（副本全部校验和的 SHA-256：{digest}）",
    ),
    "move.verify.disk.remedy": (
        "a system that runs writes all the time: only one that stands still, as under a rescue system, can be alike",
        "运行中的系统持续写入：只有静止的系统（如救援系统下）才可能一致",
    ),
    "move.preflight.rehost-arch": ("{subject} is {arch}", "{subject} 的架构为 {arch}"),
    "move.preflight.rehost-arch.remedy": (
        "a disk is moved from x86_64, by a keeper of the same: reinstall the system on the target instead",
        "仅支持 x86_64 且副本主机架构相同：请改为在目标端重新安装",
    ),
    "move.preflight.rehost-firmware": ("{subject} starts by {firmware}", "{subject} 的启动方式为 {firmware}"),
    "move.preflight.rehost-firmware.remedy": (
        "only what a BIOS starts is started by the keeper: reinstall the system on the target instead",
        "副本主机仅能启动 BIOS 引导的系统：请改为在目标端重新安装",
    ),
    "move.preflight.rehost-sector": ("{subject} has sectors of {bytes} bytes", "{subject} 的扇区为 {bytes} 字节"),
    "move.preflight.rehost-sector.remedy": (
        "the cloud's disks have 512: its file systems have to be made anew, so move what is in them",
        "云上磁盘的扇区为 512 字节，文件系统须重建：请迁移其中的数据",
    ),
    "move.preflight.rehost-direct": (
        "{subject} cannot be read past the page cache, which does not show what was written since",
        "{subject} 无法绕过页缓存读取，而页缓存不反映此后的写入",
    ),
    "move.preflight.rehost-direct.remedy": (
        "let us read the device, by a dd that knows iflag=direct",
        "请允许读取该设备，并提供支持 iflag=direct 的 dd",
    ),
    "move.preflight.rehost-no-table": ("{subject} has no partitions", "{subject} 没有分区表"),
    "move.preflight.rehost-no-table.remedy": (
        "name the disk and not a partition; one without a table is not started by a BIOS",
        "请填写整盘而非分区；没有分区表的磁盘无法由 BIOS 启动",
    ),
    "move.preflight.rehost-layer": (
        "{subject}: LVM, RAID, encryption or several paths lie on the disk",
        "{subject}：磁盘上有 LVM、RAID、加密或多路径",
    ),
    "move.preflight.rehost-layer.remedy": (
        "this release takes none of them apart: move what is in it as files and databases",
        "本版本不能处理：请按文件与数据库迁移其中的数据",
    ),
    "move.preflight.rehost-root": (
        "the root file system at {subject} is no partition of {disk} (it is on {device})",
        "{subject} 的根文件系统不是 {disk} 的分区（位于 {device}）",
    ),
    "move.preflight.rehost-root.remedy": (
        "name its disk as `disk`, or where a rescue system has mounted it as `root`",
        "请将 `disk` 填为其所在磁盘，或将 `root` 填为救援系统下的挂载点",
    ),
    "move.preflight.rehost-type": ("{subject} is {type}", "{subject} 的文件系统为 {type}"),
    "move.preflight.rehost-type.remedy": (
        "the copy of a root file system is mended where it is ext2, ext3 or ext4: move what is in it as files",
        "仅支持修复 ext2、ext3、ext4 根文件系统的副本：请按文件迁移",
    ),
    "move.preflight.rehost-elsewhere": (
        "{subject} lies on another device ({device}), which does not move along",
        "{subject} 位于另一设备（{device}），不随之迁移",
    ),
    "move.preflight.rehost-elsewhere.remedy": (
        "one disk moves: move that one as files, or unmount it and take it out of fstab",
        "仅迁移一块磁盘：请将其按文件迁移，或卸载并从 fstab 移除",
    ),
    "move.preflight.rehost-apart": (
        "{subject} is a file system of its own, and belongs to what is made fit",
        "{subject} 为独立文件系统，而适配须修改其内容",
    ),
    "move.preflight.rehost-apart.remedy": (
        "only a root file system with its kernels and programs in it is made fit: reinstall on the target instead",
        "仅支持内核与程序均在根文件系统内的系统：请改为在目标端重新安装",
    ),
    "move.preflight.rehost-initramfs": (
        "{subject} has no update-initramfs: nobody here can put the cloud's drivers in",
        "{subject} 没有 update-initramfs：无法加入云平台驱动",
    ),
    "move.preflight.rehost-initramfs.remedy": (
        "Debian's and its kin are made fit, those of dracut not yet: reinstall on the target instead",
        "支持 Debian 系；尚不支持 dracut：请改为在目标端重新安装",
    ),
    "move.preflight.rehost-grub": ("{subject} is not started by GRUB 2", "{subject} 不由 GRUB 2 启动"),
    "move.preflight.rehost-grub.remedy": ("install GRUB 2 on the source", "请在源端安装 GRUB 2"),
    "move.preflight.rehost-network": (
        "{subject} has no systemd-networkd to ask for an address by",
        "{subject} 没有 systemd-networkd，无法获取地址",
    ),
    "move.preflight.rehost-network.remedy": ("install it on the source", "请在源端安装"),
    "move.preflight.rehost-no-kernel": ("{subject} has no kernel below /boot", "{subject} 的 /boot 下没有内核"),
    "move.preflight.rehost-no-kernel.remedy": (
        "is `root` where that system is mounted?",
        "请确认 `root` 为该系统的挂载点",
    ),
    "move.preflight.rehost-virtio": (
        "kernel {subject} has no driver for the cloud's disks (virtio_blk)",
        "内核 {subject} 没有云磁盘驱动（virtio_blk）",
    ),
    "move.preflight.rehost-virtio.remedy": (
        "install one that has, and take this one away",
        "请安装带该驱动的内核，并移除此内核",
    ),
    "move.preflight.rehost-tool": ("there is no {subject}", "缺少 {subject}"),
    "move.preflight.rehost-tool.remedy": ("install it there", "请在该处安装"),
    "move.preflight.rehost-python": ("the {subject}'s Python is older than 3.9", "{subject} 的 Python 早于 3.9"),
    "move.preflight.rehost-python.remedy": ("take a newer machine as keeper", "请更换较新的副本主机"),
    "move.preflight.rehost-namespaces": ("the {subject} gives no namespaces", "{subject} 无法建立命名空间"),
    "move.preflight.rehost-namespaces.remedy": (
        "log in as root, on a machine and not in a container",
        "请以 root 登录，且使用虚拟机或物理机而非容器",
    ),
    "move.preflight.rehost-room": (
        "the {subject} has {free} bytes free; the copy may need {needed}",
        "{subject} 可用 {free} 字节；副本可能需要 {needed} 字节",
    ),
    "move.preflight.rehost-room.remedy": (
        "name a folder with more room (`keeper.folder`); a rehearsal needs what is used once more",
        "请填写空间更大的目录（`keeper.folder`）；演练还需再留一份已用空间",
    ),
    "move.preflight.rehost-one-way": (
        "{subject}: once its server is open nothing follows back; a rollback frees the source as it was left, and loses"
        " what the server wrote since",
        "{subject}：服务器开放后没有反向复制；回退时源端恢复为切换时的状态，服务器此后写入的内容将丢失",
    ),
    "move.preflight.rehost-one-way.remedy": (
        "see that it is right within the window; where that cannot be borne, move what is in it by another kind",
        "请在窗口内确认系统正常；若不能接受，请以其他方式迁移其中的数据",
    ),
    "move.preflight.rehost-no-server": (
        "{subject}: its cloud has no server yet that could start from the copy",
        "{subject}：云上尚无可由副本启动的服务器",
    ),
    "move.preflight.rehost-no-server.remedy": ("`migrate batch` makes it", "`migrate batch` 会创建"),
    "move.preflight.rehost-swap": (
        "{subject} is swapped to: the fence takes it out of use, so its pages must fit into memory",
        "{subject} 正用作交换空间：隔离时会停用，其内容须能装入内存",
    ),
    "move.preflight.rehost-swap.remedy": ("end what needs it before the window", "请在窗口前停止占用交换空间的程序"),
}
