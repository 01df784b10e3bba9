import type { Command } from "../../command/command.js";
import { launchText } from "../../command/launch.js";
import { quoteArgv, quoteWord } from "../../command/quote.js";
import { ownerVariable } from "../owned.js";
import { aliveText, nowText } from "./host-text.js";

/**
 * Leads a session of its own, outside everything that ends with a connection. The command runs in yet
 * another session, so that it can be killed as a group while this shell notes how it ended. Beside it
 * a watcher sleeps until the lease has expired; nothing else wakes up while the command runs. The file
 * `running` is locked as long as this shell lives, so that others can wait for its end; it alone has that
 * descriptor.
 */
const runnerText = `
d=$1
${nowText}
${aliveText}
watch() {
  until read -r boot pid ticks <"$d/process" && [ "$pid" != 0 ]; do
    [ -d "$d" ] || exit
    sleep 1
  done
  while read -r expires length <"$d/lease"; do
    tell_time
    [ "$now" -lt "$expires" ] || break
    sleep "$(((expires - now) / 100 + 1))"
  done
  alive || exit
  : >"$d/expired"
  kill -TERM "-$pid"
  sleep 2
  alive && kill -KILL "-$pid"
}
exec 9>"$d/running"
flock 9 2>/dev/null
{ exec 9>&-; watch; } &
setsid sh "$d/command" >>"$d/stdout" 2>>"$d/stderr" 9>&-
status=$?
# What the command leaves behind in its group has nobody left to watch it.
read -r boot pid ticks <"$d/process" && [ "$pid" != 0 ] && kill -KILL "-$pid"
echo "$status" >"$d/ending"
trap "" TERM
kill -TERM 0
`;

/**
 * Makes the directory, takes the command's text from standard input, and starts the runner. After the
 * first `setsid` the shell leads its group for certain, so that the second one forks and leaves the
 * runner alone; started with `&` it would have the command ignore SIGINT.
 */
const startText = `
command -v setsid >/dev/null || { echo "setsid is not installed" >&2; exit 69; }
${nowText}
mask=$(umask)
umask 077
mkdir -p -- "$1" && d=$1/$2 || exit 1
mkdir -- "$d" || exit 1
tell_time
echo "$((now + $4)) $4" >"$d/lease"
read -r boot </proc/sys/kernel/random/boot_id
echo "$boot 0 0" >"$d/process"
# Last: who finds this has to find the rest.
cat >"$d/command"
if [ "$(wc -c <"$d/command")" -ne "$3" ]; then rm -rf -- "$d"; exit 1; fi
umask "$mask"
unset ${ownerVariable}
exec setsid sh -c 'exec setsid sh -c "$@"' sh ${quoteWord(runnerText)} hoststack-detached "$d" \\
  </dev/null >/dev/null 2>&1
`;

/** Starts the runner; `text` goes to its standard input. */
export function startCommand(at: {
  directory: string;
  id: string;
  leaseMs: number;
  text: string;
}): Command {
  const bytes = String(Buffer.byteLength(at.text));
  const lease = String(Math.ceil(at.leaseMs / 10));
  return { argv: ["sh", "-c", startText, "sh", at.directory, at.id, bytes, lease] };
}

/** Waits until the command has become its program, or could not; prints the launch report. */
const reportText = `
i=0
while [ ! -s "$1/report" ] && [ ! -s "$1/ending" ] && [ "$i" -lt 500 ]; do
  i=$((i + 1))
  sleep 0.02 2>/dev/null || { sleep 1; i=$((i + 49)); }
done
cat "$1/report"
`;

/** Removes what never ran, once its shell has noted that. */
const forgetText = `
i=0
while [ ! -s "$1/ending" ] && [ "$i" -lt 50 ]; do
  i=$((i + 1))
  sleep 0.02 2>/dev/null || { sleep 1; i=$((i + 49)); }
done
rm -rf -- "$1"
`;

/** Removes the directory of a command whose program was missing. */
export function forgetCommand(path: string): Command {
  return { argv: ["sh", "-c", forgetText, "sh", path] };
}

/** Prints the launch report of the command in a directory. */
export function reportCommand(path: string): Command {
  return { argv: ["sh", "-c", reportText, "sh", path] };
}

/** What the command's own shell runs: it notes which process it is, then becomes the program. */
export function commandText(command: Command, at: { path: string; lineBuffered: boolean }): string {
  const path = quoteWord(at.path);
  return [
    "read -r boot </proc/sys/kernel/random/boot_id",
    "read -r stat </proc/$$/stat",
    `set -- \${stat##*) }`,
    `printf "%s %s %s\\n" "$boot" "$$" "\${20}" >${path}/process || exit 125`,
    `exec 3>${path}/report`,
    ...Object.entries(command.env ?? {}).map(
      ([name, value]) => `export ${name}=${quoteWord(value)}`,
    ),
    "hoststack_lines=",
    at.lineBuffered ? "command -v stdbuf >/dev/null && hoststack_lines=1" : ":",
    `set -- ${quoteArgv(command.argv)}`,
    launchText(command, 3, `\${hoststack_lines:+stdbuf} \${hoststack_lines:+-oL} `),
    "",
  ].join("\n");
}
