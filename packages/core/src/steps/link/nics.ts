import type { Answer } from "../../plan/step.js";
import { type Impossible, impossible } from "../decisions.js";

/**
 * Prints in one line each how this host is reached: its default routes, the route to the SSH client and
 * the NIC with the address it talks to. sudo drops SSH_CONNECTION, so it is looked for in what the
 * processes above were given; then all NICs with what they are on top of.
 */
export const reachedScript = `
command -v ip >/dev/null || { echo "there is no ip (iproute2)" >&2; exit 127; }
connection=$SSH_CONNECTION process=$$
while [ -z "$connection" ] && [ "\${process:-0}" -gt 1 ]; do
  connection=$({ tr '\\0' '\\n' <"/proc/$process/environ" | sed -n 's/^SSH_CONNECTION=//p'; } 2>/dev/null)
  process=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$process/status" 2>/dev/null)
done
{
  ip -4 route show table all | grep '^default'
  ip -6 route show table all | grep '^default'
  if [ -n "$connection" ]; then
    set -- $connection
    case $1 in *%*) echo "dev \${1#*%}";; *) ip -o route get "$1";; esac
    ip -o addr show | grep -F " \${3%%%*}/" | while read -r index nic rest; do echo "dev $nic"; done
  fi
} 2>/dev/null
echo nics
ip -o link show
`;

/** What stands against touching a NIC: it carries this host's own connections. */
export function protectedNic(nic: string, reached: Answer | undefined): Impossible | undefined {
  if (reached?.exitCode !== 0) {
    const words = reached?.stderr.trim() || "the question was not answered";
    return impossible(
      `how this host is reached could not be told: ${words}`,
      "install iproute2 on the host",
    );
  }
  const [routes = "", links = ""] = reached.stdout.split(/^nics$/m);
  const carrying = [...routes.matchAll(/\bdev (\S+)/g)].map(([, name = ""]) => name);
  const carried = nicsOnTop(nic, links);
  const found = carrying.find((name) => carried.has(name));
  if (found === undefined) return undefined;
  const through = found === nic ? "" : `, through ${found} on top of it`;
  return impossible(
    `${nic} carries the default route or this SSH session${through}`,
    "choose the data NIC; to change this one, do it by hand at the console",
  );
}

/** The NIC and all that is built on it: VLANs and macvlans, its bridge or bond, and so on. */
function nicsOnTop(nic: string, links: string): Set<string> {
  const below = links.split("\n").flatMap((line): [string, string][] => {
    const [, name, lower] = /^\d+: ([^:@\s]+)(?:@([^:\s]+))?:/.exec(line) ?? [];
    const master = / master (\S+)/.exec(line)?.[1];
    if (name === undefined) return [];
    return [
      ...(lower === undefined ? [] : [[lower, name] as [string, string]]),
      ...(master === undefined ? [] : [[name, master] as [string, string]]),
    ];
  });
  const found = new Set([nic]);
  // A set hands out what is added to it while it is walked.
  for (const one of found) {
    for (const [lower, upper] of below) if (lower === one) found.add(upper);
  }
  return found;
}
