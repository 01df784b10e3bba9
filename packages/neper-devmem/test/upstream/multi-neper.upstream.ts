import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { a3High, profileEnds } from "../../src/devmem/flow-sets/a3-high.js";
import { dryRunText } from "../../src/devmem/flow-sets/dry-run.js";
import type { FlowSetInput } from "../../src/devmem/flow-sets/options.js";
import { planFlowSets } from "../../src/devmem/flow-sets/plan.js";
import { tcpdBuild } from "../../src/devmem/legacy/builds.js";
import { neperMirror, noMirror } from "../support/neper-mirror.js";

const run = promisify(execFile);
const mirror = neperMirror();

const readme: FlowSetInput = { bufferSizeBytes: 409_600, physLenBytes: 2_147_483_648 };
const cases = (["client", "server"] as const).flatMap((role) => [
  { role, count: 1, options: { ...readme, flows: 1, queueCount: 1 } },
  { role, count: 4, options: { ...readme, flows: 2, queueCount: 2 } },
  {
    ...{ role, count: 3 },
    options: {
      ...({ mode: "udmabuf", flows: 8, queueStart: 4, validate: true, rxCopy: true } as const),
      ...{ port: 20_000, sourcePort: 30_000, controlPort: 9_000, lengthS: 3 },
    },
  },
  { role, count: 2, options: { mode: "default", flows: 3 } as const },
]) satisfies { role: "client" | "server"; count: number; options: FlowSetInput }[];

/** Arguments of upstream's script for options, where they are given. */
function flagsOf(options: FlowSetInput): string[] {
  const { mode, flows = 4, bufferSizeBytes, physLenBytes, queueStart, queueCount } = options;
  const { port, sourcePort, controlPort, lengthS, validate, rxCopy } = options;
  const values = {
    ...{ mode, flows, threads: flows, "buffer-size": bufferSizeBytes, "phys-len": physLenBytes },
    ...{ "q-start": queueStart, "q-num": queueCount, port, "source-port": sourcePort },
    ...{ "control-port": controlPort, length: lengthS },
  };
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, String(value)],
    ),
    ...(validate === true ? ["--tcpd-validate"] : []),
    ...(rxCopy === true ? ["--tcpd-rx-cpy"] : []),
  ];
}

const numbers = [1, 2, 3, 4];
const addresses = (last: number, count: number) =>
  numbers.slice(0, count).map((number) => `192.168.${number}.${last}`);

interface Case {
  readonly count: number;
  readonly role: "client" | "server";
  readonly options: FlowSetInput;
}

const nicsOf = (count: number) => numbers.slice(0, count).map((number) => `eth${number}`);

function setsOf({ count, options }: Case) {
  const nics = nicsOf(count);
  const ends = (last: number) => {
    const addressed = addresses(last, count).map((address, index) => ({
      ...{ address, nic: nics[index] ?? "" },
    }));
    return profileEnds(a3High, addressed, options.flows ?? 4);
  };
  const clients = ends(23);
  const pairs = ends(26).flatMap((server, index) => {
    const client = clients[index];
    return client === undefined ? [] : [{ server, client }];
  });
  return planFlowSets(options, pairs);
}

/** What the script prints, of the environment only its own variable. */
async function printed(script: string, { count, role, options }: Case): Promise<string> {
  const argv = [
    ...["--hosts", addresses(26, count).join(","), "--src-ips", addresses(23, count).join(",")],
    ...["--devices", nicsOf(count).join(","), ...flagsOf(options), "--log", "DEBUG", "--dry-run"],
    ...(role === "client" ? ["--client"] : []),
  ];
  const { stderr } = await run("python3", [script, ...argv], { env: {} });
  return stderr.replaceAll(/, '(?:LC_CTYPE|PATH)': '[^']*'/g, "");
}

describe.skipIf(mirror === undefined)(mirror === undefined ? noMirror : "its own script", () => {
  test("prints the same commands for the same arguments", async () => {
    const directory = await mkdtemp(join(tmpdir(), "hoststack-script-"));
    try {
      const script = join(directory, "multi_neper.py");
      const source = `${tcpdBuild({ memory: "none" }).source.commit}:multi_neper.py`;
      const { stdout } = await run("git", ["--git-dir", mirror ?? "", "show", source]);
      await writeFile(script, stdout);
      for (const one of cases)
        expect(dryRunText(setsOf(one), one.role)).toBe(await printed(script, one));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
