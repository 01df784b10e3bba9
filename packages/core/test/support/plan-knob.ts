import type { Step } from "../../src/plan/step.js";

/** A step that sets a made-up file to a value, for scripted hosts: `cat /name` is its check. */
export function knob(name: string, value: string): Step {
  return {
    id: `knob:${name}`,
    title: `set ${name} to ${value}`,
    scope: "machine",
    lifetime: "kept",
    survives: "boot",
    check: { argv: ["cat", `/${name}`] },
    decide: ({ stdout }) =>
      stdout === `${value}\n`
        ? { state: "satisfied" }
        : {
            state: "needed",
            wanted: `${value}\n`,
            actions: [{ argv: ["tee", `/${name}`], stdin: `${value}\n` }],
            undo: [{ argv: ["tee", `/${name}`], stdin: stdout }],
            diff: `${stdout.trimEnd()} -> ${value}`,
            irreversible: ["its counters"],
          },
  };
}
