import { z } from "zod";
import { recordVersion } from "./record.js";

const versioned = z.object({ recordVersion: z.number() });

/** Why the text of a record was not read, after that failed: its version, or the first field that is wrong. */
export function whyUnread(text: string, cause: unknown): string {
  if (!(cause instanceof z.ZodError)) return "it is not whole, or not JSON";
  const { data } = versioned.safeParse(JSON.parse(text));
  if (data !== undefined && data.recordVersion !== recordVersion) {
    return `it is of record version ${data.recordVersion}, and this is for version ${recordVersion}`;
  }
  const [issue] = cause.issues;
  return `${issue?.path.join(".") || "the whole"}: ${issue?.message}`;
}
