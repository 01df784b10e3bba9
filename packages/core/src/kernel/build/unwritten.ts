/**
 * What a build makes lies in memory for a while, and waiting for the disk would take longer than compiling a file. So
 * a note says in which boot of the machine something was made, and goes once all of it is written: what has a note of
 * another boot may have been lost with the power, and is made again.
 *
 * `is_lost NOTE` is true for such a note.
 */
export const lostText = `
read -r boot </proc/sys/kernel/random/boot_id
is_lost() { [ -e "$1" ] && ! grep -q "^$boot " "$1"; }
`;

/**
 * `note_unwritten NOTE` makes a note before something is changed. `written_later NOTE` has everything written behind
 * the script's back, which it outlives (it has begun a session of its own when this returns), and then takes the
 * note away unless it was made anew meanwhile.
 */
export const writingText = `
${lostText}
note_unwritten() { echo "$boot $$" >"$1"; }
written_later() {
  : "$(setsid sh -c '
    exec >/dev/null
    read -r text <"$1" || exit
    sync -f -- "$1" || sync
    [ "$(cat -- "$1")" != "$text" ] || rm -f -- "$1"
  ' sh "$1" </dev/null 2>/dev/null &)"
}
`;

/** The same for the line $line as a whole, from now until the script has ended. */
export const writingLineText = `
${writingText}
note_unwritten "$line/unwritten" && trap 'written_later "$line/unwritten"' EXIT || exit 1
`;
