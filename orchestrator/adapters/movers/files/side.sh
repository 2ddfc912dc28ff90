# What is done to one side's file system, by our own session alone: `sh side VERB`. Before this stand `home`, our
# folder, `path`, where the system has its file system, and `hash`.
# The file system is mounted twice: at `path` for the system, and in our folder for the passes. The first can be closed
# while the second is written to; made read-only as a whole, neither can.
set -f
umask 077
PATH="$PATH:/usr/sbin:/sbin"
LC_ALL=C
export LC_ALL PATH

# What the kernel says of a mount: its own options, and those of the whole file system.
options() {
  awk -v at="$1" '$5 == at { for (n = 7; $n != "-"; n++); own = $6; all = $(n + 3) }
    END { sub(/,.*/, "", own); sub(/,.*/, "", all); print own, all }' /proc/self/mountinfo
}

unmounted() { [ "$(options "$home/tree")" = ' ' ] || umount "$home/tree"; }

# Whoever has a file open for writing: at most three, by name and number.
writers() {
  find /proc/[0-9]*/fd -lname "$path/*" -printf '%p\n' 2>/dev/null | while IFS=/ read -r _ _ process _ number; do
    { read -r _ _ && read -r _ flags; } <"/proc/$process/fdinfo/$number" || continue
    case $flags in *[12]) echo "$(cat "/proc/$process/comm")($process)" ;; esac
  done 2>/dev/null | sort -u | head -n 3 | tr '\n' ' '
}

busy() {
  who=$(set +f; writers)
  echo "busy: ${who:-$1}"
  exit 1
}

# Nobody is put out: it holds only once no file is open for writing, and that it holds is the proof that none is.
fence() {
  until said=$(mount -o remount,ro "$path" 2>&1); do
    read -r up _ </proc/uptime
    [ "${up%.*}" -lt "${limit:=$((${up%.*} + $1))}" ] || busy "$said"
    sleep 0.02
  done
}

# The decision is a name that can be given once; what it says is on the disk before.
decide() {
  cd "$home/decided" || exit 1
  echo "$2" >".$1.$2" && sync ".$1.$2" || exit 1
  ln ".$1.$2" "$1" 2>/dev/null
  sync . && cat "$1"
}

case $1 in
# What is mounted at `path` by now may be another one.
mounted)
  [ "$(stat -c %d "$path")" = "$(stat -c %d "$home/tree")" ] || { unmounted && mount --bind "$path" "$home/tree"; }
  ;;
unmounted) unmounted ;;
options) options "$path" ;;
writers) (set +f; writers) ;;
fence) fence "$2" ;;
reopen) mount -o remount,rw "$path" ;;
close)
  [ "$(options "$path")" = 'ro rw' ] || mount -o remount,bind,ro "$path"
  ;;
# Ours alone may be written to again; at `path` it stays as it was made with the whole.
follow)
  [ "$(options "$path")" = 'ro rw' ] || mount -o remount,rw "$home/tree"
  ;;
# What was changed before the decision is on both sides.
opened)
  read -r up _ </proc/uptime
  wall=$(date +%s%N)
  echo "${wall%???????} ${up%.*}${up#*.} $(cat /proc/sys/kernel/random/boot_id)" >"$home/since.new" &&
    touch -d "@$(($(stat -c %Y "$home/decided/$2") - 2))" "$home/since.new" && mv -f "$home/since.new" "$home/since"
  ;;
flush) sync -f "$home/tree" 2>/dev/null || sync ;;
decide) decide "$2" "$3" ;;
*) exit 2 ;;
esac
