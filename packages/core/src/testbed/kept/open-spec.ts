import { join } from "node:path";
import { processToken } from "../../host/process-token.js";
import type { Progress, Testbed } from "../testbed.js";
import type { GuestLogin } from "../vm/open-vm-testbed.js";
import type { LedgerHost } from "./ledger.js";
import type { KeptSpec } from "./messages.js";

/** A testbed this process holds, with what its ledger needs to know beyond what every testbed tells. */
export interface HeldTestbed {
  readonly testbed: Testbed;
  readonly hosts: readonly LedgerHost[];
  readonly userNamespace: boolean;
  /** Logins of guests, in the order of `hosts`; namespaces have none. */
  readonly logins: readonly GuestLogin[];
}

interface Context {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function openNetns(spec: KeptSpec & { kind: "netns" }, context: Context) {
  const { openNetnsTestbed } = await import("../netns/open-netns-testbed.js");
  const testbed = await openNetnsTestbed({ ...spec, ...context });
  const hosts = testbed.hosts.map(({ name }, index): LedgerHost => {
    return { name, process: processToken(testbed.hostPids[index]) };
  });
  const { userNamespace } = testbed;
  return { testbed, hosts, userNamespace, logins: [] };
}

async function openVm(spec: KeptSpec & { kind: "vm" }, context: Context) {
  const { openVmTestbed } = await import("../vm/open-vm-testbed.js");
  const testbed = await openVmTestbed({ ...spec, ...context });
  const { qemuPids, logins, directory } = testbed;
  const hosts = testbed.hosts.map(({ name }, index): LedgerHost => {
    const { port } = logins[index] ?? {};
    return {
      name,
      process: processToken(qemuPids[index]),
      ...(port === undefined ? {} : { sshPort: port }),
      console: join(directory, name, "console.log"),
    };
  });
  return { testbed, hosts, userNamespace: false, logins };
}

/** Opens the testbed of a spec in this process. Throws as `openNetnsTestbed` and `openVmTestbed` do. */
export async function openSpec(spec: KeptSpec, context: Context): Promise<HeldTestbed> {
  return spec.kind === "netns" ? await openNetns(spec, context) : await openVm(spec, context);
}
