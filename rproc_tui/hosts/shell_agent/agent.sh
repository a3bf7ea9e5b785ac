# The far end of --ssh where no rproc-tui is installed. Any POSIX shell with the tools of busybox runs it.
#
# Requests come as lines `SLOT OP A B C PATH.`, some with C raw bytes behind them. Each slot is a process of its own, so
# that a write which blocks for minutes holds up nobody. An answer is `SLOT ok|err BYTES`, then so many bytes; what is
# followed comes as `fN ok|err BYTES`, a line of the kernel's log as `k LINE`, its end as `K ok|err BYTES`. Only who holds
# the lock writes.

LC_ALL=C
export LC_ALL
unset CDPATH ENV
umask 022

for x in dd cat wc mkfifo mkdir mv rm ls sleep readlink; do
  command -v $x >/dev/null 2>&1 || lacking="$lacking $x"
done
if [ "$lacking" ]; then
  echo "rproc-tui needs$lacking" >&2
  exit 1
fi

d=
for x in /tmp /run /dev/shm /var/tmp; do
  d=$x/rproc-tui-sh-$$
  mkdir -m 700 "$d" 2>/dev/null && mkfifo "$d/lock" "$d/k" 2>/dev/null && break
  d=
done
if [ -z "$d" ]; then
  echo "rproc-tui needs a folder for temporary files: /tmp, /run, /dev/shm or /var/tmp" >&2
  exit 1
fi
mkdir "$d/f" "$d/g"
workers=

leave() {
  trap '' TERM
  for x in "$d"/*.t; do
    [ -e "$x" ] && read -r x <"$x" && rm -f "${x%.}" "${x%.}.gz"
  done
  [ -e "$d/k.p" ] && read -r x <"$d/k.p" && workers="$workers $x"
  [ "$workers" ] && kill $workers
  rm -rf "$d"
}
trap leave EXIT
trap 'exit 1' HUP INT TERM PIPE
exec 2>/dev/null 9<>"$d/lock"
echo >&9

lock() { read -r x <&9; }
unlock() { echo >&9; }

# send KIND WORD FILE
send() {
  n=$(($(wc -c <"$3")))
  lock
  echo "$1 $2 $n"
  [ "$n" = 0 ] || cat "$3"
  unlock
}

tick=0.2
sleep 0.01 || tick=1
digest='wc -c'
for x in md5sum sha256sum; do
  command -v $x >/dev/null && digest=$x
done
gunzip=
command -v gunzip >/dev/null && gunzip=yes
gzip=
command -v gzip >/dev/null && gzip=yes
stat=
stat -L -c '%f %s %Y %i %u %g' / >/dev/null && stat=yes
cmp=
command -v cmp >/dev/null && cmp=yes
sync=
dd if=/dev/null of="$d/x" conv=fsync && sync=yes

# The error text for a path that is not there as it is wanted
missing() { ls -d "$p" >/dev/null; }

# The operations: A in $a, B in $b, C in $c, the path in $p; the answer goes to standard output.

do_hello() {
  read -r x </proc/sys/kernel/osrelease
  read -r y </proc/sys/kernel/random/boot_id
  echo "kernel=$x"
  echo "boot=$y"
  echo "sh=$(readlink /proc/$$/exe)"
  echo "digest=$digest"
  echo "gunzip=$gunzip"
  echo "gzip=$gzip"
  echo "stat=$stat"
  echo "tick=$tick"
}

# read BLOCK SKIP COUNT
do_read() {
  dd if="$p" bs="$a" skip="$b" count="$c"
}

# read, packed
do_pack() {
  dd if="$p" bs="$a" skip="$b" count="$c" of="$d/$s.r" && gzip -1 -c "$d/$s.r"
}

# write 0 0 BYTES: one write(2)
do_write() {
  [ -e "$p" ] || { missing; return 1; }
  if [ "$c" = 0 ]; then
    dd if=/dev/null of="$p" conv=notrunc
  else
    dd if="$d/$s.0" of="$p" bs="$c" count=1 conv=notrunc
  fi
}

do_list() {
  ls -1A "$p/"
}

do_link() {
  readlink "$p" || { missing && echo 'readlink: Invalid argument' >&2; return 1; }
}

do_stat() {
  if [ "$stat" ]; then
    stat -L -c '%f %s %Y %i %u %g' "$p"
  else
    ls -lnLid "$p" && date -r "$p" +%s
  fi
}

do_remove() {
  [ -e "$p" ] || [ -h "$p" ] || { missing; return 1; }
  rm -f "$p" </dev/null
}

# A file comes as begin, part 0 K BYTES (again and again), end DIGEST gz|raw
do_begin() {
  [ -d "$p" ] && { echo 'Is a directory' >&2; return 1; }
  mkdir -p "${p%/*}/" || return 1
  t=${p%/*}/.${p##*/}.$$-$s.part
  printf '%s\n' "$t." >"$d/$s.t"
  dd if=/dev/null of="$t" && dd if=/dev/null of="$t.gz"
}

do_part() {
  cat "$d/$s.$b" >>"$t.gz"
}

do_end() {
  if unpacked && same_digest && keep_mode && mv -f "$t" "$p"; then
    rm -f "$t.gz" "$d/$s.t"
  else
    do_drop
    return 1
  fi
}

do_drop() {
  rm -f "$t" "$t.gz" "$d/$s.t"
}

unpacked() {
  if [ "$b" = gz ]; then
    gunzip -c <"$t.gz" >"$t" || return 1
  else
    mv -f "$t.gz" "$t" || return 1
  fi
  if [ "$sync" ]; then
    dd if=/dev/null of="$t" conv=notrunc,fsync
  else
    sync
  fi
}

same_digest() {
  set -- $($digest <"$t")
  [ "$1" = "$a" ] || { echo 'Bad message' >&2; return 1; }
}

keep_mode() {
  x=644
  [ -e "$p" ] && [ "$stat" ] && x=$(stat -L -c %a "$p")
  chmod "$x" "$t"
}

# One process a slot
work() {
  trap - EXIT
  s=$1
  exec 0<>"$d/$s"
  while read -r op a b c p; do
    p=${p%.}
    if "do_$op" >"$d/$s.o" 2>"$d/$s.e"; then
      send "$s" ok "$d/$s.o"
    else
      send "$s" err "$d/$s.e"
    fi
  done
}

# Followed files: f/N holds `EVERY PATH.`, g/N what was sent last. A `state` is looked at without
# starting a process.
watch() {
  trap - EXIT
  turn=0
  while sleep "$tick" >/dev/null; do
    turn=$((turn + 1))
    for f in "$d"/f/*; do
      read -r every p <"$f" || continue
      s=${f##*/}
      p=${p%.}
      [ -e "$d/g/$s" ] && [ $((turn % every)) != 0 ] && continue
      look
    done
  done
}

look() {
  case $p in
  */state)
    y=
    if read -r y <"$p"; then
      eval "x=\$seen_$s"
      [ "$x" = "+$y" ] && return
      eval "seen_$s=+\$y"
    fi
    ;;
  esac
  if dd if="$p" bs=4096 count=4096 of="$d/g.n" 2>"$d/g.e"; then
    [ -e "$d/g/$s" ] && [ "$cmp" ] && cmp -s "$d/g.n" "$d/g/$s" && return
    mv -f "$d/g.n" "$d/g/$s"
    [ -e "$f" ] && send "f$s" ok "$d/g/$s"
  else
    rm -f "$f" "$d/g/$s"
    send "f$s" err "$d/g.e"
  fi
}

# The kernel's log. dd hands out one record a read; where records were overwritten it ends, and is begun anew.
log() {
  trap - EXIT
  if ! dd if=/dev/kmsg bs=1 count=0 2>"$d/k.e"; then
    send K err "$d/k.e"
    return
  fi
  while :; do
    dd if=/dev/kmsg bs=8192 >"$d/k" &
    echo $! >"$d/k.p"
    while IFS= read -r line; do
      lock
      printf 'k %s\n' "$line"
      unlock
    done <"$d/k"
    wait $! && break
    sleep 1
  done
  send K ok /dev/null
}


# Exactly so many bytes of standard input: one read(2) never takes more than there is room for
receive() {
  : >"$1"
  have=0
  while [ "$have" -lt "$2" ]; do
    dd bs=$(($2 - have)) count=1 >>"$1"
    now=$(($(wc -c <"$1")))
    [ "$now" -gt "$have" ] || exit 1
    have=$now
  done
}

watch &
workers="$workers $!"
while read -r s op a b c p; do
  case $op in
  write) receive "$d/$s.0" "$c" ;;
  part) receive "$d/$s.$b" "$c" ;;
  ping)
    lock
    echo "$s ok 0"
    unlock
    continue
    ;;
  follow)
    printf '%s\n' "$a $p" >"$d/f/$s"
    continue
    ;;
  unfollow)
    rm -f "$d/f/$s" "$d/g/$s"
    continue
    ;;
  log)
    log &
    workers="$workers $!"
    continue
    ;;
  bye) break ;;
  esac
  if ! [ -p "$d/$s" ]; then
    mkfifo "$d/$s" || exit 1
    work "$s" &
    workers="$workers $!"
  fi
  printf '%s\n' "$op $a $b $c $p" >"$d/$s"
done
