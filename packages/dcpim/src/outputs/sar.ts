import { defineParser } from "@hoststack/tools";
import { z } from "zod";
import { parseFailure } from "./failure.js";

const name = "sar-cpu";
const percent = z.number().min(0).max(101);

const use = z.strictObject({
  /** CPU, or all of them. */
  cpu: z.union([z.literal("all"), z.int().min(0)]),
  userPercent: percent,
  nicePercent: percent,
  /** With interrupts, which plain `sar -u` does not tell apart. */
  systemPercent: percent,
  iowaitPercent: percent,
  stealPercent: percent,
  idlePercent: percent,
});

const result = z.strictObject({
  /** CPUs the machine had by sar's first line. @default absent */
  cpus: z.int().positive().optional(),
  uses: z.array(use).min(1),
});

/** Averages of `sar -u -P ALL`. */
export type SarCpu = z.infer<typeof result>;
export type SarCpuUse = z.infer<typeof use>;

const columns = ["%user", "%nice", "%system", "%iowait", "%steal", "%idle"];
const row = /^Average:\s+(all|\d+)((?:\s+\d+\.\d{2}){6})\s*$/;

/** Reads `LC_ALL=C sar -u SECONDS 1 -P ALL`; a text of another locale, or cut before its averages, is refused. */
export const sarCpuParser = defineParser<SarCpu>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const uses: SarCpuUse[] = [];
    let cpus: number | undefined;
    const header = (words: readonly string[]) => {
      if (columns.every((column, index) => words[index] === column)) return;
      throw parseFailure(name, `columns ${words.join(" ")} are not those of sar -u`);
    };
    return {
      line(text) {
        const machine = /^Linux .*\((\d+) CPU\)\s*$/.exec(text);
        if (machine !== null) cpus = Number(machine[1]);
        const title = /^Average:\s+CPU\s+(.*)$/.exec(text);
        if (title !== null) header(title[1]?.trim().split(/\s+/) ?? []);
        const found = row.exec(text);
        if (found === null) return;
        const [, cpu = "", rest = ""] = found;
        const [user = 0, nice = 0, system = 0, iowait = 0, steal = 0, idle = 0] = rest
          .trim()
          .split(/\s+/)
          .map(Number);
        uses.push({
          cpu: cpu === "all" ? "all" : Number(cpu),
          ...{ userPercent: user, nicePercent: nice, systemPercent: system },
          ...{ iowaitPercent: iowait, stealPercent: steal, idlePercent: idle },
        });
      },
      end() {
        if (uses.length === 0) {
          throw parseFailure(name, "no line Average: of LC_ALL=C sar -u; it is printed at the end");
        }
        return cpus === undefined ? { uses } : { cpus, uses };
      },
    };
  },
});

/** Cores in use by applications and by the matching work. */
export interface CoresInUse {
  readonly cores: number;
  readonly matchingCores: number;
}

/** Cores of the application's CPUs in anything but idling and waiting for disks, and of the matching CPU apart. */
export function coresInUse(
  { uses }: SarCpu,
  { cpus, matchingCpu }: { readonly cpus: readonly number[]; readonly matchingCpu: number },
): CoresInUse {
  const share = (wanted: (cpu: number) => boolean) =>
    uses
      .filter(({ cpu }) => cpu !== "all" && wanted(cpu))
      .reduce((sum, one) => sum + (100 - one.idlePercent - one.iowaitPercent) / 100, 0);
  return {
    cores: share((cpu) => cpus.includes(cpu) && cpu !== matchingCpu),
    matchingCores: share((cpu) => cpu === matchingCpu),
  };
}

/** Upstream's `calc_cpu`: `%system` alone, of every fourth CPU up to that of the last flow; CPU 60 is the matching one. */
export function publishedCores({ uses }: SarCpu, flows: number): CoresInUse {
  const system = (wanted: (cpu: number) => boolean) =>
    uses
      .filter(({ cpu }) => cpu !== "all" && cpu % 4 === 0 && wanted(cpu))
      .reduce((sum, { systemPercent }) => sum + systemPercent / 100, 0);
  return {
    cores: system((cpu) => cpu !== 60 && cpu / 4 <= flows - 1),
    matchingCores: system((cpu) => cpu === 60),
  };
}
