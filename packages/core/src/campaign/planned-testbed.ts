import { rolesByName } from "../testbed/embedded-hosts.js";
import { fileRoles, type StatedRoles } from "../testbed/file/file-roles.js";
import { linkPairs } from "../testbed/file/link-pairs.js";
import { readTestbedFile } from "../testbed/file/read-testbed-file.js";
import type { TestbedFile, TestbedFileEnd } from "../testbed/file/schema.js";
import { keptRoles } from "../testbed/kept/kept-roles.js";
import { usableTestbed } from "../testbed/kept/list.js";
import { netnsLinks } from "../testbed/netns/wiring.js";
import type { TestbedSpec } from "../testbed/open-testbed.js";
import type { Link, LinkEnd, Testbed } from "../testbed/testbed.js";
import { guestLinks } from "../testbed/vm/guest-links.js";

/** What of a testbed can be told before it is opened. */
export type PlannedTestbed = Pick<Testbed, "links" | "roles">;

function statedEnd({ host, nic, addresses = [] }: TestbedFileEnd): LinkEnd | undefined {
  const [first, ...more] = addresses;
  return nic === undefined || first === undefined
    ? undefined
    : { host, nic, addresses: [first, ...more] };
}

/** The links of a testbed file whose ends it states in full. */
function stated(
  { links }: TestbedFile,
  roles: StatedRoles,
): PlannedTestbed | { readonly unknown: string } {
  const told: Link[] = [];
  for (const { name, mtuBytes = 1500, ends } of links) {
    const full = ends.flatMap((end) => statedEnd(end) ?? []);
    if (full.length < ends.length) {
      const text = `the testbed file does not state interface and address of ${ends.length > 2 ? "all" : "both"} ends of ${name}`;
      return { unknown: `${text}; the hosts are asked when it is opened` };
    }
    const pairs = linkPairs(name, full, ({ host }) => host);
    told.push(...pairs.map((pair) => ({ ...pair, mtuBytes })));
  }
  const [only, ...others] = told;
  if (only === undefined) return { unknown: "the testbed file has no link" };
  return { links: [only, ...others], ...fileRoles(roles) };
}

/**
 * What is known of a testbed without opening it, or why too little is. Throws TESTBED_INVALID for a file that
 * says something impossible, OPTIONS_INVALID and TESTBED_LOST for a kept testbed that cannot be used.
 */
export async function plannedTestbed(
  spec: TestbedSpec,
): Promise<PlannedTestbed | { readonly unknown: string }> {
  if (spec.kind === "netns") {
    const { hosts, mtuBytes = 1500, links = 1 } = spec;
    return { links: netnsLinks(hosts, { mtuBytes, links }), ...rolesByName(hosts) };
  }
  if (spec.kind === "vm") {
    const { hosts, recipe } = spec;
    return { links: guestLinks(hosts, recipe.linkMtuBytes), ...rolesByName(hosts) };
  }
  if (spec.kind === "kept") {
    const { ledger } = await usableTestbed(spec.name);
    return { links: ledger.links, ...keptRoles(ledger) };
  }
  const file = spec.kind === "file" ? await readTestbedFile(spec.path) : spec.testbed;
  return stated(file, { ...file.roles, ...spec.roles });
}
