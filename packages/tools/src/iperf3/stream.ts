import { parseFailure } from "../kernel/text.js";

const event = /^\s*\{\s*"event"\s*:/;

/** Whether the text is `--json-stream`: one event object per line. */
export function isEventStream(lines: readonly string[]): boolean {
  return event.test(lines[0] ?? "");
}

/** Puts the events of `--json-stream` together to the document that `--json` prints. */
export function assembleStream(parser: string, lines: readonly string[]): unknown {
  const document: Record<string, unknown> = { intervals: [] };
  const intervals: unknown[] = [];
  for (const line of lines) {
    if (line.trim() === "") continue;
    const item = readEvent(parser, line);
    if (item.event === "interval") intervals.push(item.data);
    else if (item.event === "start" || item.event === "end" || item.event === "error") {
      if (document[item.event] !== undefined) {
        throw parseFailure(parser, "the text holds more than one run");
      }
      document[item.event] = item.data;
    }
  }
  return { ...document, intervals };
}

function readEvent(parser: string, line: string): { event: unknown; data: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && "event" in value && "data" in value) {
      return { event: value.event, data: value.data };
    }
  } catch {
    // Reported below: a cut line and a line that is no event are the same to the user.
  }
  throw parseFailure(parser, "a line of the JSON stream is cut or no event");
}
