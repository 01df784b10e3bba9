import { readFileSync, writeSync } from "node:fs";
import { coreVersion, packageVersion } from "../version.js";

/** What the `bin.ts` of a system hands over. */
export interface Bin {
  /** Without node and the script. */
  readonly argv: readonly string[];
  /** `import.meta.url` of `bin.ts`. */
  readonly moduleUrl: string;
  /** Loads the command line itself. */
  readonly load: () => Promise<{ main(argv: readonly string[]): Promise<number> }>;
}

/** Where a build keeps the help of a command line; core of another version would word it otherwise. */
export function helpFile(moduleUrl: string): URL {
  return new URL(`help-${coreVersion()}.txt`, moduleUrl);
}

/** What needs no system to be answered: loading one takes twice as long as starting node. */
function knownAnswer({ argv, moduleUrl }: Bin): string | undefined {
  const [word] = argv;
  if (argv.length !== 1) return undefined;
  if (word === "--version") return `${packageVersion(moduleUrl)}\n`;
  if (word !== "--help" && word !== "-h" && word !== "help") return undefined;
  try {
    return readFileSync(helpFile(moduleUrl), "utf8");
  } catch {
    return undefined;
  }
}

/** Whether a text could be written to standard output at once and whole. */
function written(text: string): boolean {
  try {
    return writeSync(1, text) === Buffer.byteLength(text);
  } catch {
    return false;
  }
}

/**
 * Runs a command line and returns its exit code. `--version` and the help a build has kept are
 * answered at once; everything else, and an output that takes nothing, is left to the loaded command line.
 */
export async function runBin(bin: Bin): Promise<number> {
  const answer = knownAnswer(bin);
  if (answer !== undefined && written(answer)) return 0;
  const { main } = await bin.load();
  return await main(bin.argv);
}
