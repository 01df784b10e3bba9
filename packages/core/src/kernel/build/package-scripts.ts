import { makeText, objectsPath, ownText } from "./make-text.js";
import { writingText } from "./unwritten.js";

/**
 * Copies what is needed to build modules: the headers, Makefiles and programs of the kernel's own build, apart what is
 * in its sources and what make makes. What $gently is put before gives way to others.
 *
 * Those of the sources are copied once and again when one of them, or a directory of them, was changed since; kernels
 * have links to the copies, which nobody writes to again. Copies of another boot may have been lost with the power.
 */
const headersText = `
gently=
copy_files() { sort -u | $gently tar -cf - -C "$1" -T - | $gently tar -xf - -C "$2"; }
list_headers() {
  cd "$line/tree" || exit 1
  find . "arch/$arch" -maxdepth 1 \\( -name 'Makefile*' -o -name Kbuild -o -name Kconfig \\)
  find include scripts \\( -type f -o -type l \\) ! -path 'scripts/dtc/include-prefixes/*'
  find "arch/$arch" \\( -name Kbuild.platforms -o -name Platform \\)
  find "arch/$arch" -type d \\( -name include -o -name scripts \\) -exec find {} -type f \\;
}
boot_of() { cat /proc/sys/kernel/random/boot_id; }
kept_headers() {
  [ "$(cat "$line/headers.made" 2>/dev/null)" = "$(boot_of)" ] && cd "$line/tree" && [ -z "$(
    find . -maxdepth 1 -type f -newer ../headers.made -print -quit
    find include scripts "arch/$arch" -newer ../headers.made -print -quit 2>/dev/null
  )" ]
}
keep_headers() {
  rm -rf "$line/headers.made" "$line/headers" && mkdir "$line/headers" && boot_of >"$line/headers.begun" || return 1
  (list_headers) 2>/dev/null | copy_files "$line/tree" "$line/headers" && $gently chmod -R u+w "$line/headers" &&
    mv "$line/headers.begun" "$line/headers.made"
}
source_headers() {
  (kept_headers) || keep_headers || return 1
  rm -rf "$1"
  $gently cp -al "$line/headers" "$1" 2>/dev/null || { rm -rf "$1" && $gently cp -a "$line/headers" "$1"; }
}
made_headers() {
  (
    cd "$line/${objectsPath}" || exit 1
    find "arch/$arch/include" include/generated scripts -type f
    for file in .config Module.symvers include/config/auto.conf include/config/kernel.release \\
      tools/objtool/objtool; do
      [ ! -f "$file" ] || echo "$file"
    done
  ) 2>/dev/null | copy_files "$line/${objectsPath}" "$1"
}
has_modules() { grep -q '^CONFIG_MODULES=y' "$line/${objectsPath}/.config"; }
`;

/** What make would say of a built kernel, from where it has written that: asking it takes as long as a compilation. */
const namesText = `
known_image() {
  read -r known image <"$line/image" && [ "$known" = "$config" ] && arch=\${image#arch/} && arch=\${arch%%/*}
} 2>/dev/null
name_image() {
  known_image && return
  image=$(kernel_make -s "$@" image_name) && echo "$config $image" >"$line/image.new" &&
    mv -f -- "$line/image.new" "$line/image" && known_image
}
name_release() {
  release=$(cat "$line/${objectsPath}/include/config/kernel.release" 2>/dev/null)
  case $release in
    *"-$tag") return ;;
  esac
  release=$(kernel_make -s "$@" kernelrelease) || return 1
  case $release in
    *"-$tag") ;;
    *) echo "the kernel calls itself $release, without the tag $tag"; return 1 ;;
  esac
}
`;

/**
 * `pack` puts what the line $line has built below $kernels under the name of its $tag, and notes $inputs with it: there
 * is the whole kernel or none. `pack_early` begins, while make goes on, with what make does not change; it can where an
 * earlier build has told the architecture. `pack_early_done` waits for that, in the same shell, and `pack_nothing`
 * takes it back.
 */
export const packText = `
${headersText}
${namesText}
new=$kernels/.$tag.new early=
pack_early() {
  known_image && has_modules && rm -rf -- "$new" && mkdir -p -- "$new" || return 0
  { gently='nice -n 19'; source_headers "$new/build"; } >/dev/null 2>&1 &
  early=$!
}
pack_early_done() { [ -z "$early" ] || wait "$early" || early=; }
pack_nothing() { pack_early_done; rm -rf -- "$new"; }
pack() {
  still_own
  [ -n "$early" ] || rm -rf -- "$new"
  name_release "$@" && name_image "$@" && mkdir -p -- "$new/boot" || return 1
  cp -- "$line/${objectsPath}/$image" "$new/boot/vmlinuz-$release" &&
    cp -- "$line/${objectsPath}/.config" "$new/boot/config-$release" &&
    cp -- "$line/${objectsPath}/System.map" "$new/boot/System.map-$release" || return 1
  if has_modules; then
    [ -n "$early" ] || source_headers "$new/build" || return 1
    made_headers "$new/build" &
    kernel_make "$@" INSTALL_MOD_PATH="$new" INSTALL_MOD_STRIP=1 modules_install || { wait $!; return 1; }
    wait $! || return 1
    rm -f "$new/lib/modules/$release/build" "$new/lib/modules/$release/source"
  fi
  mkdir -p "$new/lib/modules/$release" && cd "$new" && sha256sum boot/* >SHA256SUMS || return 1
  digest=$(sha256sum <"boot/config-$release" | cut -d ' ' -f 1)
  printf '{"release":"%s","configSha256":"%s","inputs":%s}\\n' "$release" "$digest" "$inputs" >kernel.json
  still_own
  note_unwritten "$kernels/.$tag.unwritten" &&
    rm -rf -- "$kernels/$tag" && mv -- "$new" "$kernels/$tag" && written_later "$kernels/.$tag.unwritten"
}
`;

/**
 * Packs a kernel that was built: of the line $1 into the directory $2, with the tag $3, for the patches $4 and the
 * configuration $5, with the note $6; then the arguments of make.
 */
export const packageScript = `
exec 2>&1
line=$1 kernels=$2 tag=$3 patch=$4 config=$5 inputs=$6
shift 6
${makeText}
${ownText}
${writingText}
${packText}
pack "$@"
`;
