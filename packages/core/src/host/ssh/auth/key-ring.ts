import {
  BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from "ssh2";
import type { Identity } from "./identity.js";

/**
 * All keys of a login, to ssh2 one agent: it offers the public halves in order and comes back for a
 * signature only when the server has accepted one.
 */
export class KeyRing extends BaseAgent {
  readonly #identities: readonly Identity[];
  readonly #accepted = new Set<Identity>();

  constructor(identities: readonly Identity[]) {
    super();
    this.#identities = identities;
  }

  /** The server wanted a signature of this key: when the login still failed, it asks for more. */
  accepted(identity: Identity): boolean {
    return this.#accepted.has(identity);
  }

  get someAccepted(): boolean {
    return this.#accepted.size > 0;
  }

  getIdentities(callback: IdentityCallback): void {
    callback(
      null,
      this.#identities.map(({ key }) => key),
    );
  }

  sign(
    key: ParsedKey | Buffer | string,
    data: Buffer,
    ...rest: [SigningRequestOptions | SignCallback, SignCallback?]
  ): void {
    const [first, second] = rest;
    const callback = typeof first === "function" ? first : second;
    const hash = typeof first === "object" ? first.hash : undefined;
    const identity = this.#identities.find((one) => one.key === key);
    if (identity !== undefined) this.#accepted.add(identity);
    const signed =
      identity?.sign(data, hash) ?? Promise.reject(new Error("not a key of this login"));
    signed.then(
      (signature) => callback?.(null, signature),
      (error: unknown) => callback?.(error instanceof Error ? error : new Error(String(error))),
    );
  }
}
