const brand = Symbol.for("@hoststack/error");

/** What can go wrong in this package; core adds its own codes. */
export type ToolsErrorCode = "OPTIONS_INVALID" | "PARSE_FAILED";

/** The facts an error carries beside its message. */
export interface ErrorFacts {
  /** What the user can do about it, as one sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
  /** Values a program may want: host, exit status, field name. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The one error class of hoststack: `code` tells the kinds apart, `remedy` says what to do next. */
export class HoststackError<C extends string = string> extends Error {
  readonly code: C;
  readonly remedy: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: C, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = "HoststackError";
    this.code = code;
    this.remedy = facts.remedy;
    this.details = facts.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Recognises a hoststack error, also one thrown by another installed copy of the package. */
export function isHoststackError<C extends string>(
  value: unknown,
  code?: C,
): value is HoststackError<C> {
  if (typeof value !== "object" || value === null || !(brand in value)) return false;
  return code === undefined || ("code" in value && value.code === code);
}
