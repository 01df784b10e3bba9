import { rolesByName } from "../embedded-hosts.js";
import type { Testbed } from "../testbed.js";
import type { OpenLedger } from "./ledger.js";

/** The roles of the hosts of a kept testbed, which are those of its kind. */
export function keptRoles({ hosts }: Pick<OpenLedger, "hosts">): Pick<Testbed, "roles"> {
  const [first, second, ...others] = hosts.map(({ name }) => name);
  return first === undefined || second === undefined ? {} : rolesByName([first, second, ...others]);
}
