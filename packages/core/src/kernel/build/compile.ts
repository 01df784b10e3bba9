import { type BuildPlace, placedScript, runScript } from "./build-place.js";
import { CompileLog } from "./compile-log.js";
import { makeArguments } from "./make-arguments.js";
import { compileScript, notPacked } from "./make-scripts.js";
import { runStage, stageError } from "./stage-run.js";

/** What is to be compiled. */
export interface Compilation {
  /** Directory of the line. */
  readonly line: string;
  readonly tag: string;
  readonly patchKey: string;
  readonly configKey: string;
  /** Nothing was compiled there before: everything will be. */
  readonly whole: boolean;
  /** Noted with the kernel. */
  readonly record: unknown;
}

/** A kernel that was built. */
export interface Compiled {
  readonly log: string;
  /** It lies in its place as well. */
  readonly packed: boolean;
}

const totalScript = `cat -- "$1/objects" 2>/dev/null || :`;
const keepTotalScript = `echo "$2" >"$1/objects.new" && mv -f -- "$1/objects.new" "$1/objects"`;

/**
 * Builds kernel and modules and packs them at once, which begins while make goes on. How many objects there will be is known when the line was compiled as a whole
 * before. Throws KERNEL_BUILD_FAILED with the first error of the compiler.
 */
export async function compile(
  place: BuildPlace,
  { line, tag, patchKey, configKey, whole, record }: Compilation,
): Promise<Compiled> {
  const known = whole ? Number(await runScript(place, totalScript, line)) : 0;
  const total = known > 0 ? known : undefined;
  const log = new CompileLog();
  place.tell({ kind: "objects", done: 0, total });
  const outcome = await runStage(place, {
    stage: "build",
    key: tag,
    directory: `${line}/logs`,
    command: placedScript(
      place,
      compileScript,
      ...[line, tag, patchKey, configKey, `${place.work}/kernels`, JSON.stringify(record)],
      ...makeArguments(place),
    ),
    onOutput: (text) => {
      const before = log.objects;
      log.push(text);
      if (log.objects > before) place.tell({ kind: "objects", done: log.objects, total });
    },
  });
  if (!outcome.ok) throw stageError(place, outcome, log.firstError);
  if (whole) await runScript(place, keepTotalScript, line, String(log.objects));
  return { log: outcome.log, packed: !outcome.tail.trimEnd().endsWith(notPacked) };
}
