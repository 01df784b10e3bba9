import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { type ErrorCode, errorCatalogue } from "../../errors/catalogue.js";
import { hoststackError } from "../../errors/error.js";
import { processToken } from "../../host/process-token.js";
import type { Progress } from "../testbed.js";
import { ledgerVersion, type OpenLedger, readLedger, writeLedger } from "./ledger.js";
import type { HolderFailure, HolderOrder, HolderReport, KeptSpec } from "./messages.js";
import { claimDirectory, directoryOf, removeDirectory } from "./place.js";
import { holderLog, type StartedHolder, startHolder } from "./start-holder.js";

const quotedLines = 15;

/** Which testbed to keep. */
export interface KeepOptions {
  /** Up to 32 letters, digits, dots, dashes and underscores. */
  readonly name: string;
  /** Name of the system it is made for. */
  readonly system: string;
  readonly spec: KeptSpec;
  /** Ends the holder and leaves nothing (INTERRUPTED). */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Path of the program that holds it. @default the one of the installed package */
  readonly holderProgram?: string;
}

/** A holder that a ledger can name. */
interface NamedHolder extends StartedHolder {
  readonly token: string;
}

/** Starts a holder whose ledger is in its place; it has not been told what to open yet. */
async function claim(options: KeepOptions): Promise<NamedHolder> {
  const { name, system, spec, holderProgram } = options;
  let started: NamedHolder | undefined;
  try {
    await claimDirectory(name, async (making) => {
      const holder = await startHolder(making, holderProgram);
      started = { ...holder, token: processToken(holder.child.pid) };
      await writeLedger(making, {
        version: ledgerVersion,
        ...{ name, system, kind: spec.kind, state: "opening" },
        machine: hostname(),
        holder: started.token,
        createdAt: new Date().toISOString(),
      });
    });
  } catch (error) {
    started?.child.kill("SIGKILL");
    throw error;
  }
  if (started === undefined) throw new Error("a claimed directory has a holder");
  return started;
}

function failureOf({ code, message, remedy }: HolderFailure): Error {
  const known = code !== undefined && Object.hasOwn(errorCatalogue, code);
  return hoststackError(known ? (code as ErrorCode) : "TESTBED_LOST", message, {
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Tells a holder what to open and waits until it says how that went, or ends. */
async function opened(holder: NamedHolder, order: HolderOrder, progress?: Progress) {
  const { child, ended, token } = holder;
  let failure: Error | undefined;
  const open = new Promise<true>((resolve) => {
    child.on("message", (report: HolderReport) => {
      if ("progress" in report) progress?.(report.progress);
      else if ("failed" in report) failure = failureOf(report.failed);
      else resolve(true);
    });
  });
  // a holder that is gone already is told nothing; its end says so
  child.send(order, () => {});
  const how = await Promise.race([open, ended]);
  if (how === true) return;
  throw failure ?? (await suddenEnd({ directory: order.directory, token }, how));
}

async function suddenEnd(
  { directory, token }: { directory: string; token: string },
  how: string,
): Promise<Error> {
  const text = await readFile(join(directory, holderLog), "utf8").catch(() => "");
  const tail = text.trim().split("\n").slice(-quotedLines).join("\n");
  const words = tail === "" ? "" : `; its last words:\n${tail}`;
  await removeDirectory(directory, token);
  const message = `the process that holds the testbed ended while it came up (${how})${words}`;
  return hoststackError("TESTBED_LOST", message);
}

/**
 * Opens an embedded testbed that outlives this process, held by one of its own until `endKept`.
 * Throws TESTBED_HELD when the name is taken, TESTBED_LOST with its last words when the holder dies,
 * INTERRUPTED, OPTIONS_INVALID for a bad name, CAPABILITY_MISSING off Linux, and what opening a
 * testbed of the kind throws.
 */
export async function keepTestbed(options: KeepOptions): Promise<OpenLedger> {
  const { name, spec, signal, progress } = options;
  const directory = directoryOf(name);
  if (process.platform !== "linux") {
    throw hoststackError("CAPABILITY_MISSING", `the ${spec.kind} testbed needs Linux`, {
      remedy: "keep it on a Linux machine, or name real hosts in a testbed file",
    });
  }
  signal?.throwIfAborted();
  const holder = await claim(options);
  const { child, ended } = holder;
  const stop = () => child.kill("SIGTERM");
  signal?.addEventListener("abort", stop);
  try {
    if (signal?.aborted) stop();
    await opened(holder, { directory, spec }, progress);
    signal?.throwIfAborted();
  } catch (error) {
    await ended;
    if (signal?.aborted) await removeDirectory(directory, holder.token);
    throw signal?.aborted ? interrupted(name, error) : error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  child.disconnect();
  child.unref();
  const ledger = await readLedger(directory);
  if (ledger !== undefined && ledger.state !== "opening") return ledger;
  throw hoststackError("TESTBED_LOST", `the testbed "${name}" was taken down as it came up`);
}

const interrupted = (name: string, cause: unknown) =>
  hoststackError("INTERRUPTED", `stopped while "${name}" came up; nothing of it is left`, {
    cause,
  });
