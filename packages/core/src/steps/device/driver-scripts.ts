/**
 * Prints the state of a PCI device: its driver and override, then a line `nic NAME up|down MTU MAC ADDRESS...` for each
 * of its NICs here. A virtio card's are those of the device below it.
 */
export const deviceScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
device=/sys/bus/pci/devices/$1
[ -d "$device" ] || { echo "no such device"; exit 0; }
driver=$(readlink "$device/driver") || driver=none
override=$(cat "$device/driver_override" 2>/dev/null) || override='(null)'
[ -n "$override" ] || override='(null)'
printf 'driver %s\\noverride %s\\n' "\${driver##*/}" "$override"
for path in "$device"/net/* "$device"/virtio*/net/*; do
  [ -e "$path" ] || continue
  nic=\${path##*/}
  line=$(ip -o link show dev "$nic" 2>/dev/null) || continue
  case $line in *[\\<,]UP[,\\>]*) state=up;; *) state=down;; esac
  mtu=\${line#* mtu }
  read -r mac <"$path/address"
  addresses=$(ip -o addr show dev "$nic" scope global | while read -r index name family address rest; do printf ' %s' "$address"; done)
  printf 'nic %s %s %s %s%s\\n' "$nic" "$state" "\${mtu%% *}" "$mac" "$addresses"
done
`;

/** Prints what stands around it: user, class, whether the driver is there, no-IOMMU mode, then the others of its group. */
export const aroundScript = `
device=/sys/bus/pci/devices/$1
echo "user $(id -u)"
echo "class $(cat "$device/class" 2>/dev/null)"
[ -d "/sys/bus/pci/drivers/$2" ] && echo "target yes" || echo "target no"
echo "unsafe $(cat /sys/module/vfio/parameters/enable_unsafe_noiommu_mode 2>/dev/null)"
[ -d "$device/iommu_group" ] || { echo "group none"; exit 0; }
group=$(readlink "$device/iommu_group")
echo "group \${group##*/}"
for other in "$device"/iommu_group/devices/*; do
  [ "\${other##*/}" != "$1" ] || continue
  driver=$(readlink "$other/driver") || driver=none
  echo "other \${other##*/} \${driver##*/} $(cat "$other/class")"
done
`;

/** Writes the override, lets the driver go that has the device, and has the kernel look for one anew. */
export const bindScript = `
cd /sys/bus/pci || exit 1
printf '%s\\n' "$2" >"devices/$1/driver_override" || exit 1
now=$(readlink "devices/$1/driver") && now=\${now##*/} || now=none
[ "$now" != "$2" ] || exit 0
[ "$now" = none ] || printf '%s' "$1" >"devices/$1/driver/unbind" || exit 1
printf '%s' "$1" >drivers_probe
[ -e "devices/$1/driver" ] || { echo "the driver $2 does not take $1 (see dmesg)" >&2; exit 1; }
`;

/**
 * Gives the device back to driver $2 with override $3; then, for a NIC, each $4... a line of the check: waits for
 * it, and gives it its name, MTU, MAC address, addresses and state again.
 */
export const giveBackScript = `
device=$1 driver=$2 override=$3; shift 3
cd /sys/bus/pci || exit 1
[ "$override" != '(null)' ] || override=
printf '%s\\n' "$override" >"devices/$device/driver_override" || exit 1
now=$(readlink "devices/$device/driver") && now=\${now##*/} || now=none
if [ "$now" != "$driver" ]; then
  [ "$now" = none ] || printf '%s' "$device" >"devices/$device/driver/unbind" || exit 1
  [ "$driver" = none ] || printf '%s' "$device" >"drivers/$driver/bind" || exit 1
fi
for line; do
  set -f; set -- $line; set +f
  wanted=$2 state=$3 mtu=$4 mac=$5; shift 5
  tries=0
  nic=
  until
    for path in "devices/$device"/net/* "devices/$device"/virtio*/net/*; do
      [ ! -e "$path" ] || { nic=\${path##*/}; break; }
    done
    [ -n "$nic" ]
  do
    tries=$((tries + 1)); [ $tries -lt 50 ] || { echo "its NIC $wanted does not come back" >&2; exit 1; }
    sleep 0.1
  done
  if [ "$nic" != "$wanted" ]; then
    ip link set dev "$nic" down && ip link set dev "$nic" name "$wanted" || exit 1
  fi
  read -r now <"/sys/class/net/$wanted/address"
  [ "$now" = "$mac" ] || ip link set dev "$wanted" address "$mac" || exit 1
  ip link set dev "$wanted" mtu "$mtu" && ip link set dev "$wanted" "$state" || exit 1
  for address; do ip addr replace "$address" dev "$wanted" || exit 1; done
done
`;
