# What the source is, in lines `FACT VALUE`; one that nobody can tell is left out. Before this stand `disk`, its name
# below /dev, and `root`, where its root file system is mounted. Changes nothing.
set -f
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

fact() {
  found=$(eval "$2" 2>/dev/null) && [ -n "$found" ] && printf '%s %s\n' "$1" "$found"
}

fact arch 'uname -m'
fact size 'blockdev --getsize64 "/dev/$disk"'
fact sector 'blockdev --getss "/dev/$disk"'
if dd "if=/dev/$disk" of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null; then echo 'direct yes'; else echo 'direct no'; fi
if [ -d /sys/firmware/efi ]; then echo 'firmware uefi'; else echo 'firmware bios'; fi
at() { dd "if=/dev/$disk" bs=1 skip="$1" count="$2" 2>/dev/null | od -An -tx1 | tr -d ' \n'; }
case $(at 512 8)-$(at 510 2) in
4546492050415254-*) echo 'table gpt' ;;
*-55aa) echo 'table dos' ;;
*) echo 'table none' ;;
esac
for tool in dd sha256sum sync od blockdev awk readlink; do
  command -v "$tool" >/dev/null || echo "missing $tool"
done

# Every file system that the machine has mounted from a device, by the device's name and the disk that it is a part of.
under=${root%/}
mounts() {
  awk -v under="$under" '{
    for (n = 7; $n != "-"; n++);
    if ($3 !~ /^0:/ && ($5 == under || under == "" || index($5, under "/") == 1))
      print $3, $(n + 1), (under != "" ? substr($5, length(under) + 1) : $5) }' /proc/self/mountinfo
}
mounts | while read -r number type path; do
  at=$(readlink -f "/sys/dev/block/$number") || continue
  device=${at##*/}
  if [ -e "$at/partition" ]; then parent=${at%/*} parent=${parent##*/}; else parent=$device; fi
  if [ "${path:-/}" = / ]; then
    echo "root_device $device"
    echo "root_type $type"
    [ "$parent" != "$disk" ] || [ ! -e "$at/partition" ] || printf 'root_number %s\n' "$(cat "$at/partition")"
  fi
  case $parent-$device in
  "$disk"-*) [ "${path:-/}" = / ] || echo "mounted $path" ;;
  # What a file of the disk holds moves with it, and no disc of a drive does.
  loop* | sr*) ;;
  *) echo "foreign $device ${path:-/}" ;;
  esac
done
echo 'mounts seen'

set +f
for at in "/sys/class/block/$disk" "/sys/class/block/$disk/$disk"*; do
  for holder in "$at"/holders/*; do
    [ ! -e "$holder" ] || echo "holder ${at##*/} ${holder##*/}"
  done
done
set -f

while read -r name kind _; do
  case $kind-$name in partition-/dev/"$disk"*) echo "swap $name" ;; esac
done </proc/swaps

yes() { if [ "$1" "$under$2" ]; then echo "$3 yes"; else echo "$3 no"; fi; }
yes -x /usr/sbin/update-initramfs initramfs_tools
yes -f /boot/grub/grub.cfg grub
if [ -x "$under/lib/systemd/systemd-networkd" ] || [ -x "$under/usr/lib/systemd/systemd-networkd" ]; then
  echo 'networkd yes'
else
  echo 'networkd no'
fi
sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]\{1,80\}\).*/os \1/p' "$under/etc/os-release" 2>/dev/null | head -n 1
set +f
for at in "$under"/boot/vmlinuz-*; do
  [ -e "$at" ] || continue
  kernel=${at##*/vmlinuz-}
  echo "kernel $kernel"
  grep -q '/virtio_blk[.]ko' "$under/lib/modules/$kernel/modules.builtin" 2>/dev/null ||
    [ -n "$(find "$under/lib/modules/$kernel/kernel" -name 'virtio_blk.ko*' 2>/dev/null)" ] || echo "no_virtio $kernel"
done
echo 'looked whole'
