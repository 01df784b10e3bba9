import { netlinkProbe } from "./netlink-probe.js";

/**
 * Tells all that decides on device memory, in one round trip: wiring of NICs and GPUs, settings of every NIC, limits, and
 * what the kernel answers. $1 is the source of the probe, compiled into a directory of its own that is gone at the end;
 * hosts without a compiler say so. Nothing is changed.
 */
const script = `
export LC_ALL=C
tell() { [ -z "\${4-$2}" ] || printf '%s\\n' "$*"; }
echo "kernel $(uname -r)"
[ ! -c /dev/udmabuf ] || echo "udmabuf device"
limit=$(cat /sys/module/udmabuf/parameters/size_limit_mb 2>/dev/null) && echo "udmabuf limit-mib $limit"
sed -n 's/^Max stack size *\\([a-z0-9]*\\).*/limit stack \\1/p; s/^Max locked memory *\\([a-z0-9]*\\).*/limit locked \\1/p' \\
  /proc/self/limits
{ zcat /proc/config.gz 2>/dev/null || cat "/boot/config-$(uname -r)" 2>/dev/null; } |
  sed -n 's/^CONFIG_\\(NET_DEVMEM\\|UDMABUF\\)=\\(.\\)$/config \\1 \\2/p; s/^# CONFIG_\\(NET_DEVMEM\\|UDMABUF\\) is not set$/config \\1 n/p'
version=$(ethtool --version 2>/dev/null) && echo "ethtool \${version##* }"
for node in /sys/devices/system/node/node[0-9]*; do
  [ ! -r "$node/cpulist" ] || echo "node \${node##*/node} $(cat "$node/cpulist")"
done
for device in /sys/bus/pci/devices/*; do
  [ -r "$device/class" ] || continue
  case $(cat "$device/class") in 0x0300*|0x0302*) ;; *) continue;; esac
  echo "gpu \${device##*/} $(cat "$device/vendor") $(readlink -f "$device")"
done
nvidia-smi --query-gpu=index,pci.bus_id --format=csv,noheader 2>/dev/null | sed 's/^/smi /'
set -- "$1"
for nic in $(sed -n 's/^ *\\([^: ]*\\):.*/\\1/p' /proc/net/dev); do
  path=/sys/class/net/$nic
  [ "$nic" != lo ] || continue
  set -- "$@" "$nic"
  driver=$(readlink "$path/device/driver")
  tell nic "$nic" driver "\${driver##*/}"
  [ ! -e "$path/device" ] || tell nic "$nic" path "$(readlink -f "$path/device")"
  tell nic "$nic" node "$(cat "$path/device/numa_node" 2>/dev/null || cat "$path/device/../numa_node" 2>/dev/null)"
  tell nic "$nic" mtu "$(cat "$path/mtu" 2>/dev/null)"
  queues=0
  for queue in "$path"/queues/rx-*; do [ ! -d "$queue" ] || queues=$((queues + 1)); done
  tell nic "$nic" rx-queues "$queues"
  command -v ethtool >/dev/null || continue
  tell nic "$nic" data-split "$(ethtool -g "$nic" 2>/dev/null | sed -n '/^Current/,$s/^TCP data split:[[:space:]]*//p')"
  tell nic "$nic" ring "$(ethtool -g "$nic" 2>/dev/null | sed -n '/^Current/,$s/^RX:[[:space:]]*//p')"
  tell nic "$nic" ntuple "$(ethtool -k "$nic" 2>/dev/null | sed -n 's/^ntuple-filters: //p')"
  ethtool --show-priv-flags "$nic" 2>/dev/null |
    sed -n 's/^\\([^ :][^ :]*\\) *: \\(o[nf]*\\)$/\\1 \\2/p' |
    while read -r flag value; do echo "flag $nic $flag $value"; done
done
if ! command -v cc >/dev/null; then echo "probe no C compiler"; exit 0; fi
directory=$(mktemp -d) || { echo "probe no directory for it"; exit 0; }
trap 'rm -rf "$directory"' EXIT
printf '%s' "$1" >"$directory/probe.c"
shift
said=$(cc -o "$directory/probe" "$directory/probe.c" 2>&1) || {
  echo "probe not compiled: $(printf '%s' "$said" | head -n 1)"; exit 0
}
"$directory/probe" "$@" || echo "probe ended with $?"
`;

/** The question as one command. */
export const devmemQuestion = ["sh", "-c", script, "sh", netlinkProbe] as const;
