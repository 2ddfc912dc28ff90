# What one side answers about its tree: `sh door VERB`. For the target, which comes to the source by a key that may do no
# more, the verb is what it asked its ssh for. Before this stand `home`, our folder, `path` and `hash`.
# Names may hold anything but NUL, so every list is separated by NUL. POSIX: the source may be of any age.
set -f
umask 077
PATH="$PATH:/usr/sbin:/sbin"
LC_ALL=C
export LC_ALL PATH

# After a restart the second mount is missing, and the folder that it belongs on is empty: nobody may take that for the
# tree. A rehearsal's copy is a folder.
cd "$home/tree" && { [ -e "$home/plain" ] || [ "$(stat -c %d .)" != "$(stat -c %d ..)" ]; } || {
  echo 'the file system is not mounted for passes' >&2
  exit 1
}

# While the system itself may write here, nobody else does.
in_use() { [ -w "$path" ]; }

case ${1-} in
# The daemon's module is the one folder that can be reached this way.
'rsync --server --daemon'*)
  in_use && only=yes || only=no
  exec rsync --server --daemon "--config=$home/rsyncd.$only" .
  ;;
esac

# What fsck finds is no data of the system's.
list() {
  find . -xdev -ignore_readdir_race -path ./lost+found -prune -o ! -path . "$@"
}

# A folder that cannot be read must not look like one that is empty.
sorted() {
  found=$home/found.$$
  list "$@" >"$found" && sort -z "$found" && rm -f "$found"
}

moment() {
  read -r up _ </proc/uptime
  echo "$(date +%s) ${up%.*} $(cat /proc/sys/kernel/random/boot_id)"
}

# Whatever changes from two seconds ago on belongs to the next pass.
stamp() {
  now=$(moment) || exit 1
  echo "$now" >"$home/since.new" && touch -d "@$((${now%% *} - 2))" "$home/since.new"
}

# A clock that was set back gives changes times of before they were looked for; nobody can tell over a restart.
steady() {
  read -r wall up boot <"$home/since" || exit 1
  set -- $(moment)
  [ "$boot" = "$3" ] || { echo 'the machine was restarted since the last pass' >&2; return 1; }
  drift=$((($1 - wall) - ($2 - up)))
  [ "$drift" -ge -1 ] && [ "$drift" -le 1 ] || { echo 'the clock was set' >&2; return 1; }
}

hashed() {
  case $hash in
  sm3) list -type f -print0 | xargs -0 -r openssl dgst -sm3 -r ;;
  *) list -type f -print0 | xargs -0 -r sha256sum ;;
  esac
}

# The name that comes first among those of one file stands for all.
linked() {
  list -type f -links +1 -printf '%i %p\0' | sort -z -k 2 | tr '\0\n' '\n\001' |
    awk '{ i = $1; sub(/^[0-9]+ /, ""); if (!(i in first)) first[i] = $0; print "H " $0 "//" first[i] }' |
    tr '\n\001' '\0\n'
}

# Without the labels that a machine's own policy gives; access lists are among the attributes.
attributes() {
  command -v getfattr >/dev/null || { printf 'x\0'; return; }
  getfattr -R -P -h -d -m - -e hex . 2>/dev/null | awk '
    /^# file: / { name = substr($0, 9); next }
    /^security\.selinux=/ || /=/ && name ~ /^lost\+found/ { next }
    /=/ { print "X ./" name "//" $0 }' | tr '\n' '\0'
}

# A record for each thing that must be alike; a link's target is told from its name by the size.
manifest() {
  list \( -type d -printf 'm d %m %U %G - %p\0' -o -type l -printf 'm l - %U %G %s %p//%l\0' \
    -o \( -type b -o -type c \) -printf 'm %y %m %U %G - %p\0' -o -printf 'm %y %m %U %G %s %p\0' \) &&
    find . -maxdepth 0 -printf 'm d %m %U %G - %p\0' &&
    hashed | sed 's/^\(\\\{0,1\}[0-9a-f]*\) [ *]/h \1 /' | tr '\n' '\0' &&
    linked && attributes && printf 'end\0'
}

case ${1-} in
hello) ;;
stamp) stamp ;;
stamped) mv -f "$home/since.new" "$home/since" ;;
fresh) [ -e "$home/since" ] && steady ;;
changes) steady && sorted -cnewer "$home/since" -print0 ;;
# As changes, and whether the folder of everything changed itself.
moving) steady && find . -maxdepth 0 -cnewer "$home/since" -print0 && sorted -cnewer "$home/since" -print0 ;;
names) sorted -print0 ;;
links) sorted -type f -links +1 -print0 ;;
manifest)
  manifest >"$home/manifest" && sort -z "$home/manifest" && rm -f "$home/manifest"
  ;;
# What is gone is told with all that was below it.
delete) ! in_use && xargs -0 -r rm -rf -- ;;
*) exit 2 ;;
esac
