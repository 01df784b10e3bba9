import { z } from "zod";
import type { Answer, Decision, Step } from "../plan/step.js";
import { impossible, noAnswer, satisfied } from "./decisions.js";
import { checkStepOptions } from "./options.js";
import { decidePackages } from "./packages/decide-packages.js";
import { packageName } from "./packages/package-name.js";
import { brokenScript, simulateScript, versionsScript } from "./packages/scripts.js";
import { script } from "./script.js";

const schema = z
  .strictObject({
    programs: z
      .array(
        z.strictObject({
          program: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/, "must be a program's name"),
          debianPackage: packageName,
        }),
      )
      .default([]),
    packages: z.array(packageName).default([]),
  })
  .refine(({ programs, packages }) => programs.length + packages.length > 0, "nothing is wanted");

/** Programs to have on the PATH, and packages that bring none. */
export interface ProgramsStepOptions {
  /** Installed from the package only where the program is not there, wherever it comes from. @default none */
  readonly programs?: readonly { readonly program: string; readonly debianPackage: string }[];
  /** Installed by their names: libraries, rules; where there is no dpkg they are not asked for. @default none */
  readonly packages?: readonly string[];
}

/**
 * Whether the program $1 is on the PATH; without one, whether the package $2 is installed. A host without
 * dpkg has none by that name, but may well have what is in it: only what needs it can tell.
 */
const isThere = `
export LC_ALL=C
is_there() {
  [ -z "$1" ] || { command -v "$1" >/dev/null; return; }
  command -v dpkg-query >/dev/null || return 0
  case $(dpkg-query -W -f '\${db:Status-Abbrev}' "$2" 2>/dev/null) in ?i*) ;; *) return 1;; esac
}
`;

/** Prints those of the arguments `program=package` that are not there. */
const missingScript = `${isThere}
for want; do is_there "\${want%%=*}" "\${want#*=}" || printf '%s\\n' "$want"; done
`;

/** Leaves of such arguments the packages of what is not there; ends when that is nothing. */
const onlyMissing = `${isThere}
for want; do
  shift
  is_there "\${want%%=*}" "\${want#*=}" || set -- "$@" "\${want#*=}"
done
[ "$#" -gt 0 ] || exit 0
`;

/**
 * Has programs on the PATH and packages installed, through the host's own apt as {@link packagesStep} does it;
 * a program that is there already, also one somebody has built, is left alone and its package not installed.
 * One step for all of them: packages of two steps of one plan could not be told apart when they are undone.
 * Throws OPTIONS_INVALID.
 */
export function programsStep(options: ProgramsStepOptions): Step {
  const copied = {
    programs: [...(options.programs ?? [])],
    packages: [...(options.packages ?? [])],
  };
  const { programs, packages } = checkStepOptions(schema, copied, "programs");
  const wants = [
    ...programs.map(({ program, debianPackage }) => `${program}=${debianPackage}`),
    ...packages.map((name) => `=${name}`),
  ];
  const names = [...new Set([...programs.map(({ program }) => program), ...packages])].sort();
  return {
    id: `programs:${names.join(",")}`,
    title: `have ${names.join(", ")}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    // Half an installation is apt's, started by us, and undo takes it from there.
    partial: "ours",
    check: script(missingScript, ...wants),
    probes: [
      script(`${onlyMissing}${versionsScript}`, ...wants),
      script(`${onlyMissing}${simulateScript}`, ...wants),
      script(brokenScript),
    ],
    decide: (seen, answers) => decidePrograms(seen, answers),
  };
}

interface Missing {
  /** Empty for a package that is wanted for itself. */
  readonly program: string;
  readonly debianPackage: string;
}

function decidePrograms(seen: Answer, [versions, simulated, broken]: readonly Answer[]): Decision {
  if (seen.exitCode !== 0 || versions === undefined) return noAnswer("programs", seen);
  const missing = seen.stdout.split("\n").filter(Boolean).map(parseWant);
  if (missing.length === 0) return satisfied;
  const installed = new Set(versions.stdout.split("\n").map((line) => line.split(" i")[0]));
  const odd = missing.find(
    ({ program, debianPackage }) => program !== "" && installed.has(debianPackage),
  );
  if (odd !== undefined) {
    return impossible(
      `${odd.debianPackage} is installed, but there is no ${odd.program} on the PATH`,
      `see where dpkg -L ${odd.debianPackage} has it, and which PATH the account gets`,
    );
  }
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))].sort();
  const known = [simulated, broken].filter((one) => one !== undefined);
  const decision = decidePackages({ packages }, versions, known);
  if (decision.state === "needed") return { ...decision, wanted: "" };
  if (decision.state !== "impossible") return decision;
  const names = missing.map(({ program, debianPackage }) => program || debianPackage);
  return impossible(`there is no ${names.join(", no ")}, and ${decision.reason}`, decision.remedy);
}

function parseWant(want: string): Missing {
  const [program = "", debianPackage = ""] = want.split("=");
  return { program, debianPackage };
}
