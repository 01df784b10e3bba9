import { createWriteStream } from "node:fs";
import { copyFile, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hoststackError } from "../../errors/error.js";
import type { RunRecord } from "../../result/record.js";
import { readRunRecord } from "../../result/run-directory.js";
import type { RunFile } from "../run-files.js";
import { isBinary, textPieces } from "../text-pieces.js";
import { PseudonymDraw } from "./draw.js";
import { namesInRecord, namesInText, namesOfController } from "./find-names.js";
import { LeftoverSearch, type Originals } from "./leftovers.js";
import { type KnownName, sortNames } from "./names.js";
import { addressesIn, Rewriter } from "./rewriter.js";
import { neededWords } from "./words.js";

/** A run whose files are to be written under pseudonyms. */
export interface PseudonymRequest {
  readonly record: RunRecord;
  readonly files: readonly RunFile[];
  /** Where the files are written. */
  readonly target: string;
  /** Further names to be replaced. */
  readonly hide: readonly string[];
}

/** Files under pseudonyms. */
export interface PseudonymisedFiles {
  readonly files: readonly RunFile[];
  /** Replaces names in a text that is made of the record. */
  readonly rewrite: (text: string) => string;
  /** Throws BUNDLE_REFUSED when a text still holds something that was to be replaced. */
  readonly check: (where: string, text: string) => void;
  /** Names that stay, since they are words of every record. */
  readonly kept: readonly string[];
  /** Files that hold no text: they are as they were, and hold no known name as far as that can be seen. */
  readonly binary: readonly string[];
  /** How many names and addresses were replaced. */
  readonly replaced: number;
}

/** Bytes as characters, as the texts are read; names are found and replaced in that form. */
const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
const plain = (text: string): string => Buffer.from(text, "latin1").toString();

async function findOriginals({ record, files, hide }: PseudonymRequest) {
  const found: KnownName[] = [
    ...namesInRecord(record),
    ...namesOfController(),
    ...hide.map((text) => ({ kind: "word", text }) as const),
  ];
  const addresses = new Map<string, string>();
  for (const { source } of files) {
    for await (const piece of textPieces(source)) {
      found.push(...distinct(namesInText(piece)));
      for (const { kind, text } of addressesIn(piece)) addresses.set(text, kind);
    }
  }
  const sorted = sortNames(found, neededWords(record));
  const wanted = hide.find((text) => sorted.kept.includes(text));
  if (wanted !== undefined) {
    throw hoststackError("OPTIONS_INVALID", `"${wanted}" is a word every record needs`, {
      remedy: "do not hide it; it tells of nobody",
      details: { field: "hide" },
    });
  }
  return { ...sorted, addresses };
}

const distinct = (names: readonly KnownName[]): KnownName[] => [
  ...new Map(names.map((name) => [name.text, name])).values(),
];

async function rewriteFile(file: RunFile, target: string, rewriter: Rewriter): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  if (await isBinary(file.source)) {
    await copyFile(file.source, target);
    return;
  }
  async function* pieces() {
    for await (const piece of textPieces(file.source)) {
      yield Buffer.from(rewriter.rewrite(piece), "latin1");
    }
  }
  await pipeline(Readable.from(pieces()), createWriteStream(target));
}

/** Refuses a line that holds something; bytes as characters. */
function checkLine(where: string, line: string, search: LeftoverSearch): void {
  const [found] = search.inLine(line);
  if (found === undefined) return;
  const what = `the ${found.kind} "${plain(found.text)}"`;
  throw hoststackError("BUNDLE_REFUSED", `${where} still holds ${what}`, {
    remedy: "remove that file, or change what it says, and bundle again; nothing was written",
    details: { where, kind: found.kind },
  });
}

/** Throws BUNDLE_REFUSED when a file, or its name, still holds something that was to be replaced. */
async function checkLeftovers(files: readonly RunFile[], search: LeftoverSearch): Promise<void> {
  for (const { path, source } of files) {
    checkLine(`the name of ${path}`, latin1(path), search);
    let line = 1;
    for await (const piece of textPieces(source)) {
      for (const [index, text] of piece.split("\n").entries()) {
        checkLine(`${path}, line ${line + index},`, text, search);
      }
      line += piece.split("\n").length - 1;
    }
  }
}

/** Looks through all texts, whatever made them, for what was to be replaced. */
export function leftoverSearch(originals: Originals, rewriter: Rewriter): LeftoverSearch {
  return new LeftoverSearch(originals, (_kind, text) => rewriter.rewrite(text) === text);
}

/** A name may be one that the record cannot do without, and nobody thought of it. */
async function checkReadable(directory: string): Promise<void> {
  await readRunRecord(directory).catch((cause: unknown) => {
    throw hoststackError("BUNDLE_REFUSED", "the record cannot be read under pseudonyms", {
      remedy: "bundle it without them; a name of a host or user is a word the record needs",
      cause,
    });
  });
}

/**
 * Writes the files of a run with names and addresses replaced, and then looks whether any is left. Throws
 * BUNDLE_REFUSED when one is, OPTIONS_INVALID for a name that cannot be hidden.
 */
export async function pseudonymise(request: PseudonymRequest): Promise<PseudonymisedFiles> {
  const { names, kept, addresses } = await findOriginals(request);
  const texts = [...names.map(({ text }) => text), ...addresses.keys()];
  const rewriter = new Rewriter(names, new PseudonymDraw(texts));
  const rewrite = (text: string) => plain(rewriter.rewrite(latin1(text)));
  const files: RunFile[] = [];
  const binary: string[] = [];
  for (const file of request.files) {
    const path = rewrite(file.path);
    const source = join(request.target, path);
    await rewriteFile(file, source, rewriter);
    if (await isBinary(source)) binary.push(path);
    files.push({ path, source, bytes: (await stat(source)).size });
  }
  const search = leftoverSearch({ names, addresses }, rewriter);
  await checkLeftovers(files, search);
  await checkReadable(request.target);
  const check = (where: string, text: string) => {
    for (const line of latin1(text).split("\n")) checkLine(where, line, search);
  };
  return { files, rewrite, check, kept, binary, replaced: texts.length };
}
