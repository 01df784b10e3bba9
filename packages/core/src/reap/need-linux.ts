import { hoststackError } from "../errors/error.js";

/** Throws CAPABILITY_MISSING where the kernel does not tell which processes there are. */
export function needLinux(): void {
  if (process.platform === "linux") return;
  throw hoststackError("CAPABILITY_MISSING", "only Linux tells what its processes use and leave", {
    remedy: "look for leftovers on hosts, which works from here",
  });
}
