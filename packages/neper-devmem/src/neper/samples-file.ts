import { defineParser, parseFailure, readNumber } from "@hoststack/tools";
import { z } from "zod";

const interval = z.strictObject({
  /** Seconds from the first sample of all flows. */
  fromS: z.number(),
  toS: z.number(),
  /** Bytes or transactions per second. */
  perS: z.number(),
});

const flow = z.strictObject({
  thread: z.int(),
  flow: z.int(),
  /** Bytes or transactions up to the last sample. */
  total: z.number(),
  /** From first to last sample; undefined of a flow with only one. */
  perS: z.number().optional(),
  intervals: z.array(interval),
});

const result = z.strictObject({ counts: z.enum(["bytes", "transactions"]), flows: z.array(flow) });

/** Samples of each flow. */
export type NeperSamples = z.infer<typeof result>;

const name = "neper-samples";

interface Sample {
  readonly atS: number;
  readonly total: number;
}

class Rows {
  #columns: readonly string[] | undefined;
  #firstS: number | undefined;
  readonly #flows = new Map<string, Sample[]>();

  take(text: string): void {
    if (text.trim() === "") return;
    const cells = text.split(",");
    if (this.#columns === undefined) {
      this.#columns = cells;
      this.#counted();
      return;
    }
    if (cells.length !== this.#columns.length) {
      throw parseFailure(name, `"${text}" has ${cells.length} of ${this.#columns.length} columns`);
    }
    const at = (index: number) => readNumber(name, cells[index] ?? "");
    const atS = at(2);
    this.#firstS ??= atS;
    const key = `${at(0)} ${at(1)}`;
    const samples = this.#flows.get(key) ?? [];
    this.#flows.set(key, samples);
    samples.push({ atS: atS - this.#firstS, total: at(3) });
  }

  #counted(): "bytes" | "transactions" {
    const head = this.#columns?.slice(0, 4).join(",");
    const [, counted] = /^tid,flow_id,time,(bytes_read|transactions)$/.exec(head ?? "") ?? [];
    if (counted === undefined) throw parseFailure(name, "its columns are not those of samples");
    return counted === "bytes_read" ? "bytes" : "transactions";
  }

  end(): NeperSamples {
    const counts = this.#counted();
    return { counts, flows: [...this.#flows].map(([key, samples]) => flowOf(key, samples)) };
  }
}

function rate(from: Sample, to: Sample): number {
  if (to.total < from.total) throw parseFailure(name, "a flow's count goes down");
  return (to.total - from.total) / (to.atS - from.atS);
}

function flowOf(key: string, samples: readonly Sample[]): NeperSamples["flows"][number] {
  const [thread = 0, id = 0] = key.split(" ").map(Number);
  const [first, last] = [samples[0], samples.at(-1)];
  const intervals = samples.slice(1).flatMap((to, index) => {
    const from = samples[index] ?? to;
    return to.atS > from.atS ? [{ fromS: from.atS, toS: to.atS, perS: rate(from, to) }] : [];
  });
  const whole = first && last && last.atS > first.atS ? { perS: rate(first, last) } : {};
  return { thread, flow: id, total: last?.total ?? 0, ...whole, intervals };
}

/**
 * CSV of `--all-samples`. Its own rate column is of neighbouring rows of whatever flows; here rates are of each flow.
 * Throws PARSE_FAILED for a row that was cut.
 */
export const neperSamplesParser = defineParser<NeperSamples>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    const rows = new Rows();
    return { line: (text) => rows.take(text), end: () => rows.end() };
  },
});
