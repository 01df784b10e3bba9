/**
 * Where a line's objects lie: right below its tree. make then calls the sources `..`, and has a tenth less to do than
 * with a long path before each name.
 */
export const objectsName = "hs-out";
export const objectsPath = `tree/${objectsName}`;

/**
 * Runs make out of tree for the line $line; what a user has set for builds of his own does not count. The tag is given
 * here and not configured, so that a kernel of another tag has the same configuration.
 */
export const makeText = `
umask 022
unset ARCH SUBARCH CROSS_COMPILE KCONFIG_CONFIG KBUILD_OUTPUT KBUILD_EXTMOD MAKEFLAGS MFLAGS M O V W C
kernel_make() { make --no-print-directory -C "$line/tree" O="$line/${objectsPath}" LOCALVERSION="\${tag:+-$tag}" "$@"; }
`;

/** Ends a build of the line $line when another one has changed its sources or configuration since. */
export const ownText = `
stamp() { cat -- "$line/stamps/$1" 2>/dev/null; }
still_own() {
  [ "$(stamp patch)" = "$patch" ] && [ "$(stamp configure)" = "$config" ] && return
  echo "another build has changed the sources or the configuration meanwhile: build it again"
  exit 1
}
`;
