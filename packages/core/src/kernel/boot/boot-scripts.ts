import { bootReportFile, bootRunDirectory, bootWords } from "./dead-man.js";
import { onceFile } from "./grub-menu.js";
import { grubText } from "./grub-text.js";
import { onceId } from "./once-entry.js";
import { crashDirectories } from "./plan-boot.js";

/** Writes the one-shot entry that comes in, has GRUB check it, and asks for it once. */
export const armScript = `${grubText}
file=$grub_directory/${onceFile}
cat >"$file.new" && "$grub-script-check" "$file.new" && mv "$file.new" "$file" && sync || exit 1
rm -f ${bootReportFile}
"$grub-reboot" ${onceId} && [ "$(grub_variable next_entry)" = ${onceId} ] && sync
`;

/** Takes that back. */
export const disarmScript = `${grubText}
[ "$(grub_variable next_entry)" != ${onceId} ] || "$grub-editenv" "$grub_directory/grubenv" unset next_entry
rm -f "$grub_directory/${onceFile}"
`;

/** Loads the kernel $1 with the command line $2. */
export const kexecScript = `
PATH=$PATH:/usr/sbin:/sbin
rm -f ${bootReportFile}
initrd=/boot/initrd.img-$1
[ -s "$initrd" ] || initrd=/boot/initramfs-$1.img
kexec -l "/boot/vmlinuz-$1" --initrd="$initrd" --command-line="$2"
`;

/**
 * Reboots a moment later, so that the session ends in good order; what is left in its process group would end with it, so
 * it waits until the rebooting process has a session of its own. $1: \`firmware\` or \`kexec\`.
 */
export const rebootScript = `
PATH=$PATH:/usr/sbin:/sbin
command -v setsid >/dev/null && command -v reboot >/dev/null || { echo "no setsid or reboot" >&2; exit 1; }
begun=$(setsid sh -c '
  echo begun; exec >/dev/null 2>&1
  sleep 1; sync
  [ "$1" != kexec ] || systemctl kexec || kexec -e
  exec reboot
' sh "$1" </dev/null &)
[ "$begun" = begun ]
`;

/** Says what runs: the questions of the proof. $1: the token of the boot. */
export const proofScript = `
read -r boot </proc/sys/kernel/random/boot_id && echo "boot $boot"
echo "release $(uname -r)"
read -r words </proc/cmdline
case " $words " in *" ${bootWords.token}=$1 "*) echo "once yes" ;; *) echo "once no" ;; esac
if [ -r /proc/config.gz ]; then from=/proc/config.gz sum=$(zcat /proc/config.gz | sha256sum)
elif [ -r "/boot/config-$(uname -r)" ]; then from=/boot sum=$(sha256sum <"/boot/config-$(uname -r)")
else from=none sum=none
fi
echo "config $from \${sum%% *}"
read -r up _ </proc/uptime && echo "uptime $up"
`;

/** Tells the dead man of the boot $1 that it is confirmed; prints \`disarmed\`, or \`none\` where there is no such man. */
export const confirmScript = `
read -r words </proc/cmdline
case " $words " in *" ${bootWords.token}=$1 "*) ;; *) echo "this is another boot" >&2; exit 1 ;; esac
run=${bootRunDirectory}
[ -e "$run/early" ] || { echo none; exit 0; }
: >"$run/confirmed" || exit 1
read -r early <"$run/early"; read -r waits <"$run/waits"
kill "$early" $waits 2>/dev/null
lives() { grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$early/status" 2>/dev/null; }
tries=0
while lives; do
  tries=$((tries + 1)); [ "$tries" -lt 50 ] || { echo "process $early does not end" >&2; exit 1; }
  kill -KILL "$early"; sleep 0.1 2>/dev/null || sleep 1
done
echo disarmed
`;

/** WDIOF_CARDRESET of linux/watchdog.h: the last reset was the watchdog's. */
const cardReset = 0x20;

/**
 * What a boot that failed has left: whether the one-shot entry is still asked for, the report of the dead man of the
 * boot $1, whether the watchdog says that it reset the machine, and the last lines of crash records that are new (the
 * old ones come in, one a line).
 */
export const evidenceScript = `${grubText}
echo "next $(grub_variable next_entry)"
if read -r first <${bootReportFile} && [ "$first" = "token $1" ]; then sed 's/^/report /' ${bootReportFile}; fi 2>/dev/null
bootstatus=$(cat /sys/class/watchdog/watchdog0/bootstatus 2>/dev/null)
[ "$((\${bootstatus:-0} & ${cardReset}))" -eq 0 ] || echo "watchdog reset"
old=$(cat)
for directory in ${crashDirectories.join(" ")}; do
  [ -d "$directory" ] || continue
  find "$directory" -type f | sort | while read -r file; do
    case "
$old
" in *"
$file
"*) continue ;; esac
    tail -n 60 "$file" | sed 's/^/crash /'
  done
done
if command -v journalctl >/dev/null && journalctl -k -b -1 -o cat 2>/dev/null | grep -q "${bootWords.token}=$1"
then journalctl -k -b -1 -o cat | tail -n 60 | sed 's/^/crash /'; fi
exit 0
`;
