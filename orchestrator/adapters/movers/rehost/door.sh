# What the source answers about its disk: `sh door VERB`. The keeper comes by a key that may do no more; the verb is then
# what it asked its ssh for. Before this stand `disk`, the device, and `chunk`, its bytes at a time. Nothing here writes.
# POSIX: the source may be of any age, and needs no Python.
set -f
LC_ALL=C
export LC_ALL

# Past the page cache: what a mounted file system wrote since, the device's own cached pages do not show.
chunk_at() {
  dd "if=$disk" bs="$chunk" skip="$1" count=1 iflag=direct 2>/dev/null </dev/null
}

number() {
  case $1 in
  '' | *[!0-9]*) exit 2 ;;
  esac
}

case ${1-} in
hello) ;;
# Questions come as lines, answers go as they come: of `sums FROM TO` a SHA-256 a line, of `read N` the chunk's bytes.
serve)
  sync
  while read -r verb from to; do
    number "$from"
    case $verb in
    sums)
      number "$to"
      while [ "$from" -lt "$to" ]; do
        chunk_at "$from" | sha256sum || exit 1
        from=$((from + 1))
      done
      ;;
    read) chunk_at "$from" || exit 1 ;;
    *) exit 2 ;;
    esac
  done
  ;;
*) exit 2 ;;
esac
