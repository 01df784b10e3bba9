/**
 * Removes what this user's transfers to the same place have left when their host or connection died a day
 * ago or longer; a tree that was being swapped is put back. `$path` is the place, `$stem` how such names begin.
 */
const sweep = `
me=$(id -u)
for left in "$stem"*; do
  [ -n "$(find "$left" -prune -user "$me" -mtime +0 2>/dev/null)" ] || continue
  [ -e "$path" ] || [ ! -d "$left/old" ] || mv -- "$left/old" "$path"
  remove_tree "$left"
done
`;

/**
 * Refuses a tree in which something is mounted: removing the tree would empty that. Names in the kernel's
 * table have blanks and the like as octal escapes, as `printf` reads them.
 */
const refuseMounts = `
refuse_mounts() {
  [ -r /proc/self/mountinfo ] || return 0
  here=$(cd -P -- "$1" && pwd -P && echo .) || return 1
  here=\${here%??}
  while read -r id parent device root point rest; do
    case $point in *\\\\*)
      point=$(printf "$(printf "%s" "$point" | sed "s/%/%%/g").")
      point=\${point%.} ;;
    esac
    case $point in "\${here%/}"/*)
      echo "$point is mounted within the tree: unmount it, or put the tree elsewhere" >&2
      return 1 ;;
    esac
  done </proc/self/mountinfo
}
`;

/** Also what may not be written to. */
const removeTree = `
${refuseMounts}
remove_tree() {
  [ ! -d "$1" ] || [ -L "$1" ] || { chmod u+rwx -- "$1"; refuse_mounts "$1"; } || return 1
  [ ! -d "$1" ] || [ -L "$1" ] || find "$1" -type d ! -perm -700 -exec chmod u+rwx {} \\; 2>/dev/null
  rm -rf -- "$1"
}
`;

/**
 * Sets up `$temporary`, which is removed however the script ends. Signals go to the whole group: one that
 * comes while it is being removed must not end that.
 */
const temporary = (make: string) => `
tidy() {
  trap '' HUP INT TERM PIPE
  remove_tree "$temporary"
}
temporary=$(${make} "\${stem}XXXXXX") || exit 1
trap tidy EXIT
trap 'tidy; exit 1' HUP INT TERM PIPE
`;

/** Bytes `dd` moves at once; `head` and `tee` of coreutils move 8 KiB. */
const blockBytes = 65_536;
/** Long enough for the programs it takes not to count, short enough for the last digest not to be waited for. */
const stretchBytes = 32 * 1024 * 1024;

/**
 * `receive BYTES` has exactly so many of the input's bytes behind what `$temporary` holds. Where `dd` cannot wait
 * for whole blocks, all of them at once: `head` of busybox reads too far.
 */
const receive = `
take() { words=$(dd bs="$1" count="$2" iflag=fullblock 2>&1 >>"$temporary") || { echo "$words" >&2; return 1; }; }
receive() {
  [ "$stretch" -gt 0 ] || { head -c "$1" >"$temporary"; return; }
  [ "$1" -lt ${blockBytes} ] || take ${blockBytes} $(($1 / ${blockBytes})) || return 1
  [ $(($1 % ${blockBytes})) -eq 0 ] || take $(($1 % ${blockBytes})) 1
}
`;

/**
 * Receives a file: path, stem, mode, bytes. Tells how many bytes each digest is of, 0 for one of all, and then the
 * digests, each of what the file holds by then while more comes. The file is put in place when the controller,
 * which compares the digests, says so.
 */
export const putFileScript = `
path=$1 stem=$2 size=$4
${removeTree}
[ ! -d "$path" ] || { echo "$path is a directory" >&2; exit 1; }
${sweep}
${temporary("mktemp")}
${receive}
stretch=${stretchBytes}
dd bs=1 count=0 iflag=fullblock </dev/null 2>/dev/null || stretch=0
tell_digest() { dd bs=${blockBytes} skip="$1" count=$((stretch / ${blockBytes})) if="$temporary" 2>/dev/null | digest; }
echo "ready $stretch"
if [ "$stretch" -eq 0 ]; then
  [ "$size" -eq 0 ] || { receive "$size" && digest <"$temporary"; } || exit 1
else
  begun=0 telling=
  while [ "$begun" -lt "$size" ]; do
    bytes=$((size - begun < stretch ? size - begun : stretch))
    receive "$bytes" || exit 1
    [ -z "$telling" ] || wait "$telling" || exit 1
    tell_digest $((begun / ${blockBytes})) &
    telling=$! begun=$((begun + bytes))
  done
  [ -z "$telling" ] || wait "$telling" || exit 1
fi
[ "$(wc -c <"$temporary")" -eq "$size" ] || exit 1
read -r verdict && [ "$verdict" = commit ] || exit 1
chmod -- "$3" "$temporary" && mv -f -- "$temporary" "$path" && echo done
`;

/** Sends a file: path. The digest is of a reading of its own and comes on the other stream. */
export const getFileScript = `
[ -f "$1" ] || { [ -e "$1" ] && echo "$1 is not a file" >&2 || echo "there is no file $1" >&2; exit 1; }
stat -L -c %f -- "$1" || exit 1
digest <"$1" >&2 &
cat -- "$1" && wait $!
`;

/** Lists the tree at a path, or says that there is none; with a stem, for a transfer to there. */
export const listTreeScript = (functions: string) => `
path=$1 stem=$2
${functions}
${removeTree}
if [ -n "$stem" ]; then
${sweep}
fi
[ ! -e "$1" ] && [ ! -L "$1" ] && { echo absent; exit 0; }
[ -d "$1" ] && [ ! -L "$1" ] || { echo "$1 is not a directory" >&2; exit 1; }
echo present
list_tree "$1"
`;

/**
 * Receives a tree: path, stem, archive bytes, and if there is an old tree the bytes of the list of
 * what is removed from it. Files that stay are hard links to the old ones; nothing writes to those.
 * "removed" says that the archive may come: `head` of busybox reads too far. All is listed again for the
 * controller, which then says whether the trees are swapped. `mv` puts a tree into one that has come to its
 * place meanwhile, by another transfer: the new tree's name is nobody else's, so that this is seen.
 */
export const putTreeScript = (functions: string) => `
path=$1 stem=$2
${functions}
${removeTree}
[ ! -d "$path" ] || refuse_mounts "$path" || exit 1
${temporary("mktemp -d")}
new=$temporary/\${temporary##*/}
if [ -n "$4" ]; then
  cp -a -l -- "$path" "$new" 2>/dev/null || { remove_tree "$new"; cp -a -- "$path" "$new"; } || exit 1
  find "$new" -type d ! -perm -700 -exec chmod u+rwx {} \\;
else
  mkdir -- "$new" || exit 1
fi
echo ready
if [ "$4" != "" ] && [ "$4" != 0 ]; then head -c "$4" | (cd -- "$new" && xargs -0 rm -rf --) || exit 1; fi
echo removed
export EXTRACT_UNSAFE_SYMLINKS=1
head -c "$3" | tar -x -p -o -f - -C "$new" || exit 1
list_tree "$new" || exit 1
read -r verdict && [ "$verdict" = commit ] || exit 1
trap '' HUP INT TERM
if [ -e "$path" ]; then mv -- "$path" "$temporary/old" || exit 1; fi
if [ -e "$path" ]; then echo "another tree was put there meanwhile" >&2; exit 1; fi
if ! mv -- "$new" "$path"; then
  [ ! -d "$temporary/old" ] || mv -- "$temporary/old" "$path" || trap - EXIT
  exit 1
fi
if [ -e "$path/\${new##*/}" ]; then
  remove_tree "$path/\${new##*/}"
  echo "another tree was put there meanwhile" >&2
  exit 1
fi
echo done
`;

/** Sends the files whose names come in, one after another: path. */
export const sendFilesScript = `
cd -- "$1" || exit 1
echo ready
exec xargs -0 cat --
`;
