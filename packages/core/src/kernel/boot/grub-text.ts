/**
 * Shell text that finds GRUB: `grub_directory` of grub.cfg, `grub` as its programs' names begin (`grub2` on some), and
 * functions. Commands of a session without login often have no sbin on their PATH.
 */
export const grubText = `
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
grub_directory= grub=grub
for directory in /boot/grub /boot/grub2; do
  [ ! -f "$directory/grub.cfg" ] || { grub_directory=$directory; break; }
done
command -v grub-mkconfig >/dev/null || ! command -v grub2-mkconfig >/dev/null || grub=grub2
grub_variable() {
  [ ! -s "$grub_directory/grubenv" ] || "$grub-editenv" "$grub_directory/grubenv" list | sed -n "s/^$1=//p"
}
make_menu() { "$grub-mkconfig" -o "$grub_directory/grub.cfg"; }
`;

/** Shell function that tells whether the menu starts the kernel of release $1. */
export const listedText = `
listed() {
  awk -v name="vmlinuz-$1" '
    { for (i = 1; i <= NF; i++) { file = $i; sub(/.*\\//, "", file); if (file == name) found = 1 } }
    END { exit !found }
  ' "$grub_directory/grub.cfg" 2>/dev/null
}
`;
