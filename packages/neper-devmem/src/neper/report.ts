import { defineParser, parseFailure } from "@hoststack/tools";
import { readInterval } from "./interval.js";
import { resultsOf, type Values } from "./results.js";
import { type NeperReport, neperReport } from "./shape.js";

const name = "neper";
const wordsKept = 4;

/** Options are echoed first; with these the program says what it is going to do. */
const planKeys = new Set(["total_run_time", "total_transactions"]);

/** Keys of the middle part, neither options nor results. */
const placeKeys = new Set(["allowed_core_num", "allowed_cores"]);

class Reading {
  readonly #options: Record<string, string> = {};
  readonly #values = new Map<string, string>();
  readonly #intervals: NeperReport["intervals"] = [];
  /** Lines that are no `key=value`: what a program says when it gives up. */
  readonly #words: string[] = [];
  #planned = false;

  take(text: string): void {
    if (text.startsWith("t=")) {
      this.#intervals.push(readInterval(text));
      return;
    }
    const [, key, value] = /^([A-Za-z_][\w.]*)=(.*)$/.exec(text) ?? [];
    if (key === undefined || value === undefined) this.#say(text);
    else this.#set(key, value);
  }

  report(): unknown {
    const values = this.#values;
    const version = this.#options["VERSION"];
    if (version === undefined) throw this.#failure("there is no VERSION, which neper begins with");
    if (!this.#planned && this.#options["dry_run"] !== "1") {
      throw this.#failure("it ended before it had checked its options");
    }
    const dry = this.#options["dry_run"] === "1";
    if (!dry && !values.has("remote_throughput")) throw this.#failure(this.#unfinished());
    const { VERSION: _, ...options } = this.#options;
    const cpus = values.get("allowed_cores");
    return {
      version,
      options,
      role: options["client"] === "1" ? "client" : "server",
      wanted: wantedOf(values),
      ...(cpus === undefined ? {} : { allowedCpus: cpus }),
      intervals: this.#intervals,
      ...(dry ? {} : { results: resultsOf(values) }),
    };
  }

  #unfinished(): string {
    return this.#values.has("invalid_secret_count")
      ? "it ended within its results"
      : "it ended without results";
  }

  #failure(why: string): Error {
    return parseFailure(name, why, this.#words.slice(-wordsKept));
  }

  #say(text: string): void {
    if (text.trim() !== "") this.#words.push(text.trim());
    if (this.#words.length > 10 * wordsKept) this.#words.shift();
  }

  #set(key: string, value: string): void {
    if (key in this.#options || this.#values.has(key)) {
      throw parseFailure(name, `"${key}" is there twice, as if the text were of two runs`);
    }
    if (planKeys.has(key)) this.#planned = true;
    if (this.#planned || placeKeys.has(key)) this.#values.set(key, value);
    else this.#options[key] = value;
  }
}

function wantedOf(values: Values): NeperReport["wanted"] {
  const [seconds, transactions] = ["total_run_time", "total_transactions"].map((key) =>
    values.get(key),
  );
  return {
    ...(seconds === undefined ? {} : { seconds: Number(seconds) }),
    ...(transactions === undefined ? {} : { transactions: Number(transactions) }),
  };
}

/**
 * Standard output of any plain neper program, of both branches. Figures that are none (`-nan`, 2^64, a server's
 * latencies of zero) are left out and named in `results.invalid`; a program that ended early is PARSE_FAILED with its
 * words.
 */
export const neperParser = defineParser<NeperReport>({
  name,
  version: 1,
  schema: neperReport,
  reader: () => {
    const reading = new Reading();
    return { line: (text) => reading.take(text), end: () => reading.report() };
  },
});
