import { HoststackError } from "@hoststack/tools";

/** A text that cannot be what it is taken for; `name` is the parser's. */
export const parseFailure = (name: string, text: string): HoststackError =>
  new HoststackError("PARSE_FAILED", `${name}: ${text}`, { details: { parser: name } });
