/**
 * Finds what `make -C` is to name for a kernel: `build`, and `output` where its objects are apart. Debian
 * spreads headers over two directories tied by an absolute path, which holds for installed ones alone.
 */
const kernelText = `
find_kernel() {
  output=
  case $1 in
    built) build=$2/build;;
    installed) build=/lib/modules/$3/build;;
    unpacked)
      build=$2/usr/src/linux-headers-$3
      common=$(sed -n 's|^include \\(/usr/src/.*\\)/Makefile$|\\1|p' "$build/Makefile" 2>/dev/null)
      [ -z "$common" ] || output=$build build=$2$common;;
  esac
  objects=\${output:-$build}
}
`;

/** What a build leaves in a directory of sources is no source. */
const sourcesText = `
sources() {
  find -L . \\( -name .git -o -name '.tmp_*' \\) -prune -o -type f ! -name '*.o' ! -name '*.ko' \\
    ! -name '*.mod' ! -name '*.mod.c' ! -name '.*.cmd' ! -name '.*.d' ! -name modules.order \\
    ! -name Module.symvers -print
}
`;

/**
 * Tells everything the next build would depend on, and the last one when its module is still as it was
 * made: lines of a word and its value. Arguments: the kernel's three, directory, source directory or "".
 */
export const buildStateScript = `${kernelText}${sourcesText}
find_kernel "$1" "$2" "$3"
directory=$4 source=$5
for tool in make cc ld objcopy sha256sum; do
  command -v "$tool" >/dev/null || echo "missing $tool"
done
[ ! -e "$build/Makefile" ] || echo "kernel $build"
sed -n 's/^#define UTS_RELEASE "\\(.*\\)"$/release \\1/p' "$objects/include/generated/utsrelease.h" 2>/dev/null
headers=$(cd "$objects" 2>/dev/null && sha256sum .config Module.symvers include/generated/autoconf.h \\
  include/generated/utsrelease.h 2>/dev/null | sha256sum)
echo "headers \${headers%% *}"
echo "compiler $(LC_ALL=C cc --version 2>/dev/null | head -n 1)"
if [ -n "$source" ]; then
  if cd "$source" 2>/dev/null; then
    digest=$(sources | LC_ALL=C sort | tr '\\n' '\\0' | xargs -0 sha256sum | sha256sum)
    echo "source \${digest%% *}"
  else echo "missing-source $source"
  fi
fi
cd "$directory" 2>/dev/null && [ -e built ] || exit 0
# what was made of other sources is not read: debugging information makes it large
made_of=$(sed -n 's/^made-of //p' built)
[ "\${made_of:-\${digest%% *}}" = "\${digest%% *}" ] || exit 0
read -r word path <built
digest=$(sha256sum <"$path") 2>/dev/null
grep -q "^sha256 \${digest%% *}$" built && cat built
exit 0
`;

/**
 * Builds. The copy keeps the objects of the build before, unless that was cut: then nothing of it is
 * trusted, nor after a source went. Files are replaced only where their content differs, so that make builds no more than it has to.
 * Prints the log on failure (status 2), otherwise what was made. Arguments: the kernel's three, directory,
 * source directory or "", name, key, compiler flags, and the digest of the sources or "".
 */
export const buildScript = `${kernelText}${sourcesText}
find_kernel "$1" "$2" "$3"
directory=$4 source=$5 name=$6 key=$7 flags=$8 made_of=$9
given=given-$key
fail() { echo "$1" >&2; exit 1; }
mkdir -p -- "$directory/tree" && cd "$directory" || exit 1
if command -v flock >/dev/null; then exec 9>>lock && flock 9 || exit 1; fi
[ ! -e building ] || rm -rf tree
rm -rf stage built && mkdir -p stage tree && : >>sources || exit 1
if [ -n "$source" ]; then
  ( cd "$source" && sources ) >stage.list &&
    tar -C "$source" -h -T "$PWD/stage.list" -cf stage.tar && tar -C stage -xf stage.tar ||
    fail "the sources could not be copied"
  rm -f stage.list stage.tar
fi
[ ! -d "$given" ] || cp -R "$given/." stage || exit 1
# make goes on with an object whose header is gone
while IFS= read -r file; do
  [ -e "stage/$file" ] || { rm -rf tree && mkdir tree; break; }
done 2>/dev/null <sources
( cd stage && find . -type f ) >sources || exit 1
sums_of() { tr '\\n' '\\0' <sources | (cd "$1" && xargs -0 sha256sum 2>/dev/null) | LC_ALL=C sort; }
sums_of stage >stage.sums && sums_of tree >tree.sums || exit 1
LC_ALL=C comm -23 stage.sums tree.sums | while read -r sum file; do
  mkdir -p -- "tree/\${file%/*}" && cp -- "stage/$file" "tree/$file" || exit 1
done || exit 1
rm -rf stage stage.sums tree.sums "$given"
: >building
# make takes a newer file for its own, whoever wrote it
find tree -name "$name.ko" -exec rm -f -- {} +
jobs=$(nproc 2>/dev/null) || jobs=1
LC_ALL=C make -C "$build" \${output:+"O=$output"} "M=$directory/tree" "-j$jobs" "KCFLAGS=$flags" \\
  modules </dev/null >build.log 2>&1
status=$?
rm -f building
if [ "$status" != 0 ]; then head -c 4000000 build.log; exit 2; fi
made=$(find tree -name "$name.ko" -type f)
case $made in
  "") echo "make made no $name.ko, but: $(find tree -name '*.ko' | tr '\\n' ' ')" >&2; exit 1;;
  *"
"*) fail "make made more than one $name.ko: $made";;
esac
section() { objcopy -O binary "--only-section=$1" "$made" section 2>/dev/null && cat section; }
sha256sum <"$made" >digest &
{
  echo "path $directory/$made"
  echo "key $key"
  [ -z "$made_of" ] || echo "made-of $made_of"
  echo "buildid $(section .note.gnu.build-id | od -An -v -tx1 -j 16 | tr -d ' \\n')"
  section .modinfo | tr '\\0' '\\n' | sed -n 's/^\\([a-z]*\\)=/info \\1 /p'
  wait
  read -r digest rest <digest
  echo "sha256 $digest"
} >built.new
rm -f section digest
mv built.new built
cat built
`;
