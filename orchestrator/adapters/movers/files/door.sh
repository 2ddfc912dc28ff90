# What one side answers about its tree: `sh door VERB`. For the target, which comes to the source by a key that may do no
# more, the verb is what it asked its ssh for. Before this stand `home`, our folder, `path`, `hash` and
# `method`. Names may hold anything but NUL, so every list is separated by NUL. POSIX: the source may be of any age.
set -f
umask 077
PATH="$PATH:/usr/sbin:/sbin"
LC_ALL=C
export LC_ALL PATH

# After a restart the second mount is missing, and the folder that it belongs on is empty: nobody may take that for the
# tree. A rehearsal's copy is a folder.
apart() {
  set -- $(stat -c %d . ..)
  [ "$1" != "$2" ]
}
cd "$home/tree" && { [ -e "$home/plain" ] || apart; } || {
  echo 'the file system is not mounted for passes' >&2
  exit 1
}

# While the system itself may write here, nobody else does.
in_use() { [ -w "$path" ]; }

case $method-${1-} in
# The daemon's module is the one folder that can be reached this way.
'rsync-rsync --server --daemon'*)
  in_use && only=yes || only=no
  exec rsync --server --daemon "--config=$home/rsyncd.$only" .
  ;;
esac

# Runs a program where there is nothing but programs, which cannot be written to, and the tree: lists and archives are the
# other machine's, and what lies in the tree may lead anywhere. An old machine without `unshare` does without: what comes
# to it is from one that we made.
contained() {
  command -v unshare >/dev/null || { "$@"; return; }
  mkdir -p "$home/jail" && unshare --mount -- sh -c '
    set -e +f
    jail=$1 tree=$2
    shift 2
    mount --make-rprivate /
    mount -t tmpfs -o size=1m,mode=700 tmpfs "$jail"
    for at in /bin /sbin /lib* /usr; do
      if [ -h "$at" ]; then
        cp -P "$at" "$jail"
      elif [ -d "$at" ]; then
        mkdir "$jail$at"
        mount --bind "$at" "$jail$at"
        mount -o remount,bind,ro "$jail$at"
      fi
    done
    mkdir "$jail/tree" "$jail/dev"
    : >"$jail/dev/null"
    mount --bind /dev/null "$jail/dev/null"
    mount --bind "$tree" "$jail/tree"
    exec chroot "$jail" sh -c "cd /tree && exec \"\$@\"" sh "$@"' sh "$home/jail" "$home/tree" "$@"
}

# What this machine's tar is asked for, of what it understands; what it lacks is told by the preflight. Access lists cross
# as the attributes that they are: by `--acls` their users would cross by name.
learn_packing() {
  told='--xattrs --xattrs-include=* --xattrs-exclude=security.selinux'
  tar $told --version >/dev/null 2>&1 || told=
  echo "--numeric-owner $told" >"$home/packing.new" && mv -f "$home/packing.new" "$home/packing"
}

packing() {
  [ -s "$home/packing" ] || learn_packing
  cat "$home/packing"
}

# Takes the attributes off folders that are named and here: tar adds to what a folder has. Files it makes anew.
bare() {
  contained xargs -0 -r sh -c '
    folders() { for at; do if [ -d "$at" ] && [ ! -h "$at" ]; then printf "%s\0" "$at"; fi; done; }
    folders "$@" | xargs -0 -r getfattr -h -d -m "^(user|trusted|system)\." -- 2>/dev/null | grep -q . || exit 0
    folders "$@" | xargs -0 -r -n 1 sh -c "
      getfattr -h -m \"^(user|trusted|system)\\.\" -- \"\$1\" 2>/dev/null | sed \"/^# file: /d; /^\$/d\" |
        while IFS= read -r name; do setfattr -h -x \"\$name\" -- \"\$1\" || exit 1; done" sh' sh
}

# What fsck finds is no data of the system's.
list() {
  find . -xdev -ignore_readdir_race -path ./lost+found -prune -o ! -path . "$@"
}

# A folder that cannot be read must not look like one that is empty.
sorted() {
  found=$home/found.$$
  list "$@" >"$found" && sort -z "$found" && rm -f "$found"
}

settle() { sync -f . 2>/dev/null || sync; }

# Both clocks in hundredths of a second. They are read anew where a busy machine let time pass between the two.
moment() {
  for _ in 1 2 3 4 5; do
    read -r up _ </proc/uptime
    wall=$(date +%s%N)
    read -r after _ </proc/uptime
    up=${up%.*}${up#*.}
    [ $((${after%.*}${after#*.} - up)) -gt 20 ] || break
  done
  echo "${wall%???????} $up $(cat /proc/sys/kernel/random/boot_id)"
}

# Whatever changes from two seconds ago on belongs to the next pass. A page that somebody has mapped and that waits for the
# disk is written to without any trace; once it was written out, the next touch gives its file a new time.
stamp() {
  now=$(moment) && settle || exit 1
  echo "$now" >"$home/since.new" && touch -d "@$((${now%% *} / 100 - 2))" "$home/since.new"
}

# A clock that was set back gives changes times of before they were looked for; nobody can tell over a restart.
steady() {
  read -r wall up boot <"$home/${1:-since}" || exit 1
  [ ${#wall} -gt 10 ] || wall=${wall}00 up=${up}00 # left by a release that wrote seconds
  set -- $(moment)
  [ "$boot" = "$3" ] || { echo 'the machine was restarted since the last pass' >&2; return 1; }
  drift=$((($1 - wall) - ($2 - up)))
  [ "$drift" -ge -100 ] && [ "$drift" -le 100 ] || { echo 'the clock was set' >&2; return 1; }
}

# Every entry once, at a moment when nobody writes: its name behind `n`, once more behind `c` if it changed since the last
# pass, behind `l` if it is one of several names of a file; and that this is all. Sorted, these are four lists.
look() {
  [ "$method" = tar ] && carried='! -type s' || carried=
  { list \( -cnewer "$home/since" -printf 'c%p\0' , -type f -links +1 -printf 'l%p\0' , $carried -printf 'n%p\0' \) &&
    printf 'z\0'; } | sort -z
}

# Whatever is changed from here on has a later time: the kernel's goes in steps of up to ten milliseconds.
mark() {
  moment >"$home/marked.since" && touch "$home/marked" && sleep 0.02
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
  [ "$method" = tar ] && carried='! -type s' || carried=
  list $carried \( -type d -printf 'm d %m %U %G - %p\0' -o -type l -printf 'm l - %U %G %s %p//%l\0' \
    -o \( -type b -o -type c \) -printf 'm %y %m %U %G - %p\0' -o -printf 'm %y %m %U %G %s %p\0' \) &&
    find . -maxdepth 0 -printf 'm d %m %U %G - %p\0' &&
    hashed | sed 's/^\(\\\{0,1\}[0-9a-f]*\) [ *]/h \1 /' | tr '\n' '\0' &&
    linked && attributes && printf 'end\0'
}

case ${1-} in
hello) [ "$method" != tar ] || learn_packing ;;
stamp) { [ "$method" != tar ] || learn_packing; } && stamp ;;
stamped) mv -f "$home/since.new" "$home/since" ;;
fresh) [ -e "$home/since" ] && steady ;;
changes) steady && sorted -cnewer "$home/since" -print0 ;;
# As changes, and whether the folder of everything changed itself.
moving) steady && find . -maxdepth 0 -cnewer "$home/since" -print0 && sorted -cnewer "$home/since" -print0 ;;
names) sorted -print0 ;;
look) steady && look ;;
# The side that opens: what it has, and later what was changed there since.
marked) mark && sorted -print0 ;;
# What the disk still owes would be waited for by clients.
settle) settle ;;
touched) steady marked.since && sorted -cnewer "$home/marked" -print0 ;;
# By tar no socket crosses: it is made anew by whoever listens to it.
carried) sorted ! -type s -print0 ;;
links) sorted -type f -links +1 -print0 ;;
manifest)
  manifest >"$home/manifest" && sort -z "$home/manifest" && rm -f "$home/manifest"
  ;;
# What is gone is told with all that was below it.
delete) ! in_use && contained xargs -0 -r rm -rf -- ;;
bare) ! in_use && { ! command -v getfattr >/dev/null || bare; } ;;
# Names as a list, an archive as an answer; and the other way round.
send) tar -c -f - --format=posix --sparse --totals $(packing) --no-recursion --no-unquote --null -T - ;;
receive) ! in_use && contained tar -x -f - -p --same-owner --delay-directory-restore $(packing) ;;
*) exit 2 ;;
esac
