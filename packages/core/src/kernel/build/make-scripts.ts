import { runningConfigText } from "./build-host.js";

/**
 * Runs make out of tree for the line $line; what a user has set for builds of his own does not count. The tag is given
 * here and not configured, so that a kernel of another tag has the same configuration.
 */
const makeText = `
umask 022
unset ARCH SUBARCH CROSS_COMPILE KCONFIG_CONFIG KBUILD_OUTPUT KBUILD_EXTMOD MAKEFLAGS MFLAGS M O V W C
kernel_make() { make --no-print-directory -C "$line/tree" O="$line/out" LOCALVERSION="\${tag:+-$tag}" "$@"; }
`;

/** Ends a build of the line $line when another one has changed its sources or configuration since. */
const ownText = `
stamp() { cat -- "$line/stamps/$1" 2>/dev/null; }
still_own() {
  [ "$(stamp patch)" = "$patch" ] && [ "$(stamp configure)" = "$config" ] && return
  echo "another build has changed the sources or the configuration meanwhile: build it again"
  exit 1
}
`;

/** Writes the configuration of the line $1 from what $2 says: guest, running, file or target, which is $3; then the arguments of make. */
export const configureScript = `
exec 2>&1
line=$1 kind=$2 target=$3 tag=
shift 3
${makeText}
${runningConfigText}
cd -- "$line" || exit 1
rm -f stamps/configure
case $kind in
  guest) kernel_make "$@" KCONFIG_ALLCONFIG="$line/config.base" allnoconfig ;;
  target) kernel_make "$@" "$target" ;;
  running) running_config >out/.config ;;
  file) cp -- config.base out/.config ;;
esac || exit 1
cat config.request >>out/.config && kernel_make "$@" olddefconfig
`;

/**
 * Prints under \`symbol NAME\` what the Kconfig files of the line $1 say about each other argument: its kind and
 * what it depends on, but for the conditions of what is around it.
 */
export const symbolScript = `
cd -- "$1/tree" || exit 1
shift
for symbol; do
  echo "symbol $symbol"
  find . -name 'Kconfig*' -type f -exec grep -l -E "^[[:space:]]*(menu)?config[[:space:]]+$symbol[[:space:]]*\\$" {} + |
    while IFS= read -r file; do
      awk -v symbol="$symbol" '
        $1 == "config" || $1 == "menuconfig" { inside = ($2 == symbol); if (inside) print "known"; next }
        $1 ~ /^(menu|endmenu|choice|endchoice|comment|source|if|endif)$/ { inside = 0 }
        inside && $1 == "help" { inside = 0 }
        inside && $1 == "depends" { sub(/^[ \\t]*/, ""); print }
      ' "$file"
    done
done
`;

/**
 * Builds the line $1 for the tag $2, the patches $3 and the configuration $4 with the arguments of make. What a build that was killed was writing at
 * that moment is newer than make's note of it, which is written after it, and is made again; how many
 * objects are kept is told. Tools that objects were made with were whole by then: they are kept, some of them have no
 * note, and all objects would be made again after them.
 */
export const compileScript = `
exec 2>&1
line=$1 tag=$2 patch=$3 config=$4
shift 4
${makeText}
${ownText}
cd -- "$line" && still_own && rm -f stamps/build || exit 1
if [ -e building ]; then
  rm -f out/vmlinux
  tools=out/tools
  [ -n "$(find out -name '*.o' ! -path '*/tools/*' ! -path 'out/scripts/*' -newer "$tools/objtool/objtool" 2>/dev/null)" ] ||
    tools=none
  find out -path "$tools" -prune -o -type f \\( -name '*.o' -o -name '*.a' -o -name '*.ko' \\) -print | while IFS= read -r made; do
    note=\${made%/*}/.\${made##*/}.cmd
    [ -e "$note" ] && ! [ "$made" -nt "$note" ] || rm -f -- "$made" "$note"
  done
  kept=$(find out -name '.*.o.cmd' ! -path 'out/scripts/*' -exec grep -l -e ' -c -o ' {} + | wc -l)
  echo "hoststack: goes on with $((kept)) objects"
fi
: >building
kernel_make "$@" all
status=$?
rm -f building
[ "$status" -eq 0 ] && still_own && sync && echo "$tag" >stamps/build.new && mv stamps/build.new stamps/build
`;

/** Writes what is needed to build modules: the headers, Makefiles and programs of the kernel's own build. */
const headersText = `
headers() {
  arch=$(echo "$image" | cut -d / -f 2)
  mkdir -p "$1"
  (
    cd "$line/tree" || exit 1
    find . "arch/$arch" -maxdepth 1 \\( -name 'Makefile*' -o -name Kbuild -o -name Kconfig \\)
    find include scripts \\( -type f -o -type l \\) ! -path 'scripts/dtc/include-prefixes/*'
    find "arch/$arch" \\( -name Kbuild.platforms -o -name Platform \\)
    find "arch/$arch" -type d \\( -name include -o -name scripts \\) -exec find {} -type f \\;
  ) 2>/dev/null | sort -u | tar -cf - -C "$line/tree" -T - | tar -xf - -C "$1" || return 1
  (
    cd "$line/out" || exit 1
    find "arch/$arch/include" include/generated scripts -type f
    for file in .config Module.symvers include/config/auto.conf include/config/kernel.release \\
      tools/objtool/objtool; do
      [ ! -f "$file" ] || echo "$file"
    done
  ) 2>/dev/null | sort -u | tar -cf - -C "$line/out" -T - | tar -xf - -C "$1" && chmod -R u+w "$1"
}
`;

/**
 * Puts what the line $1 has built below the directory $2 under the name of its tag, $3, for the patches $4 and the
 * configuration $5, and notes $6 with it; then the arguments of make. There is the whole kernel or none.
 */
export const packageScript = `
exec 2>&1
line=$1 kernels=$2 tag=$3 patch=$4 config=$5 inputs=$6
shift 6
${makeText}
${ownText}
still_own
${headersText}
new=$kernels/.$tag.new
rm -rf -- "$new" && mkdir -p -- "$new/boot" || exit 1
release=$(kernel_make -s "$@" kernelrelease) && image=$(kernel_make -s "$@" image_name) || exit 1
case $release in
  *"-$tag") ;;
  *) echo "the kernel calls itself $release, without the tag $tag"; exit 1 ;;
esac
cp -- "$line/out/$image" "$new/boot/vmlinuz-$release" &&
  cp -- "$line/out/.config" "$new/boot/config-$release" &&
  cp -- "$line/out/System.map" "$new/boot/System.map-$release" || exit 1
if grep -q '^CONFIG_MODULES=y' "$line/out/.config"; then
  kernel_make "$@" INSTALL_MOD_PATH="$new" INSTALL_MOD_STRIP=1 modules_install || exit 1
  rm -f "$new/lib/modules/$release/build" "$new/lib/modules/$release/source"
  headers "$new/build" || exit 1
fi
mkdir -p "$new/lib/modules/$release" && cd "$new" && sha256sum boot/* >SHA256SUMS || exit 1
digest=$(sha256sum <"boot/config-$release" | cut -d ' ' -f 1)
printf '{"release":"%s","configSha256":"%s","inputs":%s}\\n' "$release" "$digest" "$inputs" >kernel.json
still_own
sync
rm -rf -- "$kernels/$tag" && mv -- "$new" "$kernels/$tag"
`;
