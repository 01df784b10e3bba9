import type { ParsedKey } from "ssh2";
import type { AskSecret } from "../config/target.js";

/** Passphrases and passwords the user has given, each asked for once. In memory only. */
export interface Secrets {
  /** The answer given before under that name, or asked for now. Rejects as the asking does. */
  get(name: string, text: string): Promise<string>;
  /** Drops an answer that turned out to be wrong, unless another was given since. */
  forget(name: string, wrong: string): Promise<void>;
  /** The key unlocked before under that name, or now: it takes half a second of computing. */
  key(name: string, unlock: () => Promise<ParsedKey>): Promise<ParsedKey>;
}

/** Answers belong to whoever asks: one asker's hosts share them, nobody else sees them. */
const given = new WeakMap<AskSecret, Secrets>();

/** The answers of one asker, for the life of the process. */
export function secretsOf(ask: AskSecret): Secrets {
  const secrets = given.get(ask) ?? newSecrets(ask);
  given.set(ask, secrets);
  return secrets;
}

function newSecrets(ask: AskSecret): Secrets {
  const answers = new Map<string, Promise<string>>();
  const keys = new Map<string, Promise<ParsedKey>>();
  return {
    get: (name, text) => once(answers, name, () => ask({ text, secret: true })),
    forget: async (name, wrong) => {
      if ((await answers.get(name)) === wrong) answers.delete(name);
    },
    key: (name, unlock) => once(keys, name, unlock),
  };
}

/** What is under way or was had before; what failed may be tried again. */
function once<Value>(
  known: Map<string, Promise<Value>>,
  name: string,
  get: () => Promise<Value>,
): Promise<Value> {
  const before = known.get(name);
  if (before !== undefined) return before;
  const value = get();
  known.set(name, value);
  value.catch(() => known.delete(name));
  return value;
}
