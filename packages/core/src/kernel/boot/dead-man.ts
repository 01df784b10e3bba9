import type { Step } from "../../plan/step.js";
import { fileStep } from "../../steps/file.js";

/** Words on the kernel's command line that make it a boot that has to be confirmed. */
export const bootWords = {
  /** Tells this boot from others. */
  token: "hoststack.boot",
  /** Seconds from the start of the first user program until the machine is reset unless the boot is confirmed. */
  deadline: "hoststack.deadline",
  /** Driver of a watchdog to feed. */
  watchdog: "hoststack.watchdog",
} as const;

/** Where the dead man's processes and the controller leave notes for each other; gone with the boot. */
export const bootRunDirectory = "/run/hoststack-boot";
/** What a boot that was not confirmed has left for the next one. */
export const bootReportFile = "/var/lib/hoststack-boot-report";

/** Reads what of the command line is ours into variables. */
const readWords = `
token= deadline= watchdog=
read -r words </proc/cmdline
for word in $words; do
  case $word in
    ${bootWords.token}=*) token=\${word#*=} ;;
    ${bootWords.deadline}=*) deadline=\${word#*=} ;;
    ${bootWords.watchdog}=*) watchdog=\${word#*=} ;;
  esac
done
case $deadline in '' | *[!0-9]*) exit 0 ;; esac
`;

const head = `#!/bin/sh
# From hoststack: a kernel that is booted once has to be confirmed in time, or the machine is reset.
# Does nothing unless the kernel's command line says ${bootWords.deadline}=SECONDS.
case $1 in prereqs) exit 0 ;; esac
${readWords}`;

/**
 * As soon as there is a user program: whatever becomes of the boot, this process resets the machine. It outlives the
 * first file system, from which nothing can be started later: so its waits are started ahead, its files open.
 */
const earlyScript = `${head}
mkdir -p ${bootRunDirectory}
(
  exec 3>/proc/sysrq-trigger 4>/dev/kmsg </dev/null >/dev/null 2>&1
  sleep "$deadline" & first=$!
  sleep "$((deadline + 5))" & second=$!
  echo "$first $second" >${bootRunDirectory}/waits
  wait "$first"
  echo "hoststack: this boot was not confirmed within $deadline s: the machine is reset" >&4
  echo s >&3
  echo u >&3
  wait "$second"
  echo b >&3
) &
echo $! >${bootRunDirectory}/early
`;

/**
 * Runs in the host's own file system, beside its init: feeds a watchdog, so that a kernel that stands still is reset
 * by it, and shortly before the deadline writes down how far the boot has come. It waits until the host's /proc is
 * there, which comes after /dev and /run.
 */
const lateText = `
deadline=$1 token=$2 watchdog=$3
PATH=/usr/sbin:/usr/bin:/sbin:/bin
confirmed() { [ -e ${bootRunDirectory}/confirmed ]; }
feed() {
  modprobe "$watchdog"
  exec 8>/dev/watchdog || exit
  echo fed >${bootRunDirectory}/watchdog
  until confirmed; do echo >&8; sleep 1; done
  printf V >&8
}
report() {
  echo "token $token"
  echo "release $(uname -r)"
  read -r init </proc/1/comm && echo "init $init"
  for nic in /sys/class/net/*; do
    { read -r state <"$nic/operstate"; } 2>/dev/null && echo "nic \${nic##*/} $state"
  done
  dmesg | tail -n 40 | sed 's/^/log /'
}
until read -r up _ </proc/uptime; do sleep 1; done
[ -z "$watchdog" ] || feed &
until confirmed; do
  sleep 1
  read -r up _ </proc/uptime || continue
  [ "\${up%.*}" -ge "$((deadline - 5))" ] || continue
  report >${bootReportFile}.new && mv ${bootReportFile}.new ${bootReportFile} && sync
  exit
done
`;

/** When the host's file system is there. Its text is in double quotes nowhere: it is given as an argument. */
const lateScript = `${head}
text='${lateText.replaceAll("'", "'\\''")}'
chroot "$rootmnt" /bin/sh -c "$text" sh "$deadline" "$token" "$watchdog" </dev/null >/dev/null 2>&1 &
`;

const directory = "/etc/initramfs-tools/scripts";

/** Has initramfs-tools put the dead man into what it makes; without the words on the command line he does nothing. */
export function deadManSteps(): readonly Step[] {
  const mode = 0o755;
  return [
    fileStep({ path: `${directory}/init-top/hoststack`, content: earlyScript, mode }),
    fileStep({ path: `${directory}/init-bottom/hoststack`, content: lateScript, mode }),
  ];
}
