import type { Command } from "../command/command.js";
import { quoteWord } from "../command/quote.js";
import { ownerVariable } from "../host/owned.js";
import { leaseText } from "./lease-text.js";

/**
 * Outlives the connection: once the lease has expired it takes the right to apply from its holder,
 * waits until no step is being applied, undoes the lease's scoped changes and releases the machine.
 * It lives as long as it holds the lock on its file (descriptor 8), which nothing it starts inherits.
 */
const guardScript = `
state=$1 token=$2 own=$3
trap "" HUP
cd /
${leaseText}
rest() {
  part=$(($1 % 100)); [ "$part" -gt 9 ] || part=0$part
  sleep "$(($1 / 100)).$part" 8>&- 2>/dev/null || sleep "$(($1 / 100 + 1))" 8>&-
}
while :; do
  lock
  tell_time
  if ! read_lease || [ "$l_token" != "$token" ]; then rm -f -- "$own"; exit; fi
  [ "$time" -lt "$l_expires" ] || break
  unlock
  rest "$((l_expires - time))"
done
l_state=undoing
write_lease
unlock
( flock 7 ) 7>>"$state/busy" 8>&-
sh "$state/restore.sh" lease "$token" 8>&-
lock
rm -f -- "$own"
if read_lease && [ "$l_token" = "$token" ] && ! guarded "$token"; then rm -f -- "$state/lease"; fi
`;

/** The guard inherits a lock that is held already: there is no moment without one. */
const startScript = `
command -v setsid >/dev/null || { echo "setsid is not installed" >&2; exit 69; }
own=$1/guard-$2-$3
exec 8>>"$own" || exit 1
flock -n 8 || exit 0
unset ${ownerVariable}
setsid sh -c ${quoteWord(guardScript)} hoststack-guard "$1" "$2" "$own" \\
  </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 9>&- &
echo "$!" >"$own"
`;

/** Starts the guard of a lease for one host, unless it lives. */
export function guardCommand(at: {
  stateDirectory: string;
  token: string;
  netnsId: string;
}): Command {
  const { stateDirectory, token, netnsId } = at;
  return { argv: ["sh", "-c", startScript, "hoststack-guard", stateDirectory, token, netnsId] };
}
