import type { Host } from "../host.js";
import type { Detached } from "./detached.js";
import { stateText } from "./host-text.js";

const renewScript = `
${stateText}
d=$1
load "$d"
[ "$word" = running ] && [ ! -e "$d/expired" ] || exit 3
tell_time
echo "$((now + length)) $length" >"$d/lease.$$" && mv -f -- "$d/lease.$$" "$d/lease"
`;

/** A timer with a longer delay fires at once. */
const longestDelayMs = 2 ** 31 - 1;

/** Extends the lease by its length from now; false when the command runs no more. */
export async function renewDetached(host: Host, { path }: Detached): Promise<boolean> {
  const argv = ["sh", "-c", renewScript, "sh", path] as const;
  const [result] = await host.batch([{ argv }]);
  return result?.exitCode === 0;
}

/**
 * Renews the lease three times per length until disposed or the command runs no more. A renewal that
 * fails is tried again with the next one: whether the controller is there is for the host to judge.
 */
export function beatDetached(host: Host, detached: Detached): Disposable {
  let beating = false;
  const timer = setInterval(
    () => {
      if (beating) return;
      beating = true;
      renewDetached(host, detached)
        .then((runs) => {
          if (!runs) clearInterval(timer);
        })
        .catch(() => {})
        .finally(() => {
          beating = false;
        });
    },
    Math.min(detached.leaseMs / 3, longestDelayMs),
  );
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
