# Makes the copy of a machine fit for the cloud. Runs in the copy, by its own programs, where there is nothing else; before
# this stand `disk`, what the source called it, `devices`, a line `NAME UUID` for each of its partitions, `ours`, our
# folder there, and `key`, the name of our key. It answers in lines of words; `done` is the last. Twice is the same as once.
set -fu
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

# Writes a file anew by a filter, whole or not at all, with its owner and mode.
changed() {
  at=$1
  shift
  [ -f "$at" ] || return 0
  cp -p "$at" "$at.migrate" && "$@" <"$at" >"$at.migrate" && mv -f "$at.migrate" "$at"
}

# Devices have other names there; what is on the disk keeps its own.
table='BEGIN { n = split(devices, line, "\n"); for (i = 1; i <= n; i++) { split(line[i], w, " "); if (w[2] != "") id["/dev/" w[1]] = w[2] } }'
fstab() {
  awk -v devices="$devices" "$table"'
    /^[ \t]*#/ || NF < 2 { print; next }
    $1 in id { sub(/^[ \t]*[^ \t]+/, "UUID=" id[$1]) }
    { print }' "$@"
}
grub() {
  awk -v devices="$devices" "$table"'
    { for (name in id) { at = "root=" name; while (i = index($0 " ", at " ")) $0 = substr($0, 1, i - 1) "root=UUID=" id[name] substr($0, i + length(at)) } print }' "$@"
}
resume() {
  awk -v devices="$devices" "$table"'
    { for (name in id) if ($0 == "RESUME=" name) $0 = "RESUME=UUID=" id[name]; print }' "$@"
}

changed /etc/fstab fstab || exit 1
changed /boot/grub/grub.cfg grub || exit 1
changed /etc/initramfs-tools/conf.d/resume resume || exit 1
rm -f /boot/grub/device.map
awk '!/^[ \t]*#/ && NF > 1 && $1 ~ /^\/dev\// && $4 !~ /(^|,)(noauto|nofail)(,|$)/ { print "left", $1 }' /etc/fstab
grep -o 'root=/dev/[a-z0-9/-]*' /boot/grub/grub.cfg 2>/dev/null | sort -u | sed 's/^root=/left /'

# Names and addresses of cards are the old machine's: whatever card there is asks for its address.
rm -f /etc/udev/rules.d/70-persistent-net.rules /etc/udev/rules.d/75-persistent-net-generator.rules
mkdir -p /etc/systemd/network /etc/systemd/system/multi-user.target.wants || exit 1
printf '[Match]\nType=ether\n\n[Network]\nDHCP=yes\n' >/etc/systemd/network/05-migrate.network || exit 1
unit=
for at in /lib/systemd/system /usr/lib/systemd/system; do
  [ ! -f "$at/systemd-networkd.service" ] || unit=$at/systemd-networkd.service
done
[ -n "$unit" ] && ln -sf "$unit" /etc/systemd/system/multi-user.target.wants/systemd-networkd.service && echo network
if [ -f /etc/network/interfaces ] && [ ! -e /etc/network/interfaces.before-migrate ]; then
  cp -p /etc/network/interfaces /etc/network/interfaces.before-migrate || exit 1
  printf 'auto lo\niface lo inet loopback\n' >/etc/network/interfaces || exit 1
fi
if [ -d /etc/NetworkManager/conf.d ]; then
  printf '[keyfile]\nunmanaged-devices=type:ethernet\n' >/etc/NetworkManager/conf.d/migrate.conf || exit 1
fi

# It is another machine, with the same host keys: clients know it by them.
[ ! -e /etc/machine-id ] || : >/etc/machine-id
[ -h /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id

# Ours does not move along.
rm -rf -- "$ours"
keys() { grep -v " $key\$" "$@" || :; }
for at in $(set +f; ls -d /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys 2>/dev/null); do
  [ -h "$at" ] || changed "$at" keys || exit 1
done

# Drivers of the cloud's disks and cards, for every kernel that may be started.
mkdir -p /etc/initramfs-tools/conf.d
echo 'MODULES=most' >/etc/initramfs-tools/conf.d/migrate || exit 1
for module in virtio_pci virtio_blk virtio_scsi virtio_net; do
  grep -qx "$module" /etc/initramfs-tools/modules 2>/dev/null || echo "$module" >>/etc/initramfs-tools/modules || exit 1
done
update-initramfs -u -k all >/tmp/migrate.said 2>&1 || { tail -n 1 /tmp/migrate.said; exit 1; }
rm -f /tmp/migrate.said
for at in $(set +f; ls -d /boot/initrd.img-*); do
  kernel=${at#/boot/initrd.img-}
  case $kernel in *.bak | *.old | *-bak | *.dpkg-*) continue ;; esac
  if grep -q /virtio_blk.ko "/lib/modules/$kernel/modules.builtin" 2>/dev/null ||
    lsinitramfs "$at" | grep -q '/virtio_blk[.]ko'; then
    echo "kernel $kernel"
  else
    echo "lacking $kernel"
  fi
done
sync
echo 'done'
