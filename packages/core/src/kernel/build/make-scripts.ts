import { runningConfigText } from "./build-host.js";
import { makeText, objectsPath, ownText } from "./make-text.js";
import { packText } from "./package-scripts.js";
import { writingLineText } from "./unwritten.js";

/** Writes the configuration of the line $1 from what $2 says: guest, running, file or target, which is $3; then the arguments of make. */
export const configureScript = `
exec 2>&1
line=$1 kind=$2 target=$3 tag=
shift 3
${makeText}
${writingLineText}
${runningConfigText}
cd -- "$line" || exit 1
rm -f stamps/configure
case $kind in
  guest) kernel_make "$@" KCONFIG_ALLCONFIG="$line/config.base" allnoconfig ;;
  target) kernel_make "$@" "$target" ;;
  running) running_config >${objectsPath}/.config ;;
  file) cp -- config.base ${objectsPath}/.config ;;
esac || exit 1
cat config.request >>${objectsPath}/.config && kernel_make "$@" olddefconfig
`;

/** What the script below says last when it has built a kernel, but could not pack it. */
export const notPacked = "hoststack: not packed";

/**
 * Builds the line $1 for the tag $2, the patches $3 and the configuration $4, then packs it below $5 with the note $6;
 * then the arguments of make. What a build that was killed was writing at that moment is newer than make's note of it,
 * which is written after it, and is made again; how many objects are kept is told. Tools that objects were made with
 * were whole by then: they are kept, some of them have no note, and all objects would be made again after them.
 *
 * A kernel that cannot be packed is built all the same: packing it once more says why.
 */
export const compileScript = `
exec 2>&1
line=$1 tag=$2 patch=$3 config=$4 kernels=$5 inputs=$6
shift 6
${makeText}
${ownText}
${writingLineText}
${packText}
cd -- "$line" && still_own && rm -f stamps/build || exit 1
if [ -e building ]; then
  rm -f ${objectsPath}/vmlinux
  tools=${objectsPath}/tools
  [ -n "$(find ${objectsPath} -name '*.o' ! -path '*/tools/*' ! -path '${objectsPath}/scripts/*' -newer "$tools/objtool/objtool" 2>/dev/null)" ] ||
    tools=none
  find ${objectsPath} -path "$tools" -prune -o -type f \\( -name '*.o' -o -name '*.a' -o -name '*.ko' \\) -print | while IFS= read -r made; do
    note=\${made%/*}/.\${made##*/}.cmd
    [ -e "$note" ] && ! [ "$made" -nt "$note" ] || rm -f -- "$made" "$note"
  done
  kept=$(find ${objectsPath} -name '.*.o.cmd' ! -path '${objectsPath}/scripts/*' -exec grep -l -e ' -c -o ' {} + | wc -l)
  echo "hoststack: goes on with $((kept)) objects"
fi
: >building
pack_early
kernel_make "$@" all
status=$?
rm -f building
if [ "$status" -eq 0 ] && (still_own) && echo "$tag" >stamps/build.new && mv stamps/build.new stamps/build; then
  pack_early_done
  (pack "$@") || echo "${notPacked}"
else
  pack_nothing
  exit 1
fi
`;
