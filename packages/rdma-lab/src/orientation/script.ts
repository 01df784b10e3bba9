/**
 * Prints what exercise 1 of the lab looks at on a host ($1) with its data NIC ($2), each part below a line that names it. A program that is
 * not there leaves its part empty. `carrier` and `speed` of an interface that is down cannot be read
 * (EINVAL) and give a dash, as does what a device does not have. The first directory at or above the
 * device with a `class` and a `vendor` is its place on the PCI bus; a virtio card's is one above.
 */
const script = `
LC_ALL=C
export LC_ALL
value() {
  word=
  { read -r word <"$1"; } 2>/dev/null
  printf '\\t%s' "\${word:--}"
}
printf '== asked\n%s\n%s\n' "$1" "$2"
echo '== rdma-link'
rdma -j link show 2>/dev/null
echo '== devinfo'
ibv_devinfo 2>/dev/null
echo '== address'
ip -j addr show
echo '== lscpu'
lscpu -J
echo '== topology'
lscpu -p=CPU,CORE,SOCKET,NODE,ONLINE
echo '== nics'
for nic in /sys/class/net/*; do
  [ -e "$nic/carrier" ] || continue
  pci=
  for place in "$nic/device" "$nic/device/.."; do
    if [ -e "$place/class" ] && [ -e "$place/vendor" ]; then pci=$place; break; fi
  done
  printf '%s' "\${nic##*/}"
  value "$nic/carrier"
  value "$nic/speed"
  printf '\\t%s' "$(basename "$(readlink -f "\${pci:--}" 2>/dev/null || echo -)")"
  for one in numa_node current_link_width max_link_width current_link_speed max_link_speed; do
    value "$pci/$one"
  done
  echo
done
echo '== end'
`;

/** Command line that prints what `readOrientation` reads. */
export const orientationArgv = (host: string, nic: string): readonly string[] => [
  ...["sh", "-c", script, "sh"],
  ...[host, nic],
];
