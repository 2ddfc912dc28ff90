# What is done to the source's disk, by our own session alone: `sh side VERB`. Before this stand `home`, our folder, and
# `disk`, its name below /dev. POSIX: the source may be of any age, and needs no Python.
set -f
umask 077
PATH="$PATH:/usr/sbin:/sbin"
LC_ALL=C
export LC_ALL PATH

# Whether a device, as MAJOR:MINOR, is the disk or a part of it.
ours() {
  at=$(readlink -f "/sys/dev/block/$1") && [ -e "$at" ] || return 1
  [ ! -e "$at/partition" ] || at=${at%/*}
  [ "${at##*/}" = "$disk" ]
}

# Every file system of the disk that is mounted, once each: its device, and where, written as the kernel does.
mounts() {
  awk '$3 !~ /^0:/ && !seen[$3]++ { print $3, $5 }' /proc/self/mountinfo | while read -r number path; do
    ! ours "$number" || printf '%s %s\n' "$number" "$path"
  done
}

# What the kernel says of a whole file system: `ro` or `rw`.
state() {
  awk -v number="$1" '$3 == number { for (n = 7; $n != "-"; n++); sub(/,.*/, "", $(n + 3)); print $(n + 3); exit }' \
    /proc/self/mountinfo
}

number_of() {
  case $2 in
  partition) echo "$((0x$(stat -Lc %t "$1"))):$((0x$(stat -Lc %T "$1")))" ;;
  *) device=$(stat -c %d "$1") && echo "$(((device >> 8) & 0xfff)):$((device & 0xff | ((device >> 12) & 0xfff00)))" ;;
  esac
}

swaps() {
  while read -r name kind _; do
    [ "$kind" != Type ] || continue
    number=$(number_of "$(printf %b "$name")" "$kind") && ours "$number" && printf '%s\n' "$name"
  done </proc/swaps
  :
}

# Whoever has a file of it open for writing, or one that has no name any more: at most three, by name and number.
writers() {
  devices=" $(mounts | while read -r _ path; do stat -c %d "$(printf %b "$path")"; done | tr '\n' ' ')"
  find -L /proc/[0-9]*/fd -maxdepth 1 -type f -printf '%D %n %p\n' 2>/dev/null | while read -r device names at; do
    case $devices in *" $device "*) ;; *) continue ;; esac
    { read -r _ _ && read -r _ flags; } <"${at%/fd/*}/fdinfo/${at##*/}" || continue
    process=${at#/proc/} process=${process%%/*}
    case $flags-$names in *[12]-* | *-0) echo "$(cat "/proc/$process/comm")($process)" ;; esac
  done 2>/dev/null | sort -u | head -n 3 | tr '\n' ' '
}

# Nobody is put out: it holds only once no file is open for writing, and that it holds is the proof that none is.
# What was open is written down before it is closed, or nobody could tell what is to be given back.
fence() {
  if [ ! -e "$home/fenced" ]; then
    {
      mounts | while read -r number path; do [ "$(state "$number")" = ro ] || echo "mount $path"; done
      swaps | while read -r name; do echo "swap $name"; done
    } >"$home/fenced.new" && sync "$home/fenced.new" && mv -f "$home/fenced.new" "$home/fenced" && sync "$home" || exit 1
  fi
  read -r up _ </proc/uptime
  limit=$((${up%.*} + $1))
  swaps | while read -r name; do swapoff "$(printf %b "$name")" || exit 1; done || { echo "swap stays"; exit 1; }
  while read -r what path; do
    [ "$what" = mount ] || continue
    until said=$(mount -o remount,ro "$(printf %b "$path")" 2>&1); do
      read -r up _ </proc/uptime
      if [ "${up%.*}" -ge "$limit" ]; then
        who=$(set +f; writers)
        echo "busy: ${who:-$said}"
        exit 1
      fi
      sleep 0.1
    done
  done <"$home/fenced"
}

# Exactly what the fence found open; what was closed before it stays closed.
reopen() {
  [ -e "$home/fenced" ] || return 0
  while read -r what path; do
    at=$(printf %b "$path")
    case $what in
    mount) mount -o remount,rw "$at" || return 1 ;;
    swap) swaps | grep -qxF -- "$path" || swapon "$at" || return 1 ;;
    esac
  done <"$home/fenced"
  rm -f "$home/fenced"
}

# `ro` where nothing of the disk can be written to, else what can.
stands() {
  open=$(
    mounts | while read -r number path; do [ "$(state "$number")" = ro ] || echo "$path"; done
    swaps
  )
  printf '%s\n' "${open:-ro}"
}

case $1 in
fence) fence "$2" ;;
reopen) reopen ;;
stands) stands ;;
writers) (set +f; writers) ;;
# What the device was told to write and to discard since its machine started; whatever still waited is written first.
written) sync && awk '{ print $5, $7, $12 + 0 }' "/sys/class/block/$disk/stat" ;;
*) exit 2 ;;
esac
