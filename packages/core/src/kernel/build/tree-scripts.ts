import { objectsName, objectsPath } from "./make-text.js";
import { writingText } from "./unwritten.js";

/** Unpacks $1/archive to $1/pristine, which nobody writes to. */
export const unpackScript = `
exec 2>&1
umask 022
cd -- "$1" && rm -rf pristine.new && mkdir pristine.new && tar -xof archive -C pristine.new || exit 1
set -- pristine.new/*
[ $# -eq 1 ] && [ -f "$1/Makefile" ] || {
  echo "the archive holds no kernel sources: one directory with a Makefile in it"
  exit 1
}
find "$1" -type f -exec chmod a-w {} + && mv -- "$1" pristine && rmdir pristine.new
`;

/**
 * Has a tree of our own in the line $2, of the sources $1, whose digest is $3. Its files are links: what is
 * patched gets a file of its own, everything else keeps its time, so that it is not compiled again; objects of
 * earlier sources stay.
 * What builds there from now on sees by the stamp of the patches that the sources are no longer its own.
 * What may have been lost with the machine's power is made anew.
 * Prints `unclean`, and leaves all as it is, when somebody has built in the sources: make refuses those.
 */
export const treeScript = `
${writingText}
mkdir -p -- "$2" && cd -- "$2" || exit 1
! is_lost unwritten || rm -rf stamps touched image tree tree.old headers headers.made unwritten || exit 1
keep_objects() {
  [ ! -d tree.old/${objectsName} ] || [ -d ${objectsPath} ] || { mkdir -p tree && mv tree.old/${objectsName} tree; }
}
keep_objects && mkdir -p stamps logs && rm -f stamps/patch || exit 1
[ -d tree ] && [ "$(cat stamps/tree 2>/dev/null)" = "$3" ] && mkdir -p ${objectsPath} && exit 0
if [ -e "$1/.config" ] || [ -d "$1/include/config" ]; then
  echo unclean
  exit
fi
note_unwritten unwritten && rm -f stamps/* headers.made && rm -rf tree.new tree.old || exit 1
cp -al -- "$1" tree.new 2>/dev/null || { rm -rf tree.new; cp -a -- "$1" tree.new; } || exit 1
chmod u+w tree.new && rm -rf tree.new/${objectsName} || exit 1
# what was patched is not so any more, and has to be newer than its object
[ ! -e touched ] || while IFS= read -r file; do
  [ -f "tree.new/$file" ] || continue
  cp -- "tree.new/$file" tree.new/.hoststack-new && mv -f -- tree.new/.hoststack-new "tree.new/$file" || exit 1
done <touched
[ ! -d tree ] || mv tree tree.old || exit 1
mv tree.new tree && keep_objects && mkdir -p ${objectsPath} && rm -rf tree.old &&
  echo "$3" >stamps/tree.new && mv stamps/tree.new stamps/tree && rm -f touched &&
  written_later unwritten
`;

/** Copies the files named on standard input, where they exist, from $1 to the new directory $2. */
export const scratchScript = `
rm -rf -- "$2" && mkdir -p -- "$2" || exit 1
while IFS= read -r file; do
  [ -f "$1/$file" ] || continue
  case $file in */*) mkdir -p -- "$2/\${file%/*}" || exit 1 ;; esac
  cp -- "$1/$file" "$2/$file" && chmod u+w -- "$2/$file" || exit 1
done
`;

/**
 * Makes the tree of the line $2 equal to the sources $1 but for the files named on standard input, which
 * are as in $3 or, when they are not there, gone. Only what differs is written, and is newer than all objects.
 * Which files are not those of $1 is noted before the first is changed. The stamp says $4.
 */
export const syncScript = `
${writingText}
cd -- "$2" && note_unwritten unwritten || exit 1
cat >wanted
cat wanted >touched.new
[ ! -e touched ] || cat touched >>touched.new
sort -u touched.new >touched.sorted && mv touched.sorted touched && rm -f touched.new || exit 1
while IFS= read -r file; do
  from=$1
  grep -qxF -e "$file" wanted && from=$3
  if [ ! -f "$from/$file" ]; then
    rm -f -- "tree/$file" || exit 1
  elif ! cmp -s -- "$from/$file" "tree/$file"; then
    case $file in */*) mkdir -p -- "tree/\${file%/*}" || exit 1 ;; esac
    cp -- "$from/$file" tree/.hoststack-new && chmod a-w tree/.hoststack-new &&
      mv -f -- tree/.hoststack-new "tree/$file" || exit 1
  fi
done <touched
mv wanted touched && rm -rf -- "$3" && echo "$4" >stamps/patch.new && mv -f stamps/patch.new stamps/patch &&
  written_later unwritten
`;

/**
 * Applies a patch in $1, with $2 leading directories cut off: tries it with a fuzz of $3 for its report, then makes it
 * with one of $4, in a directory that is thrown away where the report is not liked. One that does not fit is an answer.
 */
export const patchScript = `
cd -- "$1" && cat >.hoststack-patch || exit 1
apply() { patch -N "$@" <.hoststack-patch 2>&1; echo "status $?"; }
apply -p"$2" --dry-run --verbose -F "$3"
apply -p"$2" --no-backup-if-mismatch -F "$4"
rm -f .hoststack-patch
`;

/** Writes the stamp $2 of the line $1. */
export const stampScript = `cd -- "$1/stamps" && echo "$3" >"$2.new" && mv -f "$2.new" "$2"`;
