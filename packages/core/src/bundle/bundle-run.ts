import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../errors/error.js";
import type { RunRecord } from "../result/record.js";
import { readRunRecord } from "../result/run-directory.js";
import { workingIn } from "../result/run-directory-lock.js";
import { type ArchiveFile, type SummedFile, summed, writeArchive } from "./archive.js";
import { campaignText } from "./campaign-text.js";
import { type PseudonymisedFiles, pseudonymise } from "./pseudonyms/pseudonymise.js";
import { readmeText } from "./readme-text.js";
import { type RunFile, runFiles } from "./run-files.js";

/** How a run is bundled. */
export interface BundleOptions {
  /** File to write. @default `<id>.tar.gz` in the current directory */
  readonly out?: string;
  /** Replace names and addresses in all texts. @default false */
  readonly pseudonymise?: boolean;
  /** Further names to replace with `pseudonymise`. @default none */
  readonly hide?: readonly string[];
  /** Replace a file that is there already. @default false */
  readonly force?: boolean;
}

/** A bundle that was written. */
export interface WrittenBundle {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Its files, in their order. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  /** With pseudonyms: names that stay, files that are no text, and how many names and addresses were replaced. */
  readonly pseudonyms?: Pick<PseudonymisedFiles, "binary" | "kept" | "replaced">;
}

async function checkTarget(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (force && found.isFile())) return;
  throw hoststackError("OUTPUT_UNWRITABLE", `${path} is there already`, {
    remedy: "name another file with --out, or replace it with --force",
  });
}

async function checkAtRest(directory: string): Promise<void> {
  const claim = await workingIn(directory);
  if (claim === undefined) return;
  throw hoststackError("BUNDLE_REFUSED", `a run goes on in ${directory}`, {
    remedy: `wait for its end; if there is none any more, remove ${claim}`,
  });
}

/** The run's own files and what a bundle adds, each with its digest; the list of digests comes last. */
async function withSums(
  files: readonly RunFile[],
  texts: Readonly<Record<string, string>>,
): Promise<SummedFile[]> {
  const made = Object.entries(texts).map(
    ([path, text]): ArchiveFile => ({ path, content: { text } }),
  );
  const own = files.map(({ path, source, bytes }): ArchiveFile => {
    return { path, content: { source, bytes } };
  });
  const all: SummedFile[] = [];
  for (const file of [...made, ...own]) all.push(await summed(file));
  const text = all.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("");
  return [...all, await summed({ path: "SHA256SUMS", content: { text } })];
}

/** Seconds since 1970 of the run's last moment, which all files of a bundle have. */
const endOf = ({ startedAt, endedAt }: RunRecord): number =>
  Math.floor(Date.parse(endedAt ?? startedAt) / 1000) || 0;

interface Contents {
  readonly files: readonly SummedFile[];
  readonly directory: string;
  readonly pseudonyms?: PseudonymisedFiles;
}

async function contentsOf(
  { listed, record }: { readonly listed: readonly RunFile[]; readonly record: RunRecord },
  options: BundleOptions,
  staging: string,
): Promise<Contents> {
  const pseudonyms = options.pseudonymise
    ? await pseudonymise({ record, files: listed, target: staging, hide: options.hide ?? [] })
    : undefined;
  const { rewrite = (text: string) => text, kept = [], binary = [] } = pseudonyms ?? {};
  const about = { record, pseudonymised: pseudonyms !== undefined, kept, binary };
  const texts = {
    "README.md": rewrite(readmeText(about)),
    "campaign.yaml": rewrite(await campaignText(record)),
  };
  for (const [path, text] of Object.entries(texts)) pseudonyms?.check(path, text);
  const files = await withSums(pseudonyms?.files ?? listed, texts);
  return { files, directory: rewrite(record.id), ...(pseudonyms ? { pseudonyms } : {}) };
}

const unwritable = (path: string, cause: unknown): unknown => {
  if (isHoststackError(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return hoststackError("OUTPUT_UNWRITABLE", `${path} cannot be written: ${why}`, {
    remedy: "name another file with --out",
    cause,
  });
};

/**
 * Writes a run or campaign directory as one archive: record, raw outputs, events and transcripts, with a README that
 * says how to run it again and the SHA-256 of every file. The file is there whole or not at all. Throws
 * BUNDLE_REFUSED when the run still goes on, changes meanwhile, or a name would remain under pseudonyms; OPTIONS_INVALID
 * for what is no run; OUTPUT_UNWRITABLE.
 */
export async function bundleRun(
  directory: string,
  options: BundleOptions = {},
): Promise<WrittenBundle> {
  const root = resolve(directory);
  const record = await readRunRecord(directory);
  await checkAtRest(root);
  const path = resolve(options.out ?? `${basename(record.id)}.tar.gz`);
  await checkTarget(path, options.force === true);
  try {
    await mkdir(dirname(path), { recursive: true });
    // listed before anything is written, which may be below it
    const listed = (await runFiles(root)).filter(({ source }) => source !== path);
    const staging = await mkdtemp(`${path}.`);
    try {
      const contents = await contentsOf({ listed, record }, options, join(staging, "files"));
      const archive = join(staging, "archive");
      await writeArchive(archive, contents.files, { ...contents, mtimeS: endOf(record) });
      const { sha256 } = await summed({ path: "", content: { source: archive, bytes: 0 } });
      const { size: bytes } = await stat(archive);
      await rename(archive, path);
      const { pseudonyms, files } = contents;
      return { path, bytes, sha256, files, ...(pseudonyms ? { pseudonyms } : {}) };
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}
