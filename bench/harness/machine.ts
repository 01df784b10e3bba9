import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** This machine in one line, without a name of it. */
export function machineLine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const { PRETTY_NAME: system = process.platform } = osRelease();
  return `${availableParallelism()} CPUs (${model}), ${memory} GiB, ${system}, Linux ${release()}, node ${process.version}`;
}

function osRelease(): Record<string, string> {
  const text = readFileSync("/etc/os-release", "utf8");
  return Object.fromEntries(
    text
      .split("\n")
      .map((line) => line.split("="))
      .map(([key = "", value = ""]) => [key, value.replaceAll('"', "")]),
  );
}

/** Load average of the last minute. */
export const loadNow = (): string => (loadavg()[0] ?? Number.NaN).toFixed(1);
