import { z } from "zod";
import type { Command } from "../../command/command.js";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { asRoot, impossible, noAnswer, satisfied } from "../decisions.js";
import { checkStepOptions, lifetime } from "../options.js";
import { script } from "../script.js";
import { daemonArguments, runningScript, servicesScript } from "./daemons.js";

const schema = z.strictObject({ lifetime });

/** Programs that set the clock by the network. */
export interface TimeSyncStoppedStepOptions {
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/** A service that has a daemon running. */
interface Service {
  readonly daemon: string;
  readonly kind: string;
  readonly name: string;
}

/** A service that was told to stop may take a moment to be gone. */
const stopScript = `
daemon=$1; shift
"$@" || exit 1
tries=0
while grep -qx "$daemon" /proc/[0-9]*/comm 2>/dev/null; do
  tries=$((tries + 1)); [ $tries -lt 50 ] || { echo "$daemon runs on" >&2; exit 1; }
  sleep 0.1
done
`;

/** Not twice: a service script may start a second one; and not before it runs. */
const startScript = `
daemon=$1; shift
tries=0
grep -qx "$daemon" /proc/[0-9]*/comm 2>/dev/null || "$@" || exit 1
until grep -qx "$daemon" /proc/[0-9]*/comm 2>/dev/null; do
  tries=$((tries + 1)); [ $tries -lt 50 ] || { echo "$daemon does not run" >&2; exit 1; }
  sleep 0.1
done
`;

const serviceCommand = ({ kind, name }: Service, verb: string): readonly string[] =>
  kind === "systemd" ? ["systemctl", verb, name] : [`/etc/init.d/${name}`, verb];

const stop = (one: Service): Command =>
  script(stopScript, one.daemon, ...serviceCommand(one, "stop"));
const start = (one: Service): Command =>
  script(startScript, one.daemon, ...serviceCommand(one, "start"));

/**
 * Has chrony, ntpd and systemd-timesyncd stopped, by their services, so that nothing else sets the clock; undone,
 * those that ran are started again. Throws OPTIONS_INVALID.
 */
export function timeSyncStoppedStep(options: TimeSyncStoppedStepOptions = {}): Step {
  const given = checkStepOptions(schema, options, "time sync");
  return {
    id: "service:time-sync",
    title: "stop what sets the clock by the network",
    scope: "machine",
    lifetime: given.lifetime,
    survives: "boot",
    check: script(runningScript, ...daemonArguments),
    probes: [script(servicesScript, ...daemonArguments)],
    decide,
  };
}

function decide(seen: Answer, [services]: readonly Answer[]): Decision {
  if (seen.exitCode !== 0) return noAnswer("time synchronization", seen);
  if (seen.stdout === "none\n") return satisfied;
  const [uid, ...lines] = (services?.stdout ?? "").trim().split("\n");
  if (uid !== "0") return impossible("only root can stop time synchronization", asRoot);
  const found = lines.map((line): Service => {
    const [daemon = "", kind = "none", name = ""] = line.split(" ");
    return { daemon, kind, name };
  });
  const byHand = found.find(({ kind }) => kind === "none");
  if (byHand !== undefined) {
    const reason = `${byHand.daemon} runs, but not as a service that could be started again`;
    return impossible(reason, "end it by hand");
  }
  return {
    state: "needed",
    wanted: "none\n",
    actions: found.map(stop),
    undo: found.toReversed().map(start),
    diff: found.map(({ daemon }) => `${daemon}: running -> stopped`).join("\n"),
    irreversible: ["how far the clock drifts while nothing keeps it"],
  };
}
