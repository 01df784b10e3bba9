import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { asRoot, impossible, noAnswer, satisfied } from "../decisions.js";
import { checkStepOptions, lifetime } from "../options.js";
import { script } from "../script.js";

const schema = z.strictObject({ lifetime });

/** irqbalance, which moves interrupts between CPUs. */
export interface IrqbalanceStoppedStepOptions {
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/** Prints `running` or `stopped`. */
export const irqbalanceScript = `
if grep -qx irqbalance /proc/[0-9]*/comm 2>/dev/null; then echo running; else echo stopped; fi
`;

/** How its service is reached: one that somebody started by hand could not be started again. */
const serviceScript = `
id -u
if command -v systemctl >/dev/null && systemctl is-active --quiet irqbalance 2>/dev/null; then echo systemd
elif [ -x /etc/init.d/irqbalance ]; then echo init
else echo none
fi
`;

/** Not twice: a service script may start a second one. */
const startScript = `grep -qx irqbalance /proc/[0-9]*/comm 2>/dev/null || exec "$@"`;

const serviceCommands = {
  systemd: (verb: string) => ["systemctl", verb, "irqbalance"] as const,
  init: (verb: string) => ["/etc/init.d/irqbalance", verb] as const,
};

/** Has irqbalance stopped, by its service; undone, it is started again. Throws OPTIONS_INVALID. */
export function irqbalanceStoppedStep(options: IrqbalanceStoppedStepOptions = {}): Step {
  const given = checkStepOptions(schema, options, "irqbalance");
  return {
    id: "service:irqbalance",
    title: "stop irqbalance",
    scope: "machine",
    lifetime: given.lifetime,
    survives: "boot",
    check: script(irqbalanceScript),
    probes: [script(serviceScript)],
    decide,
  };
}

function decide(seen: Answer, [service]: readonly Answer[]): Decision {
  if (seen.exitCode !== 0) return noAnswer("irqbalance", seen);
  if (seen.stdout === "stopped\n") return satisfied;
  const [uid, kind] = (service?.stdout ?? "").trim().split("\n");
  if (uid !== "0") return impossible("only root can stop irqbalance", asRoot);
  if (kind !== "systemd" && kind !== "init") {
    const reason = "irqbalance runs, but not as a service that could be started again";
    return impossible(reason, "end it by hand");
  }
  const command = serviceCommands[kind];
  return {
    state: "needed",
    wanted: "stopped\n",
    actions: [{ argv: command("stop") }],
    undo: [script(startScript, ...command("start"))],
    diff: "irqbalance: running -> stopped",
    irreversible: ["where irqbalance had put interrupts that are not set back by a step"],
  };
}
