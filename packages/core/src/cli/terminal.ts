import { styleText } from "node:util";

/** Where a command line writes: data to `out`, words for people to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** A person watches `err`, so a line may be drawn over. */
  readonly live: boolean;
  readonly columns: number;
  /** Colours text when the terminal shows colours; respects NO_COLOR and FORCE_COLOR. */
  style(format: "bold" | "dim" | "green" | "yellow" | "red", text: string): string;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const live = stderr.isTTY === true && env["CI"] === undefined && env["TERM"] !== "dumb";
  const colours =
    env["FORCE_COLOR"] === undefined
      ? stderr.isTTY === true && env["NO_COLOR"] === undefined && env["TERM"] !== "dumb"
      : env["FORCE_COLOR"] !== "0";
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    live,
    columns: stderr.isTTY ? stderr.columns : Number.POSITIVE_INFINITY,
    style: (format, text) => (colours ? styleText(format, text) : text),
  };
}
