#!/bin/sh
# Makes a bare Debian root ($1) a guest; run by mmdebstrap, so every package is installed and configured.
set -eu
root=$1 here=$(dirname "$0")
install -m 755 "$here/firstboot.py" "$root/usr/local/sbin/firstboot"
install -m 644 "$here/firstboot.service" "$here/firstboot-http.service" "$root/etc/systemd/system/"
install -m 644 "$here/20-dhcp.network" "$root/etc/systemd/network/"
install -m 644 "$here/sshd.conf" "$root/etc/ssh/sshd_config.d/lab.conf"
echo '/dev/vda1 / ext4 defaults,noatime 0 0' >"$root/etc/fstab"
echo guest >"$root/etc/hostname"
: >"$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_*
sed -i '/pam_motd\|pam_mail/d' "$root/etc/pam.d/sshd"
rm -f "$root/etc/resolv.conf"
: >"$root/etc/resolv.conf"
: >"$root/etc/apt/sources.list"
rm -f "$root"/etc/apt/sources.list.d/*
chroot "$root" useradd -m -u 1000 -s /bin/bash debian
echo 'debian ALL=(ALL) NOPASSWD:ALL' >"$root/etc/sudoers.d/debian"
chroot "$root" systemctl -q enable systemd-networkd ssh firstboot
# Each of these costs an emulated guest from a tenth of a second to three; none does anything for a server here.
# The root is mounted writable by the initial RAM disk, the machine id is the server's own, from its firmware.
chroot "$root" systemctl -q mask \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer systemd-timesyncd.service systemd-networkd-wait-online.service systemd-pstore.service \
    systemd-binfmt.service systemd-hwdb-update.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
    systemd-journal-flush.service systemd-random-seed.service systemd-rfkill.service systemd-logind.service \
    systemd-machine-id-commit.service systemd-remount-fs.service systemd-network-generator.service \
    systemd-modules-load.service systemd-sysusers.service kmod-static-nodes.service systemd-sysctl.service \
    systemd-ask-password-wall.path systemd-ask-password-console.path \
    systemd-tmpfiles-clean.timer systemd-boot-system-token.service systemd-boot-update.service \
    modprobe@drm.service modprobe@fuse.service modprobe@configfs.service modprobe@dm_mod.service \
    modprobe@loop.service modprobe@efi_pstore.service dev-hugepages.mount dev-mqueue.mount \
    sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount sys-kernel-config.mount \
    proc-sys-fs-binfmt_misc.automount getty.target getty@tty1.service serial-getty@ttyS0.service
# the bus starts when somebody speaks to it
rm -f "$root"/lib/systemd/system/multi-user.target.wants/dbus.service
# at start only disks and network cards are looked at; what is attached later is announced by itself
mkdir -p "$root/etc/systemd/system/systemd-udev-trigger.service.d"
install -m 644 "$here/udev-trigger.conf" "$root/etc/systemd/system/systemd-udev-trigger.service.d/lab.conf"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* \
    "$root"/usr/share/locale/* "$root"/usr/share/doc/* "$root"/usr/share/man/*
