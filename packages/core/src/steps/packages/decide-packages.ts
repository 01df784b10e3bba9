import { aptComplaint } from "../../packages/apt-output.js";
import type { Answer, Decision } from "../../plan/step.js";
import {
  asRoot,
  type Impossible,
  impossible,
  noAnswer,
  notBefore,
  satisfied,
} from "../decisions.js";
import { script } from "../script.js";
import { installScript, purgeScript } from "./scripts.js";
import { parseSimulation, type Simulation } from "./simulation.js";

/** What is asked of a host's packages. */
export interface WantedPackages {
  /** Sorted. */
  readonly packages: readonly string[];
  readonly after?: string | undefined;
}

interface PackageState {
  readonly name: string;
  /** dpkg's letters: wanted, status, error. */
  readonly state: string;
  readonly version: string;
}

/** Decides from the answers to the scripts of versions, of apt's simulation and of broken packages. */
export function decidePackages(
  wanted: WantedPackages,
  seen: Answer,
  [simulated, broken]: readonly Answer[],
): Decision {
  const { packages, after } = wanted;
  if (seen.exitCode !== 0) return noAnswer(packages.join(", "), seen);
  if (seen.stdout === "no dpkg\n") {
    return impossible(
      "the host has no dpkg",
      "install the packages by hand: only Debian's and Ubuntu's are known here",
    );
  }
  const there = parseStates(seen.stdout);
  const unsound = there.find(({ state }) => !/^[a-z]i$/.test(state));
  if (unsound !== undefined) return unsoundPackage(unsound);
  const missing = packages.filter((name) => !there.some((one) => one.name === name));
  if (missing.length === 0) return satisfied;
  const uid = simulated?.stdout.split("\n")[0];
  if (simulated?.exitCode !== 0) return notBefore(after, aptRefuses(missing, simulated));
  const plan = parseSimulation(simulated.stdout);
  const obstacle = obstacleTo(plan, missing, broken);
  if (obstacle !== undefined) return notBefore(after, obstacle);
  if (uid !== "0") return impossible(`only root can install ${missing.join(", ")}`, asRoot);
  return install(plan, { packages, there });
}

function install(
  { added }: Simulation,
  { packages, there }: { packages: readonly string[]; there: readonly PackageState[] },
): Decision {
  const named = added.filter(({ name }) => packages.includes(name));
  const states = [...there, ...named.map((one) => ({ ...one, state: "ii" }))];
  const lines = states.map(({ name, state, version }) => `${name} ${state} ${version}\n`);
  return {
    state: "needed",
    wanted: lines.sort().join(""),
    actions: [script(installScript, ...added.map(({ name, version }) => `${name}=${version}`))],
    undo: [script(purgeScript, ...added.map(({ name }) => name))],
    diff: added.map(({ name, version }) => `+ ${name} ${version}`).join("\n"),
    irreversible: ["entries in /var/log/dpkg.log and /var/log/apt, and the caches of dpkg and apt"],
  };
}

function parseStates(text: string): PackageState[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [name = "", state = "", version = ""] = line.split(" ");
    return { name, state, version };
  });
}

function unsoundPackage({ name, state }: PackageState): Impossible {
  if (/^.c/.test(state)) {
    const reason = `${name} was removed but its configuration was kept, which undoing could not bring back`;
    return impossible(reason, `apt-get purge ${name}, or apt-get install ${name}`);
  }
  return impossible(
    `${name} is only half installed (${state})`,
    "dpkg --configure -a && apt-get --fix-broken install",
  );
}

function aptRefuses(missing: readonly string[], answer: Answer | undefined): Impossible {
  const words = aptComplaint((answer?.stdout ?? "").split("\n").slice(1).join("\n"));
  const remedy = "check the names, run apt-get update on the host, or add the source that has them";
  return impossible(`apt cannot install ${missing.join(", ")}: ${words}`, remedy);
}

function obstacleTo(
  { added, changed, removed }: Simulation,
  missing: readonly string[],
  broken: Answer | undefined,
): Impossible | undefined {
  if (removed.length > 0) {
    const reason = `installing ${missing.join(", ")} would remove ${removed.join(", ")}`;
    return impossible(reason, "remove or replace these yourself first, if you can do without them");
  }
  if (changed.length > 0) {
    const reason = `installing ${missing.join(", ")} would change the versions of ${changed.join(", ")}`;
    return impossible(
      reason,
      "upgrade these yourself first: apt-get install --only-upgrade, then plan again",
    );
  }
  const absent = missing.find((asked) => !added.some(({ name }) => name === asked));
  if (absent !== undefined) {
    const names = added.map(({ name }) => name).join(", ") || "none";
    return impossible(
      `${absent} is no package of its own; apt would take ${names}`,
      "name the package itself",
    );
  }
  const left = parseStates(broken?.stdout ?? "").find((one) =>
    added.some(({ name }) => one.name.split(":")[0] === name),
  );
  return left === undefined ? undefined : unsoundPackage(left);
}
