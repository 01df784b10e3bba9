/** Libraries that take over sockets and reach the network card without the kernel. */
export const bypassLibraries = {
  vma: { file: "libvma.so", statistics: "VMA_STATS_FILE" },
  xlio: { file: "libxlio.so", statistics: "XLIO_STATS_FILE" },
} as const;

/** A bypass library by its short name. */
export type BypassLibrary = keyof typeof bypassLibraries;

/**
 * Runs a program with a library preloaded ($1; $2 is the variable that names its statistics file) and
 * writes what became of it to stderr. ld.so only warns when it cannot preload a library, and the library
 * leaves sockets to the kernel where it does not know the card, so neither tells that it is active.
 * `stdbuf` preloads a library as well, which is kept. The program's process is known by its id before it
 * is started; SIGINT is for the program alone, whose exit status is passed on.
 */
const script = `
library=$1 variable=$2
shift 2
place=$(mktemp -d "\${TMPDIR:-/tmp}/hoststack-bypass.XXXXXX") || exit 1
trap : INT
printf 'bypass: asked for %s\\n' "$library" >&2
watch() {
  tries=0
  while [ "$tries" -lt 50 ] && [ ! -e "$place/ended" ]; do
    sleep 0.1
    tries=$((tries + 1))
    { read -r pid <"$place/pid"; } 2>/dev/null || continue
    path=$(sed -n "s|^.* \\(/.*/\${library%.so}\\.so[^/]*\\)$|\\1|p" "/proc/$pid/maps" 2>/dev/null | sort -u)
    [ -z "$path" ] || break
  done
  if [ -n "$path" ]; then printf 'bypass: mapped %s\\n' $path; else echo 'bypass: not mapped'; fi >&2
}
path=
watch &
watcher=$!
sh -c 'echo "$$" >"$0/pid"; exec "$@"' "$place" \\
  env "LD_PRELOAD=$library\${LD_PRELOAD:+:$LD_PRELOAD}" "$variable=$place/sockets" "$@"
status=$?
: >"$place/ended"
wait "$watcher"
echo 'bypass: sockets' >&2
[ ! -e "$place/sockets" ] || cat "$place/sockets" >&2
echo 'bypass: end' >&2
rm -r "$place"
exit "$status"
`;

/**
 * Command line that runs a program with a bypass library and reports on stderr, for `bypassReportParser`,
 * whether the library was mapped into the program and which packets it moved by itself.
 */
export function bypassArgv(library: BypassLibrary, argv: readonly string[]): string[] {
  const { file, statistics } = bypassLibraries[library];
  return ["sh", "-c", script, "sh", file, statistics, ...argv];
}
