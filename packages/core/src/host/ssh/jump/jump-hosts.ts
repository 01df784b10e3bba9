import { hoststackError } from "../../../errors/error.js";

/** One host of a ProxyJump list. */
export interface JumpHost {
  readonly destination: string;
  readonly user?: string;
  readonly port?: number;
}

/** The hosts of a ProxyJump list, nearest first. */
export function splitJumps(list: string): string[] {
  return list.split(",").map((jump) => jump.trim());
}

/** Reads `[user@]host[:port]` or `ssh://[user@]host[:port]`. Throws OPTIONS_INVALID. */
export function parseJumpHost(text: string): JumpHost {
  const bare = text.replace(/^ssh:\/\//, "").replace(/\/$/, "");
  const at = bare.lastIndexOf("@");
  const place = bare.slice(at + 1);
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]+)\]|([^:]+|[^:]*:[^:]*:.*?))(?::(\d+))?$/.exec(place) ?? [];
  const destination = bracketed ?? plain;
  const port = digits === undefined ? undefined : Number(digits);
  if (destination === undefined || at === 0 || port === 0 || (port ?? 1) > 65_535) {
    throw hoststackError("OPTIONS_INVALID", `ProxyJump: "${text}" is not [user@]host[:port]`, {
      remedy: "correct the jump host in the ssh configuration or in `jump`",
    });
  }
  return {
    destination,
    ...(at > 0 && { user: bare.slice(0, at) }),
    ...(port !== undefined && { port }),
  };
}
