import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";

const packageRoot = join(import.meta.dirname, "../..");
const blocks = /```ts\n([\s\S]*?)```/g;

/** The one program of the README that holds some words, with texts of it replaced, as JavaScript. */
async function program(words: string, changes: Readonly<Record<string, string>>): Promise<string> {
  const page = await readFile(join(packageRoot, "README.md"), "utf8");
  const found = [...page.matchAll(blocks)].flatMap(([, block = ""]) =>
    block.includes(words) ? [block] : [],
  );
  const [text] = found;
  if (text === undefined || found.length > 1) {
    throw new Error(`${found.length} programs of the README have ${words}`);
  }
  let changed = text;
  for (const [from, to] of Object.entries(changes)) {
    if (!changed.includes(from)) throw new Error(`the program of the README has no ${from}`);
    changed = changed.replace(from, to);
  }
  const { ES2022: target } = ts.ScriptTarget;
  const { ESNext: module } = ts.ModuleKind;
  return ts.transpileModule(changed, { compilerOptions: { target, module } }).outputText;
}

/** Which program of the README runs where. */
interface ReadmeRun {
  /** Words that no other program there has. */
  readonly words: string;
  /** Texts of it that are other here. */
  readonly changes: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly args: readonly string[];
}

/** Runs a program of the README with the packages as they were built; resolves with what it printed. */
export async function runReadmeProgram(run: ReadmeRun): Promise<string> {
  // packages are found from where the file lies
  const cache = join(packageRoot, "../../node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const own = await mkdtemp(join(cache, "hoststack-readme-"));
  try {
    const path = join(own, "program.mjs");
    await writeFile(path, await program(run.words, run.changes));
    const child = spawn(process.execPath, [path, ...run.args], {
      cwd: run.directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (piece) => {
      output += String(piece);
    });
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0) throw new Error(`the program of the README ended with ${code}:\n${output}`);
    return output;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
