import { readFile } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";

/** What QEMU itself takes beside a guest's memory. */
const overheadMib = 96;

/** Reads MemAvailable of /proc/meminfo in MiB; undefined where it is not told. */
export function parseAvailableMib(meminfo: string): number | undefined {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? undefined : Math.floor(Number(kib) / 1024);
}

/** Throws CAPABILITY_MISSING unless this many guests fit into the memory that is available. */
export async function needMemory(guests: number, memoryMib: number): Promise<void> {
  const available = parseAvailableMib(await readFile("/proc/meminfo", "utf8"));
  const needed = guests * (memoryMib + overheadMib);
  if (available === undefined || available >= needed) return;
  throw hoststackError(
    "CAPABILITY_MISSING",
    `${guests} guests of ${memoryMib} MiB take ${needed} MiB of memory, ${available} MiB are available`,
    {
      remedy: "end other programs, or use a computer with more memory",
      details: { needed, available },
    },
  );
}
