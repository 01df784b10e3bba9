import type { ResolvedHost } from "../config/resolve-target.js";

/** How a host is called in messages. */
export function nameOf({ user, hostname, port, name }: ResolvedHost): string {
  const address = `${user}@${hostname}:${port}`;
  return name.toLowerCase() === hostname.toLowerCase() ? address : `${address} ("${name}")`;
}
