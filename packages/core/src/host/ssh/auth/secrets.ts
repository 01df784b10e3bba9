import type { AskSecret } from "../config/target.js";

/** Passphrases and passwords the user has given, each asked for once. In memory only. */
export interface Secrets {
  /** The answer given before under that name, or asked for now. Rejects as the asking does. */
  get(name: string, text: string): Promise<string>;
  /** Drops an answer that turned out to be wrong, unless another was given since. */
  forget(name: string, wrong: string): Promise<void>;
}

/** Answers belong to whoever asks: one asker's hosts share them, nobody else sees them. */
const answered = new WeakMap<AskSecret, Map<string, Promise<string>>>();

/** The answers of one asker, for the life of the process. */
export function secretsOf(ask: AskSecret): Secrets {
  const answers = answered.get(ask) ?? new Map<string, Promise<string>>();
  answered.set(ask, answers);
  return {
    get: (name, text) => {
      const known = answers.get(name);
      if (known !== undefined) return known;
      const answer = ask({ text, secret: true });
      answers.set(name, answer);
      // A question that was refused may be asked again.
      answer.catch(() => answers.delete(name));
      return answer;
    },
    forget: async (name, wrong) => {
      if ((await answers.get(name)) === wrong) answers.delete(name);
    },
  };
}
