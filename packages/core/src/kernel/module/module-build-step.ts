import type { Answer, Decision, Step } from "../../plan/step.js";
import {
  type Impossible,
  impossible,
  noAnswer,
  notBefore,
  satisfied,
} from "../../steps/decisions.js";
import { script } from "../../steps/script.js";
import { compilerFlags } from "./build-options.js";
import {
  moduleBuildScript,
  moduleObstacleScript,
  moduleStateScript,
  moduleUnbuildScript,
} from "./module-build-scripts.js";

/** A module to be built on a host for the kernel that runs there. */
export interface ModuleBuildStepOptions {
  /** Name of the `.ko` its makefile makes, without the ending. */
  readonly name: string;
  /** Absolute path of its sources, which are never written to. */
  readonly source: string;
  /** Absolute path for copy, objects and log. */
  readonly directory: string;
  /** Absolute path of a directory that is there, for the module and the note about it. */
  readonly artefacts: string;
  readonly defines: Readonly<Record<string, number | string | true>>;
  /** The step that brings the sources. */
  readonly after: string;
}

function obstacleIn(told: string): Impossible | undefined {
  const lines = told.split("\n").map((line) => line.split(" "));
  const programs = lines.flatMap(([word, name = ""]) => (word === "missing" ? [name] : []));
  if (programs.length > 0) {
    const text = `modules are built with ${programs.join(", ")}: the host has none`;
    return impossible(text, "install compiler, binutils and make (build-essential on Debian)");
  }
  for (const [word, release, other] of lines) {
    if (word === "no-headers") {
      const text = `there is nothing to build modules for the kernel ${release} with`;
      const remedy = `install its headers (linux-headers-${release} on Debian and Ubuntu), or build on the controller: --build-on controller`;
      return impossible(text, remedy);
    }
    if (word === "headers") {
      const text = `the headers in /lib/modules/${release}/build are of the kernel ${other}`;
      return impossible(text, `install those of ${release}`);
    }
  }
  return undefined;
}

/**
 * Has a module built on a host against the installed headers of the kernel that runs, and a note beside it of what
 * loading compares. It is built again when sources, flags, compiler, headers or the running kernel are others.
 */
export function moduleBuildStep(options: ModuleBuildStepOptions): Step {
  const { name, source, directory, artefacts, defines, after } = options;
  const flags = compilerFlags({ defines: { ...defines }, flags: [] });
  const place = [name, source, directory, artefacts, flags];
  const decide = (seen: Answer, [told]: readonly Answer[]): Decision => {
    if (seen.exitCode !== 0) return noAnswer(directory, seen);
    if (seen.stdout === "built\n") return satisfied;
    const obstacle = obstacleIn(told?.stdout ?? "");
    if (obstacle !== undefined) return notBefore(after, obstacle);
    return {
      state: "needed",
      wanted: "built\n",
      actions: [script(moduleBuildScript, ...place)],
      undo: [script(moduleUnbuildScript, ...place)],
      diff: `${artefacts}/${name}.ko: built for the kernel that runs`,
    };
  };
  return {
    id: `module-build:${artefacts}/${name}`,
    title: `build the module ${name} for the running kernel in ${directory}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    partial: "ours",
    check: script(moduleStateScript, ...place),
    probes: [script(moduleObstacleScript)],
    decide,
  };
}
