import type { Outputs, Reason } from "@hoststack/core";
import {
  type BypassLibrary,
  type BypassReport,
  bypassArgv,
  bypassLibraries,
  bypassRefusal,
  bypassReportParser,
} from "@hoststack/tools";
import { z } from "zod";
import { invalid } from "./findings.js";

/** Which library takes over the sockets of both ends. */
export type Bypass = "none" | BypassLibrary;

/** The option of experiments over sockets (exercise 2 of the lab). */
export const bypassOption = z
  .enum(["none", "vma", "xlio"])
  .default("none")
  .describe("library that takes sockets over; must prove it did");

/** A command line under the library. */
export const bypassed = (bypass: Bypass, argv: readonly string[]): readonly string[] =>
  bypass === "none" ? argv : bypassArgv(bypass, argv);

/** The library as the end of a title. */
export const bypassTitle = (bypass: Bypass): string =>
  bypass === "none" ? "" : `, ${bypassLibraries[bypass].file}`;

/** What became of the library at both ends. */
export interface BypassOutcome {
  readonly client: BypassReport;
  readonly server: BypassReport;
  /** Why it was not active, by end; figures are then none of the library. */
  readonly refusals: readonly string[];
}

/** Reads what both ends tell of the library; undefined when none was asked for. */
export async function bypassOutcome(
  outputs: Outputs,
  bypass: Bypass,
): Promise<BypassOutcome | undefined> {
  if (bypass === "none") return undefined;
  const read = (end: string) => bypassReportParser.parseLines(outputs.of(end).stderr.lines());
  const [client, server] = [await read("client"), await read("server")];
  const refusals = Object.entries({ client, server }).flatMap(([end, report]) => {
    const why = bypassRefusal(report);
    return why === undefined ? [] : [`${end}: ${why}`];
  });
  return { client, server, refusals };
}

/** A run whose library was not active at both ends measured the kernel, or a mixture. */
export function bypassFindings(outcome: BypassOutcome | undefined): Reason[] {
  return (outcome?.refusals ?? []).map((why) => invalid("bypass.inactive", why));
}
