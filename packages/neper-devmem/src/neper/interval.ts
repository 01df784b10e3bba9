import { parseFailure, readNumber } from "@hoststack/tools";
import type { NeperReport } from "./shape.js";

const carried = String.raw`\s*(-?\d+) ops,\s*(-?\d+) bytes,\s*(\S+) Mbps`;
const line = new RegExp(String.raw`^t=(\S+)\s+TX:${carried}; RX:${carried};$`);

/** A line of what a client has carried since the line before. Throws PARSE_FAILED for one that was cut. */
export function readInterval(text: string): NeperReport["intervals"][number] {
  const match = line.exec(text.trimEnd());
  if (match === null) throw parseFailure("neper", `"${text}" is no whole interval`);
  const at = (index: number) => readNumber("neper", match[index] ?? "");
  const part = (from: number) => ({
    operations: at(from),
    bytes: at(from + 1),
    bitsPerS: at(from + 2) * 1e6,
  });
  return { atS: at(1), sent: part(2), received: part(5) };
}
