# The machine at the old address: who connects to it is passed on to the target while that is open. Its kernel does
# that (nftables), in a table of ours that comes and goes as a whole, so the old service may go on holding its ports.
# It is told beforehand: home, table, unit, address, target, ports (as nftables writes a set) and quiet (seconds).
set -u
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
switch=/proc/sys/net/ipv4/ip_forward
state=$(cat "$home/state" 2>/dev/null || echo off)

keep() { # name, text: whole or not at all, and on the disk
  printf '%s\n' "$2" >"$home/$1.new" && sync "$home/$1.new" && mv -f "$home/$1.new" "$home/$1" && sync "$home"
}

shown() { # what stands in the kernel
  rules=$(nft list table ip "$table" 2>/dev/null) || { echo off; return; }
  case $rules in
    *"dnat to $target"*) [ "$(cat $switch)" = 1 ] && echo on || echo "on, but nothing is passed on" ;;
    *) echo back ;;
  esac
}

# A machine that was no router before passes on nothing but this.
only() { [ "$(cat "$home/router" 2>/dev/null)" = 1 ] || echo "drop comment \"nothing else is passed on\""; }

rules() { # on, or back: who was passed on is sent away, and comes again to what serves here
  echo "add table ip $table"
  echo "delete table ip $table"
  echo "table ip $table {"
  # Who is let through to what still lies here, so that both sides can be compared; each for a while only.
  echo " set direct { type ipv4_addr; flags timeout; }"
  echo " set clients { type ipv4_addr; flags dynamic,timeout; size 65535; timeout ${quiet}s; }"
  if [ "$1" = on ]; then
    echo " chain seen { type filter hook prerouting priority -150; policy accept;"
    echo "  ip daddr $address tcp dport $ports ip saddr != @direct update @clients { ip saddr }; }"
    echo " chain in { type nat hook prerouting priority -100; policy accept;"
    echo "  ip daddr $address tcp dport $ports ip saddr != @direct dnat to $target; }"
    # The target answers to us: to the client it would come from a stranger.
    echo " chain out { type nat hook postrouting priority 100; policy accept;"
    echo "  ip daddr $target tcp dport $ports ct status dnat masquerade; }"
    # Whoever was connected here before is told so, and comes again.
    echo " chain here { type filter hook input priority -10; policy accept;"
    echo "  iif != \"lo\" ip daddr $address tcp dport $ports ip saddr != @direct reject with tcp reset; }"
    # On one and the same network the kernel would tell clients of a shorter way, which nobody answers.
    echo " chain still { type filter hook output priority -10; policy accept; icmp type redirect drop; }"
    echo " chain on { type filter hook forward priority -10; policy accept;"
    echo "  ct status dnat accept"
  else
    echo " chain on { type filter hook forward priority -10; policy accept;"
    echo "  ip daddr $target tcp dport $ports ct status dnat reject with tcp reset"
  fi
  echo "  $(only); }"
  echo "}"
}

turn() {
  [ -e "$home/router" ] || keep router "$(cat $switch)" || return
  [ "$(shown)" = "$1" ] || {
    rules "$1" | nft -f - && echo 1 >$switch && keep since "$(cut -d . -f 1 /proc/uptime)" || return
  }
  keep state "$1"
}

seen() { # in seconds, how long who comes has been written down, then who came
  echo $(($(cut -d . -f 1 /proc/uptime) - $(cat "$home/since" 2>/dev/null || cut -d . -f 1 /proc/uptime)))
  nft list set ip "$table" clients | tr ',{}' '\n\n\n' | sed -n 's/^[[:space:]]*\([0-9][0-9.]*\) .*expires.*/\1/p' | sort -u
}

case $1 in
  on | back) turn "$1" ;;
  off)
    nft list table ip "$table" >/dev/null 2>&1 && { nft delete table ip "$table" || exit; }
    [ ! -e "$home/router" ] || cat "$home/router" >$switch
    ;;
  # After a restart nothing of it is in the kernel.
  boot) [ "$state" != on ] || turn on ;;
  shown) shown ;;
  seen) [ "$(shown)" = on ] && seen ;;
  direct) nft add element ip "$table" direct "{ $2 timeout 15m }" ;;
  indirect) nft delete element ip "$table" direct "{ $2 }" 2>/dev/null || : ;;
  # What begins it after a restart: by systemd, else by cron.
  install)
    # What the kernel would not take is told before anybody waits for it.
    rules on | nft -c -f - && { [ -e "$home/state" ] || keep state off; } && if [ -d /run/systemd/system ]; then
      printf '%s\n' '[Unit]' "Description=$unit" 'After=network.target nftables.service firewalld.service iptables.service' \
        "RequiresMountsFor=$home" '[Service]' 'Type=oneshot' 'RemainAfterExit=yes' "ExecStart=/bin/sh $home/forward boot" \
        '[Install]' 'WantedBy=multi-user.target' >"/etc/systemd/system/$unit.service" &&
        mkdir -p /etc/systemd/system/multi-user.target.wants &&
        ln -sf "../$unit.service" "/etc/systemd/system/multi-user.target.wants/$unit.service" && sync
    elif [ -d /etc/cron.d ]; then
      printf '@reboot root /bin/sh %s/forward boot\n' "$home" >"/etc/cron.d/$unit" && sync
    else
      echo "nothing here begins it after a restart" && false
    fi
    ;;
  remove)
    sh "$home/forward" off || exit
    rm -f "/etc/systemd/system/$unit.service" "/etc/systemd/system/multi-user.target.wants/$unit.service" "/etc/cron.d/$unit"
    rm -rf --one-file-system "$home"
    ;;
esac
