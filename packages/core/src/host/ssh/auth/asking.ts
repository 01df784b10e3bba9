import type { AskSecret } from "../config/target.js";
import { type Secrets, secretsOf } from "./secrets.js";

/** Asking during one login. */
export interface Asking {
  /** Undefined where nobody may be asked. */
  readonly secrets: Secrets | undefined;
  /** Why asking was refused: the login is over then. */
  readonly refusal: () => unknown;
}

/** Stops a clock; the returned function lets it run again. */
export type Pause = () => () => void;

/** Asks on behalf of one login, whose time limit stands still while a person types. */
export function askingOf(ask: AskSecret | undefined, pause: Pause): Asking {
  if (ask === undefined) return { secrets: undefined, refusal: () => undefined };
  const shared = secretsOf(ask);
  let refusal: unknown;
  const get = async (name: string, text: string): Promise<string> => {
    if (refusal !== undefined) throw refusal;
    const resume = pause();
    try {
      return await shared.get(name, text);
    } catch (error) {
      refusal = error;
      throw error;
    } finally {
      resume();
    }
  };
  return { secrets: { get, forget: shared.forget }, refusal: () => refusal };
}
