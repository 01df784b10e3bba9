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

/** A key that stays locked: the next one may do. */
export class KeyLocked extends Error {}

/** Asks on behalf of one login, whose time limit stands still while a person types. */
export function askingOf(ask: AskSecret | undefined, pause: Pause): Asking {
  if (ask === undefined) return { secrets: undefined, refusal: () => undefined };
  const shared = secretsOf(ask);
  let refusal: unknown;
  const paused = async <Value>(get: () => Promise<Value>): Promise<Value> => {
    if (refusal !== undefined) throw refusal;
    const resume = pause();
    try {
      return await get();
    } catch (error) {
      if (!(error instanceof KeyLocked)) refusal = error;
      throw error;
    } finally {
      resume();
    }
  };
  const secrets: Secrets = {
    get: (name, text) => paused(() => shared.get(name, text)),
    forget: shared.forget,
    key: (name, unlock) => paused(() => shared.key(name, unlock)),
  };
  return { secrets, refusal: () => refusal };
}
