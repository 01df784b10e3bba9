/** Sockets, logs and process ids of a NIC's programs; namespaces of a machine may share /run. */
export const placeText = `
nic=$1; shift
netns=$(readlink /proc/self/ns/net); netns=\${netns#*[}
directory=/run/hoststack-ptp-\${netns%]}-$nic
# messages of another standard are not answered
specific() {
  case $(cat "$directory/asked") in *802.1AS*) echo 1;; *) echo 0;; esac
}
runs() {
  { read -r pid <"$directory/$1.pid"; } 2>/dev/null || return 1
  { tr '\\0' '\\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$directory/"
}
`;

/** Prints which of the programs run, with what they were asked to do. */
export const ptpScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
ip -o link show dev "$1" >/dev/null 2>&1 || { echo "no such NIC"; exit 0; }
${placeText}
state=
for program; do
  ! runs "$program" || state="$state$program "
done
[ -n "$state" ] || { echo stopped; exit 0; }
printf '%s%s\\n' "$state" "$(cat "$directory/asked")"
`;

/** Prints what is missing, what the NIC can stamp, its clock, and the programs of others that set clocks. */
export const ptpAroundScript = `
${placeText}
for program; do command -v "$program" >/dev/null || echo "missing $program"; done
LC_ALL=C ethtool -T "$nic" 2>/dev/null | sed -n '
s/^[[:space:]]*\\(hardware-transmit\\|hardware-receive\\|software-transmit\\|software-receive\\)\\>.*/can \\1/p
s/^PTP Hardware Clock: \\([0-9][0-9]*\\).*/clock \\1/p
s/^Hardware timestamp provider index: \\([0-9][0-9]*\\).*/clock \\1/p'
for program in ptp4l phc2sys chronyd ntpd systemd-timesyn; do
  for comm in /proc/[0-9]*/comm; do
    { read -r name <"$comm"; } 2>/dev/null || continue
    [ "$name" = "$program" ] || continue
    { tr '\\0' '\\n' <"\${comm%comm}cmdline"; } 2>/dev/null | grep -q /run/hoststack-ptp- || echo "other $program"
  done
done | sort -u
`;

/** Starts ptp4l with the arguments, then phc2sys where $1 after the NIC says so; both outlive the script. */
export const ptpStartScript = `
${placeText}
asked=$1 phc=$2; shift 2
# a namespace that is gone may have had the number
rm -rf -- "$directory" && mkdir -m 700 "$directory" || exit 1
printf '%s\\n' "$asked" >"$directory/asked"
start() {
  name=$1; shift
  setsid "$name" "$@" </dev/null >"$directory/$name.log" 2>&1 &
  echo $! >"$directory/$name.pid"
}
fail() { tail -n 3 "$directory/$1.log" >&2; exit 1; }
# newer ones have a second socket, whose usual place is the same for all
ptp4l --uds_ro_address="$directory/ptp4l-ro" -v >/dev/null 2>&1 &&
  set -- "$@" --uds_ro_address="$directory/ptp4l-ro"
start ptp4l -i "$nic" -m -q "$@" --uds_address="$directory/ptp4l"
read -r pid <"$directory/ptp4l.pid"
tries=0
until [ -S "$directory/ptp4l" ]; do
  tries=$((tries + 1)); [ $tries -lt 50 ] && kill -0 "$pid" 2>/dev/null || fail ptp4l
  sleep 0.1
done
[ "$phc" = phc2sys ] || exit 0
start phc2sys -a -rr -m -q -z "$directory/ptp4l" --step_threshold=1 --transportSpecific="$(specific)"
sleep 0.3
runs phc2sys || fail phc2sys
`;

/** Ends what runs of ours, phc2sys first. */
export const ptpStopScript = `
${placeText}
for program in phc2sys ptp4l; do
  runs "$program" || continue
  kill "$pid"
  tries=0
  while runs "$program"; do
    tries=$((tries + 1)); [ $tries -ne 30 ] || kill -9 "$pid"
    [ $tries -lt 50 ] || { echo "$program does not end" >&2; exit 1; }
    sleep 0.1
  done
done
rm -rf -- "$directory"
`;

/** Asks ptp4l for its port and its offset, and the log of phc2sys for its last one. */
export const ptpOffsetScript = `
${placeText}
runs ptp4l || { echo "ptp4l does not run" >&2; tail -n 3 "$directory/ptp4l.log" >&2; exit 1; }
pmc -u -b 0 -t "$(specific)" -s "$directory/ptp4l" -i "$directory/pmc-$$" 'GET TIME_STATUS_NP' 'GET PORT_DATA_SET'
rm -f "$directory/pmc-$$"
tail -n 1 "$directory/phc2sys.log" 2>/dev/null
:
`;
