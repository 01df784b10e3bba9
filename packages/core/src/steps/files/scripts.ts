/**
 * The new file is made beside its place under a name of ours, so that the last step is one rename; the
 * same name every time, so that whoever comes next finds what a crash has left.
 */
const temporaryName = `temporary=$1.hoststack-new`;
/** Only newer ones of coreutils and busybox sync single files. */
const syncFunction = `flush() { sync "$1" 2>/dev/null || sync; }`;

/** Keeps a copy of the file $1 as $2, safe on disk before anything replaces it. */
export const saveScript = `
${syncFunction}
umask 077
mkdir -p "\${2%/*}" && cp -p "$1" "$2.new" && flush "$2.new" && mv -f "$2.new" "$2" && flush "\${2%/*}"
`;

/**
 * Puts a file with mode $2, owner $3 and SHA-256 $4 at $1. Its bytes come from the first of the
 * remaining arguments that has that hash: an URL, a path, or `-` for standard input.
 */
export const placeScript = `
${temporaryName}
${syncFunction}
path=$1 mode=$2 owner=$3 sha256=$4
shift 4
umask 077
trap 'rm -f "$temporary"' EXIT
trap 'exit 1' HUP INT TERM
fetch() {
  if command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --proto '=http,https' --proto-redir '=http,https' \\
      --connect-timeout 20 --speed-limit 1 --speed-time 60 "$1"
  elif command -v wget >/dev/null; then
    wget -q -T 60 -O - "$1" || { echo "wget ended with status $?" >&2; return 1; }
  else
    echo "neither curl nor wget is there" >&2; return 1
  fi
}
bytes() {
  case $1 in
    -) cat;;
    /*) cat "$1";;
    *) fetch "$1";;
  esac
}
for source; do
  rm -f "$temporary"
  (set -C; : >"$temporary") || exit 1
  bytes "$source" >"$temporary" || { echo "$source: failed" >&2; continue; }
  sum=$(sha256sum <"$temporary") || exit 1
  [ "\${sum%% *}" = "$sha256" ] || {
    echo "$source: its SHA-256 is \${sum%% *}, not $sha256" >&2; continue
  }
  [ "$(stat -c %u:%g "$temporary")" = "$owner" ] || chown "$owner" "$temporary" || exit 1
  chmod "$mode" "$temporary" && flush "$temporary" && mv -f "$temporary" "$path" || exit 1
  flush "\${path%/*}/"
  exit 0
done
exit 1
`;

/** Puts the copy $2 back at $1, its times included. */
export const putBackScript = `
${temporaryName}
${syncFunction}
rm -f "$temporary" "$2.new"
[ -f "$2" ] || { echo "there is no copy of $1 at $2" >&2; exit 0; }
cp -p "$2" "$temporary" && flush "$temporary" && mv -f "$temporary" "$1" && flush "\${1%/*}/" && rm -f "$2"
`;

/** Removes the file $1 and what a crash may have left beside it. */
export const removeScript = `rm -f "$1" "$1.hoststack-new"`;
