import { resolve } from "node:path";
import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import { stockKernel } from "../system/kernels/kernel-named.js";
import { isTestbedFileName } from "../testbed/file/file-name.js";
import { isSshWords } from "../testbed/file/ssh-words.js";
import { mostHosts } from "../testbed/netns/wiring.js";
import type { Role } from "../testbed/testbed.js";
import { type TrafficRisk, trafficRisks } from "../testbed/traffic/traffic.js";
import { mostGuests } from "../testbed/vm/guest-links.js";

/** The testbed a command line names. */
export type ChosenTestbed =
  | {
      readonly kind: "netns";
      /** How many. @default as many as what is run needs */
      readonly hosts?: number;
    }
  | {
      readonly kind: "vm";
      /** How many. @default as many as what is run needs */
      readonly hosts?: number;
      /** Name of the system's kernel that guests boot. @default the distribution's */
      readonly kernel?: string;
    }
  | { readonly kind: "kept"; readonly name: string }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly roles: Readonly<Partial<Record<Role, readonly string[]>>>;
      readonly allowTraffic: readonly TrafficRisk[];
    };

/** Stands before the name of a testbed that `testbed up` keeps. */
const keptPrefix = "kept:";

/** Name of the kept testbed that a command line names; undefined where it names another kind. */
export function keptName(testbed: string): string | undefined {
  return testbed.startsWith(keptPrefix) ? testbed.slice(keptPrefix.length) : undefined;
}

const roleNames: readonly Role[] = ["client", "server"];

const invalid = (field: string, text: string, remedy: string) =>
  hoststackError("OPTIONS_INVALID", text, { remedy, details: { field } });

const wordsOf = (value: unknown): string[] =>
  typeof value === "string" ? value.split(",").map((word) => word.trim()) : [];

function readRoles(value: unknown): Partial<Record<Role, string[]>> {
  const pairs = wordsOf(value).map((word) => {
    const [role = "", host = "", ...rest] = word.split("=");
    const known = roleNames.find((name) => name === role);
    if (known === undefined) {
      const remedy = `${didYouMean(role, roleNames)}roles are ${roleNames.join(" and ")}`;
      throw invalid("role", `--role has no role "${role}"`, remedy);
    }
    if (host === "" || rest.length > 0) {
      throw invalid("role", `--role takes ROLE=HOST, not "${word}"`, "e.g. --role client=node0");
    }
    return [known, host] as const;
  });
  const double = pairs.find(
    ([, host], index) => pairs.findIndex(([, one]) => one === host) < index,
  );
  if (double !== undefined) {
    throw invalid("role", `--role names "${double[1]}" twice`, "a host has one role");
  }
  const hostsOf = (role: Role) => pairs.flatMap(([one, host]) => (one === role ? [host] : []));
  const roles = roleNames.map((role) => [role, hostsOf(role)] as const);
  return Object.fromEntries(roles.filter(([, hosts]) => hosts.length > 0));
}

const readRisks = (value: unknown): TrafficRisk[] =>
  wordsOf(value).map((word) => {
    const known = trafficRisks.find((risk) => risk === word);
    if (known !== undefined) return known;
    const remedy = `${didYouMean(word, trafficRisks)}it takes ${trafficRisks.join(", ")}`;
    throw invalid("allowTraffic", `--allow-traffic does not know "${word}"`, remedy);
  });

/** Hosts that are there already run the kernel they run: only guests boot what is asked for. */
function checkKernelFlag(testbed: string, kernel: unknown): void {
  if (kernel === undefined || kernel === stockKernel || testbed === "vm") return;
  const text = `--kernel is for guests, not for ${testbed}`;
  throw invalid("kernel", text, "leave it out, or use --testbed vm");
}

/** Embedded testbeds are made with as many hosts as are asked for; others have those they have. */
export function readHosts(testbed: string, hosts: unknown): { readonly hosts?: number } {
  if (hosts === undefined) return {};
  const most = { netns: mostHosts, vm: mostGuests }[testbed];
  if (most === undefined) {
    throw invalid("hosts", `--hosts is for vm and netns, not for ${testbed}`, "leave it out");
  }
  if (typeof hosts === "number" && hosts >= 2 && hosts <= most) return { hosts };
  const text = `--hosts ${String(hosts)} is out of range for ${testbed}`;
  throw invalid("hosts", text, `choose 2 to ${most}`);
}

/** Reads `--testbed`, `--role`, `--allow-traffic`, `--hosts` and `--kernel`. Throws OPTIONS_INVALID naming the flag. */
export function chosenTestbed(
  testbed: string,
  { role, allowTraffic, kernel, hosts }: Readonly<Record<string, unknown>>,
): ChosenTestbed {
  checkKernelFlag(testbed, kernel);
  const count = readHosts(testbed, hosts);
  const file = { roles: readRoles(role), allowTraffic: readRisks(allowTraffic) };
  if (isTestbedFileName(testbed) || isSshWords(testbed))
    return { kind: "file", path: testbed, ...file };
  const kept = keptName(testbed);
  if (testbed !== "vm" && testbed !== "netns" && kept === undefined) {
    const remedy = `${didYouMean(testbed, ["vm", "netns"])}a testbed file ends in .yaml, .yml, .mjs or .ts; two hosts without one are ssh:CLIENT/NIC,SERVER/NIC`;
    const text = `--testbed is vm, netns, kept:NAME or a file, not "${testbed}"`;
    throw invalid("testbed", text, remedy);
  }
  for (const [flag, given] of Object.entries({ role, "allow-traffic": allowTraffic })) {
    if (given === undefined) continue;
    const text = `--${flag} is for testbed files, not for ${testbed}`;
    throw invalid(flag, text, `leave it out: the link of ${testbed} is private`);
  }
  if (kept !== undefined) return { kind: "kept", name: kept };
  if (testbed === "netns") return { kind: "netns", ...count };
  return typeof kernel === "string" && kernel !== stockKernel
    ? { kind: "vm", ...count, kernel }
    : { kind: "vm", ...count };
}

/** A chosen testbed as data that means the same in any directory. */
export function askedTestbed(testbed: ChosenTestbed): Readonly<Record<string, unknown>> {
  if (testbed.kind !== "file" || isSshWords(testbed.path)) return { ...testbed };
  return { ...testbed, path: resolve(testbed.path) };
}
