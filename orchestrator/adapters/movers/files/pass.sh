# Runs on the target, whichever way: `sh pass WAY ACT`. Before this stand `home`, our folder, and `method`, what copies.
# WAY: `forth` from the source, `back` to it. ACT:
#   live   passes, while files change, until the time of one falls by less than a fifth; the first copies everything
#   ready  one pass, and the names on the side that opens; clients notice nothing yet
#   last   one pass, while nothing changes, of what one look at each side tells
#   same   answers whether both sides have the same names
#   differ LIMIT answers how two trees differ: entries, files, those hashed, sides without attributes, entries that
#          changed since the last pass, differences, and up to LIMIT of them from either side as base64
# A pass deletes what is gone, then copies what is new and what changed since the pass before it began: by the kernel's
# time of change, which nobody can set, so that an edit that keeps size and time is found too. A folder that was renamed
# has new names and old times; that is why names are compared besides.
set -f
umask 077
LC_ALL=C
export LC_ALL
cd "$home/work" || exit 1

here() { sh "$home/door" "$@"; }
there() { sh "$home/line" other "$1"; }
way=$1
case $way in
forth) leaving=there opening=here from=other::tree/ to=$home/tree/ ;;
back) leaving=here opening=there from=$home/tree/ to=other::tree/ ;;
*) exit 2 ;;
esac

# One line of what went wrong is told; the rest stays in our folder.
failed() {
  cat said.list said.touched said said.opening >words 2>/dev/null
  grep -m 1 -e '^rsync: ' -e rror -e denied -e ailed -e annot words || tail -n 1 words
  exit 1
}

unsaid() { rm -f said said.list said.touched said.opening && : >said; }

copy() { rsync -aHAXS --numeric-ids --stats --no-h --timeout=600 -e "sh $home/line" "$@" >stats 2>said; }

# Each method has `carried`, the verb for the names that cross, `whole`, which copies everything, `lined`, which makes ready
# for what is on the list and answers what `some` has to be told, and `some`, which copies that, and answers 24 where files
# went away meanwhile. It may begin before it is told anything.
case $method in
rsync)
  carried=names

  whole() {
    # What a lost stamp would hide is found by reading everything.
    sums=
    [ ! -s "$home/passes" ] || sums=--checksum
    copy -x --delete --exclude=/lost+found $sums "$from" "$to" && code=0 || code=$?
    entries=$(count 'Number of files')
    return $code
  }

  lined() { cat list; }

  some() { copy -I --no-r --dirs --from0 --files-from=- $missing "$from" "$to"; }
  ;;
tar)
  carried=carried

  whole() {
    names && rid && cp leaving list && lined >told && some <told
  }

  # What is made anew in a folder changes the folder's time.
  lined() {
    { printf '.\0'; cat list; sed -zn 's|/[^/]*$||p' list; } | sort -zu >packed
    comm -z -12 packed opening >stay
    if [ -s stay ]; then $opening bare <stay >&2 2>said.list || return 1; fi
    cat packed
  }

  some() {
    rm -f sent
    { $leaving send 2>said && code=0 || code=$?; echo $code >sent; } | $opening receive 2>said.opening || return 1
    sed -n 's/^Total bytes written: \([0-9]*\).*/Total transferred file size: \1/p' said >stats
    read -r code <sent
    case $code in
    0) return 0 ;;
    2) grep -q '^tar: Exiting with failure status due to previous errors$' said || return 1 ;;
    1) ;;
    *) return 1 ;;
    esac
    # What is said of a name stands behind it, so that no name says it of itself.
    ! grep -v -e '^Total bytes written: ' -e ': file changed as we read it$' -e ': File removed before we read it$' \
      -e ': Cannot \(stat\|open\): No such file or directory$' -e ': File shrank by [0-9]* bytes; padding with zeros$' \
      -e '^tar: Exiting with failure status due to previous errors$' said >said.worse || { mv said.worse said; return 1; }
    return 24
  }
  ;;
*) exit 2 ;;
esac

names() {
  $leaving $carried >leaving 2>said & one=$!
  $opening names >opening 2>said.opening || { wait $one; return 1; }
  wait $one
}

# What one side alone has; every name begins with a point.
sides() {
  : >gone >new
  comm -z -3 leaving opening | sed -zn -e 's/^\t//w gone' -e t -e 'w new'
}

rid() {
  sides
  if [ -s gone ]; then $opening delete <gone 2>said.list || return 1; fi
}

changed() {
  names && $leaving changes >changes 2>said && rid || return 1
  if [ -s new ]; then $leaving links >links 2>said || return 1; fi
  listed
  : >stats
  [ ! -s list ] || { lined >told && some <told; }
}

# One new name of a file that has others is only the same file if all are looked at together.
listed() {
  if [ -s new ]; then
    comm -z -12 new links >again
    if [ -s again ]; then cat links >>changes; fi
  fi
  sort -zu changes new >list
}

# Both sides are looked at at once. What nobody changed since it was last copied has an old time on the side that is left,
# and the name that `ready` saw on the side that opens; what somebody changed there since crosses anew, or goes.
looked() {
  : >changes >links >leaving >whole
  $opening touched >touched 2>said.touched & one=$!
  $leaving look 2>said.list |
    sed -zn -e 's/^n//w leaving' -e t -e 's/^c//w changes' -e t -e 's/^l//w links' -e t -e 's/^z$/all/w whole'
  wait $one && [ -s whole ] || return 1
  if [ -s touched ]; then
    comm -z -12 touched leaving >>changes
    sort -zu touched opening >seen && mv -f seen opening
  fi
  rid && listed
}

# What copies begins while both sides are looked at, and waits for the list.
crossed() {
  rm -f complete
  : >stats
  { looked && lined && : >complete; } | some && code=0 || code=$?
  [ -e complete ] || return 1
  return $code
}

clock() {
  read -r up _ </proc/uptime
  echo "${up%.*}${up#*.}"
}

count() { sed -n "s/^$1: \([0-9]*\).*/\1/p" stats; }

pass() {
  began=$(clock) entries= missing=--ignore-missing-args
  unsaid
  { $leaving stamp && $opening hello; } 2>said || return 1
  if $leaving fresh 2>/dev/null; then
    changed && code=0 || code=$?
  else
    whole && code=0 || code=$?
  fi
  # Files that went away meanwhile are no fault; the next pass sees to them.
  [ "$code" = 24 ] && code=0
  [ "$code" = 0 ] || return "$code"
  $leaving stamped 2>said || return 1
  bytes=$(count 'Total transferred file size')
  took=$(($(clock) - began))
  echo "$(date +%s) $took ${entries:-$(tr -dc '\0' <leaving | wc -c)} ${bytes:-0} $way" >>"$home/passes"
}

live() {
  exec 9>"$home/lock"
  flock 9
  rm -f "$home/failed"
  before= number=0 faults=0
  while [ $number -lt 10 ]; do
    if pass; then
      number=$((number + 1))
      if [ -n "$before" ] && [ $((took * 5)) -ge $((before * 4)) ]; then break; fi
      before=$took
    else
      # A file that changes while it is read is a fault of that pass alone.
      faults=$((faults + 1))
      if [ $faults -gt 2 ]; then
        (failed) >"$home/failed.new"
        mv -f "$home/failed.new" "$home/failed"
        exit 1
      fi
    fi
  done
  : >"$home/seeded"
}

# What changes until clients are held is what the last pass has to carry. A rehearsal's copy has no pass of its own: the
# stamp belongs to the tree.
ready() {
  exec 9>"$home/lock"
  flock -n 9 || { echo 'a pass is running'; exit 1; }
  [ -e "$home/plain" ] || pass || pass || failed
  $leaving settle 2>said & one=$!
  $opening marked >opening 2>said.opening || { wait $one; failed; }
  wait $one || failed
}

last() {
  exec 9>"$home/lock"
  flock -n 9 || { echo 'a pass is running'; exit 1; }
  # For a rehearsal's copy the other side goes on changing.
  missing=
  [ ! -e "$home/plain" ] || missing=--ignore-missing-args
  unsaid
  crossed && code=0 || code=$?
  [ "$code" = 0 ] || { [ "$missing" ] && [ "$code" = 24 ]; } || failed
}

# What differs but changed since the last pass began is not told, nor what is on one side alone and lies in a folder that
# changed: nobody has copied it yet.
told() {
  comm -z -23 leaving.all opening.all | tr '\0\n' '\n\001' >only.leaving
  comm -z -13 leaving.all opening.all | tr '\0\n' '\n\001' >only.opening
  for side in leaving opening; do
    [ $side = leaving ] && other=opening || other=leaving
    awk -v side=$side '
      function path(r) {
        if (r ~ /^m /) sub(/^m . [^ ]+ [^ ]+ [^ ]+ [^ ]+ /, "", r)
        else if (r ~ /^h /) sub(/^h [^ ]+ /, "", r)
        else r = substr(r, 3)
        sub(/\/\/.*/, "", r)
        return r
      }
      what == "moving" { moving[$0]; next }
      what == "other" { if (/^m /) there[path($0)]; next }
      what == "mine" { if (/^m /) here[path($0)]; asked[path($0)]; next }
      what == "closed" { if ($0 in asked) closed[$0]; next }
      what == "open" { if ($0 in asked) open[$0]; next }
      $0 == "x" { next }
      {
        p = path($0)
        if (p in moving) next
        # What came or went while it was read may have been seen in part.
        if (!(p in closed) || !(p in open) || p in here && !(p in there))
          for (q = p; sub(/\/[^\/]*$/, "", q); ) if (q in moving) next
        print side " " $0
      }' what=moving moving what=other only.$other what=mine only.$side what=closed closed what=open open \
      what=judge only.$side >told.$side
  done
  grep -zc '^m ' leaving.all
  grep -zc '^m f ' leaving.all
  grep -zc '^h ' leaving.all
  cat leaving.all opening.all | grep -zcx x
  wc -l <moving
  cat told.leaving told.opening | wc -l
  head -qn "$1" told.leaving told.opening | base64 -w 0
}

differ() {
  $leaving manifest >leaving.all 2>said & one=$!
  $opening manifest >opening.all 2>said.opening || { wait $one; failed; }
  wait $one || failed
  for side in leaving opening; do grep -zqx end $side.all || failed; done
  # Before and after: what goes away in between is in one of them, or its folder is.
  { $opening moving >moving.all 2>said && names && $opening moving >>moving.all 2>said; } || failed
  sort -zu moving.all | tr '\0\n' '\n\001' >moving
  tr '\0\n' '\n\001' <leaving >closed
  tr '\0\n' '\n\001' <opening >open
  told "$1"
}

case $2 in
live) live ;;
ready) ready ;;
last) last ;;
same) $opening names >opening 2>said && cmp -s leaving opening && echo same ;;
differ) differ "$3" ;;
*) exit 2 ;;
esac
