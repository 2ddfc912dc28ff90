#!/bin/sh
# First process of a cloud.  $1: the cloud's folder, $2: the folder every cloud shares, $3: host name; then pairs of
# a patched file and the file it stands for.  All mounts are private to this mount namespace.
set -eu
folder=$1 shared=$2 name=$3
shift 3
mkdir -p "$folder/etc" "$folder/etc.work" "$folder/var" "$shared/backup"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$folder/etc,workdir=$folder/etc.work" /etc
mount -t overlay overlay -o "lowerdir=$folder/sbin:/usr/sbin" /usr/sbin
while [ $# -gt 0 ]; do
    mount --bind "$1" "$2"
    shift 2
done
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t sysfs sysfs /sys
mkdir -p "$folder/var/lib/cinder/backup"
mount --bind "$shared/backup" "$folder/var/lib/cinder/backup"
mount --rbind "$folder/var" /var
mkdir -p /run/lock /run/netns /run/mysqld /run/libvirt /run/lab /run/rabbitmq \
    /run/lock/glance /run/lock/nova /run/lock/nova-fake /run/lock/neutron /run/lock/cinder
chown mysql: /run/mysqld
chmod 1777 /run/lock
hostname "$name"
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.bridge.bridge-nf-call-iptables=1
touch /run/lab/ready
exec tini -s -- sleep infinity
