import { readFileSync } from "node:fs";

/** Clock ticks of /proc/self/stat in a second, part of Linux' ABI. */
const ticksPerSecond = 100;

/**
 * CPU time of this process and of its children that have ended and their waited-for descendants, in
 * ms. Servers a bench has started and that still run are not in it.
 */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const childTicks = Number(fields[13]) + Number(fields[14]);
  return (user + system) / 1000 + (childTicks * 1000) / ticksPerSecond;
}
