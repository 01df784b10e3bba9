/**
 * Shell functions that tell which build of the module $1 is loaded: `source` becomes the hash of its
 * sources (only modules with a version have one on most kernels) and `build` that of the linked file, from
 * the ELF note the kernel keeps; each is `-` where there is none.
 */
export const moduleIdentityText = `
module_identity() {
  source=- build=-
  { read -r source <"/sys/module/$1/srcversion"; } 2>/dev/null
  build=$(od -An -v -tx1 -j 16 "/sys/module/$1/notes/.note.gnu.build-id" 2>/dev/null | tr -d ' \\n')
  [ -n "$build" ] || build=-
}
`;

/**
 * Prints the modules that taint the kernel: those built outside its tree, and so all that a system under
 * study brings. Each with its taint and its identity; `none` where there is none.
 */
export const foreignModulesText = `${moduleIdentityText}
some=
for file in /sys/module/*/taint; do
  { read -r taint <"$file"; } 2>/dev/null && [ -n "$taint" ] || continue
  name=\${file%/taint} name=\${name##*/}
  module_identity "$name"
  printf %s "\${some:+, }$name ($taint, srcversion $source, build id $build)"
  some=1
done
[ -n "$some" ] || echo none
`;
