import { hoststackError } from "../../../errors/error.js";

/** Values under which `ssh` would take any host key, or keys from somewhere we do not check. */
const forbidden: Readonly<Record<string, RegExp>> = {
  stricthostkeychecking: /^(no|off|false)$/i,
  userknownhostsfile: /^(none$|\/dev\/null)/i,
  nohostauthenticationforlocalhost: /^(yes|true)$/i,
  verifyhostkeydns: /^(yes|true)$/i,
  knownhostscommand: /^(?!none$)/i,
  revokedhostkeys: /^(none|\/dev\/null)$/i,
};

/** The value of a `Key=Value` as `ssh` reads it: quotes of both kinds go, and so does a comment. */
function bareValue(value: string): string {
  return value
    .replace(/(^|\s)#.*$/, "")
    .replaceAll(/["'\\]/g, "")
    .trim();
}

/**
 * Checks further `ssh -o` options. Throws OPTIONS_INVALID for one that is not `Key=Value` and for
 * one that switches the check of host keys off.
 */
export function checkOptions(options: readonly string[]): readonly string[] {
  for (const option of options) {
    const [, key = "", value = ""] = /^([A-Za-z0-9]+)=([^\0\r\n]+)$/.exec(option) ?? [];
    if (key === "") {
      throw hoststackError("OPTIONS_INVALID", `options: "${option}" is not of the form Key=Value`, {
        remedy: "write it as ssh -o takes it, e.g. ConnectTimeout=5",
      });
    }
    if (forbidden[key.toLowerCase()]?.test(bareValue(value))) {
      throw hoststackError("OPTIONS_INVALID", `options: "${option}" weakens host-key checking`, {
        remedy: 'leave it out; hostKeyPolicy: "accept-new" records the key of a new host',
        details: { option },
      });
    }
  }
  return options;
}
