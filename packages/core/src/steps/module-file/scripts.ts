import { moduleIdentityText } from "../../facts/module-identity.js";
import { moduleParametersText } from "../module-parameters.js";
import { kernelLogText } from "./kernel-log.js";

/**
 * Prints how the module $1 stands: `absent`, `builtin`, `loaded` when it is the build with the source hash
 * $2 and build id $3, `other SOURCE BUILD` when it is not, `stuck STATE` when it is neither loaded nor gone;
 * then the parameters that differ from the wanted ones.
 */
export const stateScript = `${moduleIdentityText}
module=/sys/module/$1
if [ ! -d "$module" ]; then echo absent; exit; fi
if [ ! -e "$module/initstate" ]; then echo builtin; exit; fi
read -r live <"$module/initstate"
if [ "$live" != live ]; then echo "stuck $live"; exit; fi
module_identity "$1"
state=loaded
[ "$2" = - ] || [ "$source" = - ] || [ "$2" = "$source" ] || state="other $source $build"
[ "$3" = - ] || [ "$build" = - ] || [ "$3" = "$build" ] || state="other $source $build"
shift 3
${moduleParametersText}`;

/** Prints user id, running kernel, whether it takes no more modules, and the digest of the file $1. */
export const factsScript = `
id -u
uname -r
cat /proc/sys/kernel/modules_disabled 2>/dev/null || echo -
if [ -f "$1" ]; then sha256sum <"$1"; else echo -; fi
`;

/** Tells what holds the module $1; $2 is the file with the devices that came with it, if there is one. */
const usersText = `
module_users() {
  for holder in "/sys/module/$1/holders/"*; do
    [ ! -e "$holder" ] || echo "the module \${holder##*/}"
  done
  while read -r protocol _ sockets _ _ _ _ owner _; do
    [ "$owner" != "$1" ] || [ "$sockets" = 0 ] || echo "$sockets sockets of the protocol $protocol"
  done </proc/net/protocols
  [ -s "$2" ] || return 0
  devices=" $(tr '\\n' ' ' <"$2")"
  ls -l /proc/[0-9]*/fd 2>/dev/null | while read -r line; do
    case $line in
      /proc/*/fd:) pid=\${line#/proc/} pid=\${pid%/fd:};;
      *" -> /dev/"*)
        device=\${line##* -> }
        case $devices in *" $device "*)
          name=; { read -r name <"/proc/$pid/comm"; } 2>/dev/null
          echo "the process $pid ($name) by $device";;
        esac;;
    esac
  done
}
`;

const devicesText = `
device_numbers() { ls /sys/dev/char /sys/dev/block 2>/dev/null | tr '\\n' ' '; }
`;

/**
 * Loads the file $2 as the module $1 with the further arguments. What matches $3 in the kernel's log since
 * then is a failure whatever insmod says, and told. The devices that appear are noted in $4, so that those
 * who have them open can be named later.
 */
export const loadScript = `${kernelLogText}${devicesText}
name=$1 path=$2 faults=$3 notes=$4
shift 4
position=$(log_position)
before=$(device_numbers)
words=$(insmod "$path" "$@" 2>&1)
status=$?
found=$(log_since "$position" | grep -E "$faults" | head -n 3)
if [ "$status" != 0 ] || [ -n "$found" ]; then
  printf '%s\\n' "\${found:+the kernel says: $found}" "$words" | grep . >&2
  exit 1
fi
devices=
for number in $(device_numbers); do
  case " $before " in *" $number "*) continue;; esac
  for event in /sys/dev/*/"$number"/uevent; do
    device=$(sed -n 's/^DEVNAME=//p' "$event" 2>/dev/null)
    [ -z "$device" ] || devices="$devices/dev/\${device#/dev/} "
  done
done
[ -z "$devices" ] || ( umask 077; mkdir -p -- "\${notes%/*}" && printf '%s\\n' $devices >"$notes" )
`;

/**
 * Unloads the module $1 once nothing holds it, waiting $2 seconds at most; $3 are the notes on its devices.
 * Ends with 3 when it is still held.
 */
export const unloadScript = `${usersText}
module=/sys/module/$1
gone() { rm -f -- "$3"; exit 0; }
now() { read -r time rest </proc/uptime; time=\${time%%.*}; }
now
until=$((time + $2))
while :; do
  { read -r state <"$module/initstate"; } 2>/dev/null || gone "$@"
  [ "$state" = live ] || break
  words=$(rmmod "$1" 2>&1) && gone "$@"
  now
  [ "$time" -lt "$until" ] || break
  sleep 0.1 2>/dev/null || sleep 1
done
{ read -r state <"$module/initstate"; } 2>/dev/null || gone "$@"
if [ "$state" != live ]; then
  echo "$1 is neither loaded nor gone ($state): only a reboot removes it" >&2
  exit 1
fi
users=$(module_users "$1" "$3" | tr '\\n' ';')
{ read -r count <"$module/refcnt"; } 2>/dev/null
echo "$1 cannot be unloaded: $words; used \${count:-?} times\${users:+, by \${users%;}}" >&2
exit 3
`;
