/** What a guest prints on its console once SSH answers. */
export const readyMarker = "HOSTSTACK-READY";
/** What a guest prints on its console before a sentence on why it cannot come up. */
export const failedMarker = "HOSTSTACK-FAILED";
/** Kernel argument of a guest that only has to show that guests run at all. */
export const canaryArgument = "hoststack.canary";
/** Where what a guest is handed in appears below QEMU's fw_cfg and in the guest's /sys. */
export const handedIn = "opt/hoststack";

/**
 * The first process of a guest, for a POSIX shell. It reads who it is from what it is handed in,
 * names the network cards by their MAC addresses and keeps the SSH server running; as process 1 it
 * also collects orphans, which `wait` does. Its death is the guest's: the kernel panics, QEMU ends.
 */
export const initScript = `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root USER=root LC_ALL=C
fail() {
  echo "${failedMarker}: $*"
  sleep 0.2
  busybox poweroff -f
}
mount -t proc proc /proc
case " $(cat /proc/cmdline) " in
  *" ${canaryArgument} "*) echo ${readyMarker}; exec sleep 3600 ;;
esac
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev || fail "no /dev"
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=0755 tmpfs /run
ln -s /proc/self/fd /dev/fd
ulimit -l unlimited
ulimit -n 65536
for module in virtio_pci virtio_net qemu_fw_cfg; do
  modprobe "$module" || fail "module $module does not load"
done

given=/sys/firmware/qemu_fw_cfg/by_name/${handedIn}
[ -r $given/config/raw ] || fail "the guest was handed in no configuration"
. $given/config/raw
hostname "$guest_name"
printf '%s\\n' "$guest_hosts" >/etc/hosts
mkdir -p -m 0700 /root/.ssh /run/keys
cat $given/authorized_keys/raw >/root/.ssh/authorized_keys
cat $given/host_key/raw >/run/keys/host_key
chmod 0600 /root/.ssh/authorized_keys /run/keys/host_key

rename_card() {
  for card in /sys/class/net/*; do
    [ "$(cat "$card/address")" = "$1" ] || continue
    ip link set dev "\${card##*/}" name "$2" && return
  done
  fail "no network card with address $1"
}
ip link set dev lo up
rename_card "$management_mac" mgmt0
rename_card "$data_mac" "$data_nic"
ip address add 10.0.2.15/24 dev mgmt0
ip link set dev mgmt0 up
ip link set dev "$data_nic" mtu "$data_mtu" || fail "the data link does not take an MTU of $data_mtu"
ip address add "$data_address" dev "$data_nic" || fail "the data link takes no address"
ip link set dev "$data_nic" up || fail "the data link does not come up"

cd /root
dropbear -F -E -s -r /run/keys/host_key -P /run/dropbear.pid 2>/run/dropbear.log &
server=$!
until [ -s /run/dropbear.pid ]; do
  kill -0 $server || fail "the SSH server ended: $(cat /run/dropbear.log)"
  sleep 0.02
done
echo ${readyMarker}
while kill -0 $server; do wait $server; done
fail "the SSH server ended: $(cat /run/dropbear.log)"
`;
