import { hoststackError } from "@hoststack/core";
import type { DevmemFacts } from "../discovery/facts.js";
import type { FlowEnd } from "../flow-sets/flow-set.js";
import type { FlowSetOptions } from "../flow-sets/options.js";
import { legacyRequirements } from "./legacy-requirements.js";
import { mainlineRequirements } from "./mainline-requirements.js";
import type { NicQuestion, Requirement } from "./requirement.js";

/**
 * What moves the data: tcpd over Google's own kernel interface, Linux's own device memory TCP, or plain neper, which is
 * no device memory at all.
 */
export const engineNames = ["legacy-tcpd", "mainline", "baseline"] as const;
/** One of `engineNames`. */
export type EngineName = (typeof engineNames)[number];

/** What an engine needs of a NIC in its role, with what was found. Pure. */
export function engineRequirements(
  engine: EngineName,
  question: NicQuestion,
): readonly Requirement[] {
  if (question.facts.nics[question.nic] === undefined) {
    const about = { what: "NIC", wanted: `a NIC ${question.nic}` };
    const names = Object.keys(question.facts.nics).join(", ") || "none";
    const remedy = `its NICs: ${names}`;
    return [{ ...about, state: "unmet", found: "no such NIC", remedy }];
  }
  if (engine === "baseline") return [];
  return engine === "mainline" ? mainlineRequirements(question) : legacyRequirements(question);
}

/** One end of a run on a host. */
export interface EngineEnd {
  readonly host: string;
  readonly role: "client" | "server";
  readonly facts: DevmemFacts;
  readonly nics: readonly Pick<FlowEnd, "nic">[];
}

/** Plain TCP is asked for by name, and never what is run instead of something else. */
function checkMode(engine: EngineName, { mode }: FlowSetOptions): void {
  if ((engine === "baseline") === (mode === "default")) return;
  const text =
    engine === "baseline"
      ? `the engine baseline has no device memory, which the mode ${mode} asks for`
      : `the mode default is plain TCP, not the engine ${engine}`;
  throw hoststackError("OPTIONS_INVALID", text, {
    remedy: "baseline and default go together; the other engines take cuda or udmabuf",
    details: { field: "mode" },
  });
}

/**
 * Refuses an engine that cannot work on these NICs, with every reason of every NIC (CAPABILITY_MISSING), and a mode that is
 * not the engine's (OPTIONS_INVALID). There is no fall back to another engine.
 */
export function requireEngine(
  engine: EngineName,
  ends: readonly EngineEnd[],
  options: FlowSetOptions,
): void {
  checkMode(engine, options);
  const unmet = ends.flatMap(({ host, role, facts, nics }) =>
    nics.flatMap(({ nic }) =>
      engineRequirements(engine, { facts, nic, role, options })
        .filter(({ state }) => state === "unmet")
        .map((one) => ({ host, nic, ...one })),
    ),
  );
  if (unmet.length === 0) return;
  const lines = unmet.map(
    ({ host, nic, what, found, wanted }) => `${host} ${nic}: ${what}: ${found}; it needs ${wanted}`,
  );
  const remedies = [
    ...new Set(unmet.flatMap(({ remedy }) => (remedy === undefined ? [] : [remedy]))),
  ];
  throw hoststackError("CAPABILITY_MISSING", `${engine} cannot work:\n${lines.join("\n")}`, {
    remedy: remedies.join("; "),
    details: { engine, unmet },
  });
}
