import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";

/** A raw output on the controller's disk; parsers read it line by line in bounded memory. */
export interface OutputFile {
  /** Absolute path on the controller. */
  readonly path: string;
  lines(): AsyncIterable<string>;
  sizeBytes(): Promise<number>;
}

/** What one process left behind. */
export interface ProcessOutput {
  readonly stdout: OutputFile;
  readonly stderr: OutputFile;
  /** Collected files by their path on the host. */
  readonly files: ReadonlyMap<string, OutputFile>;
}

/** Outputs by process id. Asking for an id that did not run is a mistake of the experiment. */
export interface Outputs {
  of(process: string): ProcessOutput;
}

/** Wraps a file on the controller's disk. */
export function outputFile(path: string): OutputFile {
  return {
    path,
    lines: () =>
      createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY }),
    sizeBytes: async () => (await stat(path)).size,
  };
}

/** The last lines of an output that say anything, for error messages. At most 64 KiB are read. */
export async function lastWords(file: OutputFile, count = 4): Promise<string> {
  const start = Math.max(0, (await file.sizeBytes()) - 65_536);
  const kept: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file.path, { start }) })) {
    // ANSI colours and rulers say nothing
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is removed
    const text = line.replaceAll(/\x1b\[[0-9;]*m/g, "").trim();
    if (text === "" || /^[-*=]+$/.test(text)) continue;
    kept.push(text);
    if (kept.length > count) kept.shift();
  }
  return kept.join(" | ");
}
