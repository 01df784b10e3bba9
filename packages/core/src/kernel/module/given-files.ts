import { hoststackError } from "../../errors/error.js";
import type { BatchCommand } from "../../host/batch.js";
import type { Host } from "../../host/host.js";
import { editText } from "../../steps/pattern-edit/edit-text.js";
import { script } from "../../steps/script.js";
import type { ModuleRecipe } from "./build-options.js";

/** Commands that print the files of a source directory that are to be edited. */
export function originalCommands({ source, edits }: ModuleRecipe): readonly BatchCommand[] {
  if ("files" in source) return [];
  return Object.keys(edits).map((file) => ({ argv: ["cat", `${source.directory}/${file}`] }));
}

/**
 * What the build is given as text, by path: sources that are no directory of the host, and edited files.
 * `originals` are what {@link originalCommands} printed. Throws OPTIONS_INVALID for an edit that does not fit.
 */
export function givenFiles(
  { source, edits }: ModuleRecipe,
  originals: readonly (string | undefined)[],
): Readonly<Record<string, string>> {
  const given = "files" in source ? source.files : {};
  const edited = Object.entries(edits).map(([file, list], index) => {
    const original = "files" in source ? source.files[file] : originals[index];
    if (original === undefined) throw editError(file, "there is no such file");
    const outcome = editText(original, list);
    if (outcome.kind === "refused") throw editError(file, outcome.reason);
    return [file, outcome.text] as const;
  });
  return { ...given, ...Object.fromEntries(edited) };
}

function editError(file: string, reason: string): Error {
  return hoststackError("OPTIONS_INVALID", `module build: "edits.${file}": ${reason}`, {
    remedy: "edits are made one after the other; each pattern has to be there as often as it says",
    details: { field: `edits.${file}` },
  });
}

const putScript = `path=$1; mkdir -p -- "\${path%/*}" && cat >"$path"`;

/** Puts given files below a directory of the host, where the build takes them from. */
export async function putGivenFiles(
  host: Host,
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const commands = Object.entries(files).map(([file, text]): BatchCommand => {
    return { ...script(putScript, `${directory}/${file}`), stdin: text };
  });
  if (commands.length === 0) return;
  const results = await host.batch(commands, { stopOnFailure: true });
  const failed = results.find(({ exitCode }) => exitCode !== 0);
  if (failed === undefined) return;
  throw hoststackError(
    "COMMAND_FAILED",
    `sources could not be written on ${host.name}: ${failed.stderr.trim()}`,
    { details: { host: host.name, directory } },
  );
}
