/**
 * What our notes of a build say, of which each has the build's name: `begun` that we built here, `files`
 * the digests of sources and outputs, `command` what was run by what. In the tree, so that they go with it.
 */
const notes = `
directory=$1 name=$2 outputs=$3 kernel=$4
shift 4
notes=.hoststack-build/$name
newline='
'
each_output() {
  old=$IFS IFS=$newline
  for output in $outputs; do "$@" "$output" || { IFS=$old; return 1; }; done
  IFS=$old
}
is_there() { [ -e "$1" ] || [ -L "$1" ]; }
is_absent() { ! is_there "$1"; }
build_command() {
  printf '%s\\n' "$@"
  [ "$kernel" = no ] || uname -r
  cc --version 2>/dev/null | head -n 1
}
`;

/** Prints `built`, `foreign` when outputs are there that we have not built, otherwise `absent`. */
export const buildStateScript = `${notes}
cd "$directory" 2>/dev/null || { echo absent; exit 0; }
if [ ! -e "$notes.begun" ]; then
  if each_output is_absent; then echo absent; else echo foreign; fi
elif [ -e "$notes.files" ] && each_output is_there &&
  [ "$(build_command "$@")" = "$(cat "$notes.command")" ] && sha256sum -c "$notes.files" >/dev/null 2>&1
then echo built
else echo absent
fi
`;

/** Says what stands in the way of a build in $1 by the program $2, if anything does. */
export const buildObstacleScript = `
cd "$1" 2>/dev/null || { echo "there is no directory $1"; exit 0; }
[ -w . ] || { echo "$1 cannot be written"; exit 0; }
command -v "$2" >/dev/null || echo "the host has no $2"
`;

const sourceNames = [
  ...["*.c", "*.h", "*.cc", "*.cpp", "*.cxx", "*.hh", "*.hpp", "*.S", "*.s", "*.inc", "*.lds"],
  ...["*akefile*", "*.mk", "Kbuild*", "Kconfig*", "CMakeLists.txt", "*.cmake", "meson.build"],
  ...["configure*", "*.ac", "*.am", "*.in", "*.sh", "*.py", "*.pl"],
];

/**
 * Builds, with the output in a log; what an interrupted build has left is gone on from. Sources that the
 * build itself has written do not count as such. On failure the first error of the log is told.
 */
export const buildScript = `${notes}
sources() {
  find . \\( -name .git -o -name .hoststack-build \\) -prune -o -type f \\( ${sourceNames
    .map((name) => `-name '${name}'`)
    .join(" -o ")} \\) -exec sha256sum {} +
}
fail() { echo "$1; the whole log: $directory/$notes.log" >&2; exit 1; }
cd "$directory" && mkdir -p .hoststack-build && : >"$notes.begun" || exit 1
rm -f "$notes.files" "$notes.command"
sources >"$notes.before" && build_command "$@" >"$notes.by" || exit 1
if ! "$@" </dev/null >"$notes.log" 2>&1; then
  grep -n -i -m 1 -A 4 -E 'error|fatal|undefined reference|not found|no such' "$notes.log" >&2 ||
    tail -n 5 "$notes.log" >&2
  fail "the build failed"
fi
each_output is_there || fail "the build has made no $output"
sources >"$notes.after" || exit 1
sort "$notes.before" "$notes.after" | uniq -d >"$notes.new" &&
  each_output sha256sum >>"$notes.new" || exit 1
sync
mv "$notes.by" "$notes.command" && mv "$notes.new" "$notes.files" && rm -f "$notes.before" "$notes.after"
`;

/** Removes what a build of ours has made, by the command that cleans up where there is one. */
export const unbuildScript = `${notes}
cd "$directory" 2>/dev/null && [ -e "$notes.begun" ] || exit 0
[ $# -eq 0 ] || "$@" </dev/null >/dev/null 2>&1 || { echo "cleaning up failed: $*" >&2; exit 1; }
each_output rm -rf -- || exit 1
rm -f "$notes".*
rmdir .hoststack-build 2>/dev/null || :
`;
