import type { Command } from "../command/command.js";
import { hoststackError } from "../errors/error.js";
import type { Host } from "../host/host.js";

/** Where a host keeps journals, and what tells its machine, boot and network namespace from others. */
export interface Place {
  readonly userId: number;
  /** The machine's own id where it has one; made of the boot otherwise. */
  readonly machineId: string;
  readonly bootId: string;
  /** Inode of the network namespace and start of the first process that the host sees. */
  readonly netnsId: string;
  /** Private directory of hoststack on the host. */
  readonly stateDirectory: string;
  /** Who holds the machine now. */
  readonly lease?: LeaseHolder;
  /** Journalled changes not undone yet, as `scope/entry`. */
  readonly openEntries: readonly string[];
  /** Those of them that end with a run, known by the token of its lease. */
  readonly scopedEntries: readonly { readonly path: string; readonly token: string }[];
}

/** A host with its place. */
export interface PlacedHost {
  readonly host: Host;
  readonly place: Place;
}

/** Who holds a machine, in words of the one that took it. */
export interface LeaseHolder {
  readonly token: string;
  /** User and computer. */
  readonly who: string;
  readonly purpose: string;
  /** By the controller's clock, ISO 8601. */
  readonly since: string;
  /** Until it may be taken; 0 when it has expired. */
  readonly remainingMs: number;
  /** Its changes are being undone because its heart-beat stopped. */
  readonly undoing: boolean;
}

/**
 * The inode of a namespace is given again to a later one; the start of its first process is not. On a
 * host without namespaces of its own that is the start of init, one and the same during a boot.
 */
export const netnsIdText = `
netns=$(readlink /proc/self/ns/net) || netns=net:0
netns=\${netns#*[}
{ read -r first </proc/1/stat; } 2>/dev/null || first=
set -- \${first##*) }
netns=net-\${netns%]}-\${20:-0}
`;

/**
 * Prints a lease as it is in its file: token, boot, expiry in centiseconds of uptime, held or undoing,
 * since when, who, for what.
 */
const placeScript = `
first_line() { line=; [ -r "$1" ] && read -r line <"$1"; [ -n "$line" ] && [ "$line" != uninitialized ]; }
uid=$(id -u)
first_line /proc/sys/kernel/random/boot_id || { echo "no /proc/sys/kernel/random/boot_id" >&2; exit 1; }
boot=$line
first_line /etc/machine-id || first_line /var/lib/dbus/machine-id ||
  first_line /sys/class/dmi/id/product_uuid || line=boot-$boot
machine=$line
${netnsIdText}
state=$HOSTSTACK_STATE_DIRECTORY
if [ -n "$state" ]; then :
elif [ "$uid" = 0 ]; then state=/var/lib/hoststack
else state=\${XDG_STATE_HOME:-$HOME/.local/state}/hoststack/machine-$machine
fi
read -r uptime _ </proc/uptime
printf '%s\\n' "user $uid" "boot $boot" "machine $machine" "netns $netns" "state $state" "uptime $uptime"
if [ -e "$state/lease" ]; then
  while read -r line; do printf 'lease %s\\n' "$line"; done <"$state/lease"
fi
for entry in "$state"/journal/*/[0-9]*; do
  [ -d "$entry" ] || continue
  path=\${entry#"$state/journal/"}
  printf 'entry %s\\n' "$path"
  { read -r token <"$entry/lease"; } 2>/dev/null && printf 'scoped %s %s\\n' "$token" "$path"
done
exit 0
`;

/** Asks a host for its place; changes nothing. */
export const placeCommand: Command = { argv: ["sh", "-c", placeScript, "hoststack-place"] };

/** Asks a host for its place. Throws COMMAND_FAILED where it has none, and what `Host.batch` throws. */
export async function placeOfHost(host: Host, signal: AbortSignal): Promise<PlacedHost> {
  const [told] = await host.batch([placeCommand], { signal });
  if (told?.exitCode === 0) return { host, place: parsePlace(host.name, told.stdout) };
  throw hoststackError("COMMAND_FAILED", `${host.name} did not tell its place`, {
    remedy: "journals need a Linux host with /proc, id and readlink",
    details: { host: host.name, stderr: told?.stderr },
  });
}

/** Reads what {@link placeCommand} printed. Throws COMMAND_FAILED when it could not tell. */
export function parsePlace(host: string, output: string): Place {
  const values = new Map<string, string[]>();
  for (const line of output.split("\n")) {
    const [key = ""] = line.split(" ", 1);
    values.set(key, [...(values.get(key) ?? []), line.slice(key.length + 1)]);
  }
  const one = (key: string): string => {
    const [value] = values.get(key) ?? [];
    if (value !== undefined && value !== "") return value;
    throw hoststackError("COMMAND_FAILED", `${host} did not tell its ${key}`, {
      remedy: "plans need a Linux host with /proc, id and readlink",
      details: { host, output },
    });
  };
  const stateDirectory = one("state");
  if (!stateDirectory.startsWith("/")) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `the state directory of ${host}, "${stateDirectory}", is not an absolute path`,
      { remedy: "set HOME, XDG_STATE_HOME or HOSTSTACK_STATE_DIRECTORY on the host to one" },
    );
  }
  const bootId = one("boot");
  const uptimeMs = Number(one("uptime")) * 1000;
  const lease = parseLease(values.get("lease") ?? [], { bootId, uptimeMs });
  return {
    userId: Number(one("user")),
    machineId: one("machine"),
    bootId,
    netnsId: one("netns"),
    stateDirectory,
    ...(lease === undefined ? {} : { lease }),
    openEntries: values.get("entry") ?? [],
    scopedEntries: (values.get("scoped") ?? []).map((line) => {
      const [token = "", path = ""] = line.split(" ");
      return { path, token };
    }),
  };
}

/**
 * Entries of changes in force on the host that end with another run than the one whose lease has the
 * token: what is satisfied by them does not stay so.
 */
export function passingEntries(place: Place, token?: string): readonly string[] {
  return place.scopedEntries
    .filter((entry) => entry.token !== token)
    .map(({ path }) => path)
    .filter((path) => path.startsWith("machine/") || path.startsWith(`${place.netnsId}/`));
}

/** Reads the lines of a lease file; undefined when there is none or it is of another boot. */
export function parseLease(
  lines: readonly string[],
  now: { bootId: string; uptimeMs: number },
): LeaseHolder | undefined {
  const [token, bootId, expires, state, since, who, purpose] = lines;
  if (token === undefined || bootId !== now.bootId) return undefined;
  return {
    token,
    who: who ?? "",
    purpose: purpose ?? "",
    since: since ?? "",
    remainingMs: Math.max(0, Math.round(Number(expires) * 10 - now.uptimeMs)),
    undoing: state === "undoing",
  };
}
