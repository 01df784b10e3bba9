/**
 * Shell functions about the lease file of a machine. All changes to it happen under one kernel lock,
 * which ends with its holder. Times are centiseconds of uptime: no wall clock is asked.
 */
export const leaseText = `
lock() { exec 9>>"$state/lock" && flock 9; }
unlock() { exec 9>&-; }
tell_time() {
  read -r up _ </proc/uptime
  time=\${up%.*}\${up#*.}; time=\${time#0}
  read -r boot </proc/sys/kernel/random/boot_id
}
read_lease() {
  l_token=
  [ -e "$state/lease" ] || return 1
  {
    read -r l_token; read -r l_boot; read -r l_expires; read -r l_state
    read -r l_since; read -r l_who; read -r l_purpose
  } <"$state/lease"
}
write_lease() {
  printf '%s\\n' "$l_token" "$l_boot" "$l_expires" "$l_state" "$l_since" "$l_who" "$l_purpose" \\
    >"$state/lease.new" && mv -f -- "$state/lease.new" "$state/lease"
}
holds_lock() { ! ( flock -n 7 ) 7>>"$1"; }
guarded() {
  for guard in "$state/guard-$1"-*; do
    [ -e "$guard" ] || continue
    if holds_lock "$guard"; then return 0; fi
    rm -f -- "$guard"
  done
  return 1
}
`;
