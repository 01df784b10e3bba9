/** Kernel argument before the driver of the data card, where that is no virtio one. */
export const cardArgument = "hoststack.card=";
/** What a guest prints on its console once SSH answers. */
export const readyMarker = "HOSTSTACK-READY";
/** What a guest prints on its console before a sentence on why it cannot come up. */
export const failedMarker = "HOSTSTACK-FAILED";
/** What a guest prints on its console when it waits for who it is; a snapshot can be taken of it then. */
export const waitingMarker = "HOSTSTACK-WAITING";
/** What a guest prints on its console before the release of its kernel. */
export const kernelMarker = "HOSTSTACK-KERNEL";
/** What a guest prints on its console once it has read who it is and has set its clock, after its kernel. */
export const toldMarker = "HOSTSTACK-TOLD";
/** Ends what a guest is told on its console. */
export const endOfWords = ".";
/** Asks a guest that waits for the nanoseconds since it booted. */
export const clockQuestion = "?";
/** What the kernel says once it has made its random numbers its own after a resume (6.1 and newer). */
const reseededWords = "crng reseeded due to virtual machine fork";
/**
 * Shell text that prints the nanoseconds since a guest booted: `now at N nsecs` (Linux, kernel/time/timer_list.c). It
 * starts no program, which would take an emulated guest longer than all the rest.
 */
export const tellUptime =
  '{ read -r line; read -r line; read -r line; } </proc/timer_list; echo "$line"';
/** Kernel argument of a guest that only has to show that guests run at all. */
export const canaryArgument = "hoststack.canary";

/**
 * The first process of a guest, for a POSIX shell. It reads who it is from its console
 * (guest-config.ts), names the network cards by their MAC addresses, gives them its own, and keeps the SSH server running; as process 1 it
 * also collects orphans, which `wait` does. Its death is the guest's: the kernel panics, QEMU ends.
 */
export const initScript = `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root USER=root LC_ALL=C
# every program started costs an emulated guest 20 to 50 ms, so what the shell can do itself, it does
fail() {
  echo "${failedMarker}: $*"
  sleep 0.2
  busybox poweroff -f
}
busybox mount -t proc proc /proc
read -r arguments </proc/cmdline
case " $arguments " in
  *" ${canaryArgument} "*) echo ${readyMarker}; exec sleep 3600 ;;
esac
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev || fail "no /dev"
busybox mkdir -p -m 0700 /dev/pts /dev/shm /root/.ssh
busybox mount -t devpts devpts /dev/pts
busybox mount -t tmpfs -o mode=1777 tmpfs /dev/shm
busybox mount -t tmpfs -o mode=0755 tmpfs /run
busybox ln -s /proc/self/fd /dev/fd
ulimit -l unlimited
ulimit -n 65536
card_driver=
case $arguments in *${cardArgument}*) card_driver=\${arguments##*${cardArgument}} card_driver=\${card_driver%% *};; esac
busybox modprobe -a virtio_pci virtio_net $card_driver || fail "a module for network cards does not load"
busybox stty -echo

# nothing of who this guest is has been read yet: every guest that goes on from here is one of its own
echo ${waitingMarker}
words=
while IFS= read -r line && [ "$line" != "${endOfWords}" ]; do
  [ "$line" != "${clockQuestion}" ] || { ${tellUptime}; continue; }
  words="$words$line
"
done
eval "$words"
date -s "@$now" >/dev/null || fail "the clock cannot be set"
read -r release </proc/sys/kernel/osrelease
echo "${kernelMarker} $release"
echo ${toldMarker}
if [ "$resumed" = yes ]; then
  # two guests that go on from one state would draw the same random numbers, also for their keys
  tries=0
  until busybox dmesg | busybox grep -q "${reseededWords}"; do
    [ $tries -lt 100 ] || fail "the kernel has not made its random numbers its own"
    tries=$((tries + 1))
    sleep 0.05
  done
fi
echo "$guest_name" >/proc/sys/kernel/hostname
printf '%s\\n' "$guest_hosts" >/etc/hosts
umask 077
printf '%s\\n' "$authorized_key" >/root/.ssh/authorized_keys
printf "$host_key" >/run/host_key
umask 022

# the last two bytes are the guest's own; a snapshot has those of the guest it was taken of
card_of() {
  for card in /sys/class/net/*; do
    read -r mac <"$card/address"
    [ "\${mac%:*:*}" = "\${1%:*:*}" ] && found=\${card##*/} && return
  done
  fail "no network card with an address like $1"
}
card_of "$management_mac"; management_card=$found
card_of "$data_mac"; data_card=$found
ip -batch - <<END || fail "the network cards cannot be set up"
link set dev lo up
link set dev $management_card name mgmt0
link set dev $data_card name $data_nic
link set dev mgmt0 address $management_mac
link set dev $data_nic address $data_mac
address add 10.0.2.15/24 dev mgmt0
link set dev mgmt0 up
link set dev $data_nic mtu $data_mtu
address add $data_address dev $data_nic
link set dev $data_nic up
END

cd /root
dropbear -F -E -s -r /run/host_key -P /run/dropbear.pid 2>/run/dropbear.log &
server=$!
until [ -s /run/dropbear.pid ]; do
  kill -0 $server || fail "the SSH server ended: $(cat /run/dropbear.log)"
  sleep 0.02
done
echo ${readyMarker}
while kill -0 $server; do wait $server; done
fail "the SSH server ended: $(cat /run/dropbear.log)"
`;
