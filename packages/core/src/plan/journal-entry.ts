import { z } from "zod";
import type { BatchCommand } from "../host/batch.js";
import type { Place } from "./place.js";
import type { Decision, Step } from "./step.js";

const commandSchema = z.strictObject({
  argv: z.tuple([z.string()], z.string()).readonly(),
  cwd: z.string().exactOptional(),
  env: z.record(z.string(), z.string()).readonly().exactOptional(),
});

/** One change to a machine, as journalled before it is made: all that is needed to undo it. */
export const journalEntrySchema = z.strictObject({
  recordVersion: z.literal(1),
  planId: z.string(),
  /** Later changes of a machine have higher ones. */
  sequence: z.int().nonnegative(),
  host: z.string(),
  machineId: z.string(),
  bootId: z.string(),
  netnsId: z.string(),
  stepId: z.string(),
  title: z.string(),
  scope: z.enum(["machine", "netns"]),
  lifetime: z.enum(["kept", "scoped"]),
  survives: z.enum(["reboot", "boot"]),
  partial: z.enum(["ours", "conflict"]),
  check: commandSchema.readonly(),
  seen: z.string(),
  wanted: z.string(),
  undo: z.array(commandSchema.extend({ stdin: z.string().exactOptional() }).readonly()).readonly(),
  irreversible: z.array(z.string()).readonly(),
  leaseId: z.string(),
  /** The tuning profile it belongs to, where it belongs to one. */
  profile: z.string().exactOptional(),
  /** By the controller's clock, ISO 8601. */
  at: z.string(),
});

/** One change to a machine, as journalled before it is made. */
export type JournalEntry = Readonly<z.infer<typeof journalEntrySchema>>;

/** A step that has to act, with the state it was decided on. */
export interface NeededStep {
  readonly step: Step;
  readonly decision: Extract<Decision, { state: "needed" }>;
  readonly seen: string;
}

/** Makes the journal entry of a step. */
export function journalEntry(
  { step, decision, seen }: NeededStep,
  at: {
    host: string;
    place: Place;
    planId: string;
    sequence: number;
    leaseId: string;
    profile?: string | undefined;
    time: string;
  },
): JournalEntry {
  return {
    recordVersion: 1,
    planId: at.planId,
    sequence: at.sequence,
    host: at.host,
    machineId: at.place.machineId,
    bootId: at.place.bootId,
    netnsId: at.place.netnsId,
    stepId: step.id,
    title: step.title,
    scope: step.scope,
    lifetime: step.lifetime,
    survives: step.survives,
    partial: step.partial ?? "conflict",
    check: plainCommand(step.check),
    seen,
    wanted: decision.wanted,
    undo: decision.undo.map((command) => ({
      ...plainCommand(command),
      ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
    })),
    irreversible: decision.irreversible ?? [],
    leaseId: at.leaseId,
    ...(at.profile === undefined ? {} : { profile: at.profile }),
    at: at.time,
  };
}

function plainCommand({ argv, cwd, env }: BatchCommand) {
  const [file, ...args] = argv;
  return {
    argv: [file, ...args] as [string, ...string[]],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
  };
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40);

/** Name of an entry's directory below its scope's; later changes sort after earlier ones. */
export function entryName(entry: JournalEntry): string {
  const number = String(entry.sequence).padStart(8, "0");
  return `${number}-${entry.planId.slice(0, 8)}-${slug(entry.host)}-${slug(entry.stepId)}`;
}

/** Name of the directory of all entries that hold for the same machine or network namespace. */
export function scopeName(entry: Pick<JournalEntry, "scope" | "netnsId">): string {
  return entry.scope === "machine" ? "machine" : entry.netnsId;
}

/** Path of an entry below `journal/`, as a host lists it. */
export function entryPath(entry: JournalEntry): string {
  return `${scopeName(entry)}/${entryName(entry)}`;
}

/** The sequence number after those of all open entries. */
export function nextSequence(openEntries: readonly string[]): number {
  const numbers = openEntries.map((path) => Number(/\/(\d+)-/.exec(path)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}
