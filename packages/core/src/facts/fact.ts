import { setMaxListeners } from "node:events";
import type { Parser } from "@hoststack/tools";
import type { Host } from "../host/host.js";

/** A read-only question about a host: one command and the parser of its answer. */
export interface Fact<T> {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly parser: Parser<T>;
}

/** Facts by the name an experiment uses for them. */
export type Facts = Readonly<Record<string, Fact<unknown>>>;

/** The answers of one host to a set of facts. */
export type Answers<F extends Facts> = {
  readonly [K in keyof F]: F[K] extends Fact<infer T> ? T : never;
};

/** Asks a host all facts at once. Throws what the commands or the parsers throw. */
export async function askFacts<F extends Facts>(
  host: Host,
  facts: F,
  signal: AbortSignal,
): Promise<Answers<F>> {
  // every question that is under way listens, and there may be dozens
  setMaxListeners(0, signal);
  const entries = await Promise.all(
    Object.entries(facts).map(async ([key, fact]) => {
      const { stdout } = await host.run({ argv: fact.argv }, { signal });
      return [key, fact.parser.parse(stdout)] as const;
    }),
  );
  return Object.fromEntries(entries) as Answers<F>;
}
