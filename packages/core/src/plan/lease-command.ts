import type { Command } from "../command/command.js";
import { quoteWord } from "../command/quote.js";
import { leaseText } from "./lease-text.js";
import type { Place } from "./place.js";
import { restoreScript } from "./restore-script.js";

/** Exit status of a command that found the machine held by another one. */
export const heldStatus = 75;

/**
 * Takes the machine, or says who holds it. An expired lease is taken over once nothing of its holder
 * lives: neither a guard, which is undoing, nor a step. What it left is undone here, and
 * files it had brought for its steps are removed.
 */
const takeScript = `
state=$1 token=$2
command -v flock >/dev/null || { echo "flock is not installed" >&2; exit 69; }
umask 077
mkdir -p -- "$state/journal/machine" "$state/saved" || exit 1
${leaseText}
held() {
  left=$((l_expires - time)); [ "$left" -gt 0 ] || left=0
  printf '%s\\n' held "$up" "$l_token" "$l_boot" "$l_expires" "$l_state" "$l_since" "$l_who" "$l_purpose"
  exit ${heldStatus}
}
lock || exit 1
tell_time
if read_lease && [ "$l_token" = "$token" ]; then
  [ "$l_state" = held ] || held
  l_expires=$((time + $3)); write_lease; echo shared; exit
fi
if [ -n "$l_token" ] && [ "$l_boot" = "$boot" ]; then
  [ "$time" -ge "$l_expires" ] || held
  if guarded "$l_token" || holds_lock "$state/busy"; then held; fi
fi
rm -f -- "$state"/guard-*
l_token=$token l_boot=$boot l_expires=$((time + $3)) l_state=held l_since=$4 l_who=$5 l_purpose=$6
write_lease || exit 1
printf %s ${quoteWord(restoreScript)} >"$state/restore.new" && mv -f -- "$state/restore.new" "$state/restore.sh" || exit 1
unlock
echo taken
sh "$state/restore.sh" orphans "$token" </dev/null || :
rm -f -- "$state"/saved/supplied-*
`;

const beatScript = `
state=$1 token=$2
${leaseText}
lock || exit 1
tell_time
if read_lease && [ "$l_token" = "$token" ] && [ "$l_boot" = "$boot" ] && [ "$l_state" = held ]; then
  l_expires=$((time + $3)); write_lease && echo beat
else
  echo lost
fi
`;

/** The host's own guard is ended with all it runs; those of other hosts of the machine see by themselves. */
const releaseScript = `
state=$1 token=$2 own=$1/guard-$2-$3
${leaseText}
lock || exit 1
if read_lease && [ "$l_token" = "$token" ]; then
  [ "$l_state" = held ] || exit 0
  rm -f -- "$state/lease"
fi
[ -e "$own" ] || exit 0
if holds_lock "$own" && read -r pid <"$own"; then kill -TERM "-$pid"; fi
rm -f -- "$own"
`;

/** What every command about a lease is about. */
export interface LeaseIdentity {
  readonly token: string;
  readonly who: string;
  readonly purpose: string;
  readonly since: string;
  readonly leaseMs: number;
}

const centiseconds = (ms: number) => String(Math.ceil(ms / 10));
const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");

/** Takes the machine; ends with {@link heldStatus} when another one holds it. */
export function takeCommand({ stateDirectory }: Place, lease: LeaseIdentity): Command {
  const words = [lease.since, lease.who, lease.purpose].map(oneLine);
  const time = centiseconds(lease.leaseMs);
  return {
    argv: ["sh", "-c", takeScript, "hoststack-take", stateDirectory, lease.token, time, ...words],
  };
}

/** Keeps the machine for another `leaseMs`; prints `beat` or `lost`. */
export function beatCommand({ stateDirectory }: Place, lease: LeaseIdentity): Command {
  const time = centiseconds(lease.leaseMs);
  return { argv: ["sh", "-c", beatScript, "hoststack-beat", stateDirectory, lease.token, time] };
}

/** Releases the machine and ends the host's guard. */
export function releaseCommand({ stateDirectory, netnsId }: Place, token: string): Command {
  return {
    argv: ["sh", "-c", releaseScript, "hoststack-release", stateDirectory, token, netnsId],
  };
}
