# Runs a script in the copy of a machine, by the copy's own programs, where nothing else is: a name space of its own for
# mounts, processes, network and names, a root without this machine's tree, and rights enough to write files there.
# `sh jail IMAGE START BYTES FOLDER`; the script comes as input.
set -e
image=$1 start=$2 bytes=$3 jail=$4
PATH=$PATH:/usr/sbin:/sbin
mount --make-rprivate /
mkdir -p "$jail"
mount -t tmpfs -o size=64m,mode=700 tmpfs "$jail"
for at in /bin /sbin /lib* /usr; do
  if [ -h "$at" ]; then
    cp -P "$at" "$jail"
  elif [ -d "$at" ]; then
    mkdir "$jail$at"
    mount --bind "$at" "$jail$at"
    mount -o remount,bind,ro "$jail$at"
  fi
done
mkdir "$jail/tree" "$jail/old" "$jail/proc"
mount -t proc -o ro,nosuid,nodev,noexec proc "$jail/proc"
mount -t ext4 -o "loop,offset=$start,sizelimit=$bytes,nosuid,nodev,errors=remount-ro" "$image" "$jail/tree"
for at in dev proc tmp run; do
  # A link would lead out of it while there still is something outside.
  [ ! -h "$jail/tree/$at" ] && [ -d "$jail/tree/$at" ] || { echo "no folder /$at" >&2; exit 1; }
done
mount -t tmpfs -o size=1m,mode=755 tmpfs "$jail/tree/dev"
for at in null zero full random urandom; do
  : >"$jail/tree/dev/$at"
  mount --bind "/dev/$at" "$jail/tree/dev/$at"
done
mount -t proc -o ro,nosuid,nodev,noexec proc "$jail/tree/proc"
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$jail/tree/tmp"
mount -t tmpfs -o size=64m,mode=755 tmpfs "$jail/tree/run"
cd "$jail"
pivot_root . old
umount -l /old
exec setpriv --no-new-privs --inh-caps=-all \
  --bounding-set=-all,+chown,+dac_override,+dac_read_search,+fowner,+fsetid,+setgid,+setuid,+sys_chroot \
  chroot /tree sh -s
