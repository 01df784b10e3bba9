import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { neperArgv } from "./argv.js";
import { type NeperOptions, type NeperProgram, neperFields } from "./options.js";

/** The long flags of each program at the pinned commit, from its own help. */
const lists: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL("../../fixtures/flags.json", import.meta.url), "utf8"),
);
const programs = Object.keys(neperFields) as NeperProgram[];
const client = (program: NeperProgram, options: NeperOptions) =>
  neperArgv({ program, role: "client" }, { host: "10.0.0.2", ...options });

/** A value each field takes. */
const values: Readonly<Record<string, unknown>> = {
  family: "ipv6",
  log: "stderr",
  localAddresses: ["10.0.0.1"],
  host: "10.0.0.2",
  congestionControl: "cubic",
  throughputUnit: "Gb",
  percentiles: [50, 99.9],
  samplesFile: "s.csv",
  rttFile: "r.csv",
};
const boolean =
  /Touch|OfHost|Sockets|dryRun|pinThreads|Blocking|freeBind|timeWait|fastOpen|noDelay|edge|reuse|Copy|^read$|^write$|split|reverse|async|noCork/;

test.each(programs)(
  "every field of %s leads to flags that it has, and no flag is left out",
  (program) => {
    const known = new Set(lists[program]);
    const used = new Set<string>();
    for (const field of Object.keys(neperFields[program])) {
      const value = values[field] ?? (boolean.test(field) ? true : 20_000);
      const psp = program.startsWith("psp_") ? { localAddresses: ["10.0.0.1"] } : {};
      const given = field === "sourcePort" && "localAddresses" in psp ? {} : { [field]: value };
      const flows = field === "threads" ? { flows: 20_000 } : {};
      const argv = client(program, { ...psp, ...flows, ...given } as NeperOptions);
      for (const [flag] of argv.join("\n").matchAll(/^--[a-z0-9-]+/gm)) used.add(flag);
    }
    expect([...used].filter((flag) => !known.has(flag))).toEqual([]);
    const left = [...known].filter((flag) => !used.has(flag));
    // two of them are values of one option each, and one connects as it always does
    const others = [
      "--help",
      "--ipv4",
      "--nolog",
      "--version",
      ...(program.endsWith("crr") ? ["--async-connect"] : []),
    ];
    if (program.startsWith("psp_")) others.push("--source-port");
    expect(left.sort()).toEqual(others.sort());
  },
);

test("optional values are glued to their flags, transactions are a negative length", () => {
  expect(client("tcp_rr", { samplesFile: "a.csv", rttFile: "r.csv", transactions: 5 })).toEqual([
    ...["tcp_rr", "--client", "--host", "10.0.0.2", "--all-samples=a.csv"],
    ...["--test-length", "-5", "--log-rtt=r.csv"],
  ]);
});

test.each<[NeperProgram, "client" | "server", NeperOptions, string]>([
  ["tcp_stream", "client", { host: "h", threads: 2 }, '"threads": are more than 1 flows'],
  ["tcp_stream", "client", {}, '"host": is needed by clients'],
  ["tcp_stream", "server", { localAddresses: ["10.0.0.1"] }, '"localAddresses": is for clients'],
  ["tcp_stream", "server", { ports: 4, controlPort: 12_869 }, '"port": and those that follow'],
  ["tcp_stream", "server", { rxZeroCopy: true, skipRxCopy: true }, '"rxZeroCopy": excludes'],
  ["tcp_stream", "server", { transactions: 5 }, "transactions"],
  ["tcp_rr", "server", { noBurstNs: 5, delayNs: 5 }, '"noBurstNs": excludes delayNs'],
  ["tcp_rr", "server", { durationS: 1, transactions: 5 }, '"transactions": excludes durationS'],
  ["tcp_rr", "server", { samplesFile: "=a" }, '"samplesFile"'],
  ["udp_stream", "server", { ports: 2 }, "ports"],
  ["psp_stream", "client", { host: "h" }, '"localAddresses": are needed by PSP'],
  ["psp_rr", "server", {}, '"host": is needed by PSP'],
])("%s %s %j is OPTIONS_INVALID", (...given) => {
  const [program, role, options, message] = given;
  expect(() => neperArgv({ program, role }, options)).toThrow(
    expect.objectContaining({ code: "OPTIONS_INVALID", message: expect.stringContaining(message) }),
  );
});
