import { once } from "node:events";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../../errors/error.js";
import { processToken } from "../../host/process-token.js";
import { writeGuestFiles } from "./guest-files.js";
import { type Ledger, type OpenLedger, readLedger, writeLedger } from "./ledger.js";
import type { HolderOrder, HolderReport } from "./messages.js";
import { type HeldTestbed, openSpec } from "./open-spec.js";
import { removeDirectory } from "./place.js";

const endings = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
/** Anything below the longest delay of a timer; it only keeps the process waiting. */
const idleMs = 3_600_000;

/** Says something to whoever started this process, if that still listens. */
async function report(message: HolderReport): Promise<void> {
  await new Promise<void>((resolve) => {
    if (process.connected && process.send) process.send(message, undefined, {}, () => resolve());
    else resolve();
  });
}

function failureOf(error: unknown): HolderReport {
  if (!isHoststackError(error)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failed: { message } };
  }
  const { code, message, remedy } = error;
  return { failed: { code, message, remedy } };
}

function openLedger(ledger: Ledger, { testbed, hosts, userNamespace }: HeldTestbed): OpenLedger {
  const { links, evidence, capabilities, provenance, notices } = testbed;
  if (evidence === "hardware") throw new Error("a kept testbed is embedded");
  const { version, name, kind, system, machine, holder, createdAt } = ledger;
  return {
    ...{ version, name, kind, system, machine, holder, createdAt },
    state: "open",
    openedAt: new Date().toISOString(),
    hosts: [...hosts],
    // in the ledger's own words, which JSON and its schema know as arrays that can be written
    links: structuredClone(links) as unknown as OpenLedger["links"],
    evidence,
    userNamespace,
    capabilities: [...capabilities],
    provenance: { ...provenance },
    notices: [...notices],
  };
}

async function openOrder({ directory, spec }: HolderOrder, signal: AbortSignal) {
  const ledger = await readLedger(directory);
  if (ledger === undefined) throw new Error(`no ledger in ${directory}`);
  const progress = (event: { kind: string; text: string }) => void report({ progress: event });
  const held = await openSpec(spec, { signal, progress });
  try {
    signal.throwIfAborted();
    const open = openLedger(ledger, held);
    if (spec.kind === "vm") await writeGuestFiles(directory, open, held.logins);
    await writeLedger(directory, open);
    return { held, open };
  } catch (error) {
    await held.testbed[Symbol.asyncDispose]();
    throw error;
  }
}

/** Waits until the testbed is to end; tells why when it ended by itself. */
async function untilEnd(stop: AbortSignal, lost: AbortSignal): Promise<string | undefined> {
  const idle = setInterval(() => {}, idleMs);
  const either = AbortSignal.any([stop, lost]);
  if (!either.aborted) await once(either, "abort");
  clearInterval(idle);
  if (stop.aborted) return undefined;
  return lost.reason instanceof Error ? lost.reason.message : String(lost.reason);
}

async function holdOrder(order: HolderOrder, stop: Stop): Promise<number> {
  const { directory } = order;
  let opened: Awaited<ReturnType<typeof openOrder>>;
  try {
    opened = await openOrder(order, stop.signal);
  } catch (error) {
    await removeDirectory(directory, processToken());
    await report(failureOf(error));
    return 1;
  }
  const { held, open } = opened;
  stop.outliveStarter();
  await report({ open: true });
  const why = await untilEnd(stop.signal, held.testbed.lost);
  await held.testbed[Symbol.asyncDispose]();
  if (why === undefined) {
    await removeDirectory(directory, open.holder);
    return 0;
  }
  await writeLedger(directory, { ...open, state: "lost", lostAt: new Date().toISOString(), why });
  return 1;
}

/** What ends a holder. */
interface Stop {
  readonly signal: AbortSignal;
  /** From now on only a signal ends it. */
  outliveStarter(): void;
}

function stopOfProcess(): Stop {
  const controller = new AbortController();
  const end = (why: string) => {
    const text = `opening the testbed was stopped: ${why}`;
    controller.abort(hoststackError("INTERRUPTED", text));
  };
  for (const name of endings) process.on(name, () => end(name));
  const onGone = () => end("whoever asked for it is gone");
  process.once("disconnect", onGone);
  return { signal: controller.signal, outliveStarter: () => process.off("disconnect", onGone) };
}

/**
 * The life of a holder, a process of its own: is told over its IPC channel what to open, writes it
 * down, and holds it until a signal ends it. While it opens it also ends with whoever started it.
 * Returns the exit status.
 */
export async function hold(): Promise<number> {
  const stop = stopOfProcess();
  try {
    const [order] = await once(process, "message", { signal: stop.signal });
    return await holdOrder(order as HolderOrder, stop);
  } catch (error) {
    if (stop.signal.aborted) return 1;
    throw error;
  }
}
