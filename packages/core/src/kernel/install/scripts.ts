import { grubText, listedText } from "../boot/grub-text.js";

/**
 * Where things of the kernel of release $1 are. The manifest goes with the modules, so that it tells by itself whose
 * they are; `begun` is there as long as an installation or its undoing is not complete.
 */
const places = `
release=$1
modules=/lib/modules/$release
manifest=$modules/.hoststack-manifest
begun=/lib/modules/.hoststack-$release
${listedText}
each_file() {
  for path in vmlinuz config System.map initrd.img; do "$@" "/boot/$path-$release" || return 1; done
  "$@" "/boot/initramfs-$release.img"
}
is_absent() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
`;

/** Prints `absent`, `installed SHA256` of the manifest, `damaged` or `foreign PATH` for what no step has put there. */
export const kernelStateScript = `${grubText}${places}
if [ -e "$begun" ]; then echo absent
elif [ -f "$manifest" ]; then
  if cd / && sha256sum -c "$manifest" >/dev/null 2>&1 && listed "$release" &&
    { [ -s "/boot/initrd.img-$release" ] || [ -s "/boot/initramfs-$release.img" ]; }
  then sum=$(sha256sum <"$manifest"); echo "installed \${sum%% *}"
  else echo damaged
  fi
elif ! is_absent "$modules"; then echo "foreign $modules"
elif ! each_file is_absent; then echo "foreign $path"
elif listed "$release"; then echo "foreign $grub_directory/grub.cfg"
else echo absent
fi
`;

/** Free bytes where kernels and modules go, and the size of the largest first file system there is. */
export const kernelSpaceScript = `
free() { df -Pk "$1" | awk 'NR == 2 { printf "%d", $4 }'; }
largest=0
for file in /boot/initrd.img-* /boot/initramfs-*; do
  [ -f "$file" ] && size=$(($(wc -c <"$file") / 1024)) && [ "$size" -gt "$largest" ] && largest=$size
done
echo "$(free /boot) $(free /lib/modules 2>/dev/null || free /lib) $largest"
`;

/**
 * Puts the files of the staged tree $2 in place and verifies each by the manifest that comes in. What is there by then
 * is ours, of an installation that was interrupted.
 */
export const placeKernelScript = `${grubText}${places}
staged=$2
[ "$(uname -r)" != "$release" ] || { echo "it is the kernel that runs" >&2; exit 1; }
mkdir -p /lib/modules && : >"$begun" && sync || exit 1
each_file rm -f
rm -rf "$modules" "$modules.hoststack-new"
new=$modules.hoststack-new
mkdir -p "$staged/modules" && { mv "$staged/modules" "$new" 2>/dev/null ||
  { rm -rf "$new"; cp -a "$staged/modules" "$new"; }; } || exit 1
chown -R 0:0 "$new" && cat >"$new/.hoststack-manifest" && mv "$new" "$modules" || exit 1
for name in vmlinuz config System.map; do
  cp "$staged/boot/$name-$release" "/boot/$name-$release" && chown 0:0 "/boot/$name-$release" &&
  chmod 644 "/boot/$name-$release" || exit 1
done
sync
cd / && sha256sum -c "$manifest" >/dev/null || { echo "what was copied is not what was built" >&2; exit 1; }
rm -rf "$staged"
`;

export const depmodScript = `PATH=$PATH:/usr/sbin:/sbin; depmod "$1"`;

/** By the distribution's own tool $2. */
export const initramfsScript = `PATH=$PATH:/usr/sbin:/sbin
case $2 in
  update-initramfs) update-initramfs -c -k "$1" ;;
  dracut) dracut --force "/boot/initramfs-$1.img" "$1" ;;
esac
`;

/** Makes the menu, and ends the installation. */
export const finishKernelScript = `${grubText}${places}
make_menu && listed "$release" || { echo "grub-mkconfig made no entry for it" >&2; exit 1; }
sync && rm -f "$begun"
`;

/** Removes the kernel and what was made for it, unless it runs. $2: the staged tree. */
export const removeKernelScript = `${grubText}${places}
[ "$(uname -r)" != "$release" ] ||
  { echo "the kernel $release runs: boot another one, then restore again" >&2; exit 1; }
: >"$begun" || exit 1
if [ -f "$grub_directory/hoststack.cfg" ] && grep -q "vmlinuz-$release\\([[:space:]]\\|$\\)" "$grub_directory/hoststack.cfg"; then
  rm -f "$grub_directory/hoststack.cfg"
  [ "$(grub_variable next_entry)" != hoststack-once ] || "$grub-editenv" "$grub_directory/grubenv" unset next_entry
fi
each_file rm -f
rm -rf "$modules" "$modules.hoststack-new" "$2" "/var/lib/initramfs-tools/$release"
make_menu && sync && rm -f "$begun"
`;
