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

/** Asks a host all facts in one round trip. Throws what the commands or the parsers throw. */
export async function askFacts<F extends Facts>(
  host: Host,
  facts: F,
  signal: AbortSignal,
): Promise<Answers<F>> {
  const asked = Object.entries(facts);
  if (asked.length === 0) return {} as Answers<F>;
  const commands = asked.map(([, { argv }]) => ({ argv }));
  const results = await host.batch(commands, { signal });
  const entries = asked.map(async ([key, { argv, parser }], index) => {
    const result = results[index];
    // a command on its own tells better why it failed
    const { stdout } = result?.exitCode === 0 ? result : await host.run({ argv }, { signal });
    return [key, parser.parse(stdout)] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Answers<F>;
}
