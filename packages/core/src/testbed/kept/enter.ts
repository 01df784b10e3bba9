import { join } from "node:path";
import type { Command } from "../../command/command.js";
import { quoteArgv } from "../../command/quote.js";
import { enterArgv } from "../../host/netns.js";
import { sshConfigFile } from "./guest-files.js";
import type { KeptHost } from "./list.js";
import { pidOf } from "./liveness.js";

/** What is to run on a host, and how. */
export interface Entry {
  /** @default a shell */
  readonly argv?: readonly [string, ...string[]];
  /** A terminal is at hand. */
  readonly terminal: boolean;
}

function enterGuest({ testbed, host }: KeptHost, { argv, terminal }: Entry): Command {
  const config = join(testbed.directory, sshConfigFile);
  const tty = argv !== undefined && terminal ? ["-t"] : [];
  const words = argv === undefined ? [] : ["--", quoteArgv(argv)];
  return { argv: ["ssh", "-F", config, ...tty, host.name, ...words] };
}

/** The command of this computer that runs something on a host of a kept testbed, or gives a shell there. */
export function enterCommand(at: KeptHost, entry: Entry): Command {
  const { testbed, host } = at;
  if (testbed.ledger.kind === "vm") return enterGuest(at, entry);
  const { userNamespace } = testbed.ledger;
  const shell = process.env["SHELL"] || "sh";
  const argv = entry.argv ?? ([shell] as const);
  const namespaces = { name: host.name, holderPid: pidOf(host.process), userNamespace };
  return { argv: [...enterArgv(namespaces), ...argv] };
}
