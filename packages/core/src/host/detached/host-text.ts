/** Sets `now` to the host's uptime in hundredths of a second: it never jumps. */
export const nowText = `
tell_time() {
  read -r up rest </proc/uptime
  now=$((\${up%.*} * 100 + 1\${up#*.} - 100))
}
`;

/**
 * Says whether `pid` still is the process that was started: the same boot, id and start time. An id
 * that was given to another process is never taken for it.
 */
export const aliveText = `
alive() {
  read -r this </proc/sys/kernel/random/boot_id
  [ "$boot" = "$this" ] || return 1
  { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  set -- \${stat##*) }
  [ "\${20}" = "$ticks" ] && [ "$1" != Z ]
}
`;

/** Reads what is known of the command in a directory. Until its shell runs its id is noted as 0. */
export const stateText = `
${nowText}
${aliveText}
load_process() {
  boot=- pid=0 ticks=0
  { read -r boot pid ticks <"$1/process"; } 2>/dev/null
}
load() {
  expires=0 length=0 ending=- word=running
  { read -r expires length <"$1/lease"; } 2>/dev/null
  load_process "$1"
  if [ ! -s "$1/ending" ] && ! alive; then
    [ "$boot" = - ] || [ "$boot" = "$this" ] || word=rebooted
    if [ "$word" != rebooted ]; then
      # Its shell may be about to note the end, or the beginning.
      sleep 0.2 2>/dev/null || sleep 1
      load_process "$1"
      alive || word=gone
    fi
    if [ "$pid" = 0 ]; then
      word=unstarted
      tell_time
      # Nobody knows yet that it will not: its lease has been taken.
      [ "$boot" != "$this" ] || [ "$now" -ge "$expires" ] || word=running
    fi
  fi
  [ -s "$1/ending" ] || return 0
  read -r ending <"$1/ending"
  word=ended
  [ ! -e "$1/expired" ] || word=expired
  [ "$ending" -le 128 ] || ending=SIG$(kill -l "$((ending - 128))")
}
`;
