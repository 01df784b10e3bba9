import type { Channel, Terminal } from "./terminal.js";

/** A channel that keeps what is written to it, for tests. */
export interface RecordedChannel extends Channel {
  readonly text: () => string;
}

/** Makes a channel as wide as told; styles are left out of what it keeps. */
export function recordedChannel(
  settings: { readonly columns?: number; readonly live?: boolean } = {},
): RecordedChannel {
  let text = "";
  const raw = (more: string): void => {
    text += more;
  };
  return {
    raw,
    line: (more) => raw(`${more}\n`),
    live: settings.live ?? false,
    columns: settings.columns ?? Number.POSITIVE_INFINITY,
    style: (_format, styled) => styled,
    text: () => text,
  };
}

/** Makes a terminal of two such channels. */
export function recordedTerminal(): Terminal & {
  readonly out: RecordedChannel;
  readonly err: RecordedChannel;
} {
  return { out: recordedChannel(), err: recordedChannel() };
}
