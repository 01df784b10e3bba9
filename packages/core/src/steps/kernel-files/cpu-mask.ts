/**
 * Writes a set of CPUs as the kernel prints a mask: hexadecimal digits in groups of 32 bits. `like` is a
 * mask of the same machine, which has as many digits as the machine has CPUs. Undefined when a CPU is
 * beyond it.
 */
export function cpuMask(cpus: readonly number[], like: string): string | undefined {
  const digits = like.replaceAll(",", "").length;
  let bits = 0n;
  for (const cpu of cpus) bits |= 1n << BigInt(cpu);
  const text = bits.toString(16).padStart(digits, "0");
  if (text.length > digits) return undefined;
  return text.replaceAll(/(?<=[0-9a-f])(?=(?:[0-9a-f]{8})+$)/g, ",");
}

/** Writes a set of CPUs as the kernel prints a list: `0-3,8`. */
export function cpuList(cpus: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const cpu of [...new Set(cpus)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === cpu - 1) last[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/** Reads a list such as `0-3,8`; undefined when it is none. */
export function parseCpuList(text: string): readonly number[] | undefined {
  if (text.trim() === "") return [];
  const cpus: number[] = [];
  for (const part of text.trim().split(",")) {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from) || Number(to) > 65_535) return undefined;
    for (let cpu = Number(from); cpu <= Number(to); cpu++) cpus.push(cpu);
  }
  return cpus;
}
