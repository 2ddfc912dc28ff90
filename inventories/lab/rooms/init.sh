#!/bin/sh
# First process of a source machine.  $1: its folder, $2: the root it starts from, $3: host name, $4: where its data
# has a file system of its own, if it has.
set -eu
folder=$1 lower=$2 name=$3 data=$4
root=$folder/root
mkdir -p "$folder/upper" "$folder/work" "$root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$folder/upper,workdir=$folder/work" "$root"
[ -z "$data" ] || { mkdir -p "$root$data" && mount -o loop "$folder/data.img" "$root$data"; }
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/run/lab" "$root/run/sshd" "$root/run/lock"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
for device in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
    set -- $device
    mknod -m 666 "$root/dev/$1" c "$2" "$3"
done
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"
hostname "$name"
cd "$root"
mkdir -p .old
pivot_root . .old
exec /bin/sh -c '
    cd /
    umount -l /.old
    rmdir /.old
    touch /run/lab/ready
    # nothing here runs systemd: what is started is adopted and, when it ends, reaped
    trap "exit 0" TERM
    while :; do sleep 3600 & wait $!; done
' </dev/null
