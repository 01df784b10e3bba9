import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { execa } from "execa";
import { hoststackError } from "../../../errors/error.js";
import { diesWithOwner } from "../../../host/owned.js";

const unzip = promisify(gunzip);

/**
 * Unpacks an xz file with the xz of an unpacked package tree, started by that tree's own loader, so
 * that this computer need have none.
 */
export async function unpackXz(tree: string, file: string, signal?: AbortSignal): Promise<Buffer> {
  const libraries = ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"].map((path) =>
    join(tree, path),
  );
  const loaders = ["lib64", "usr/lib64"].map((path) => join(tree, path, "ld-linux-x86-64.so.2"));
  const errors: unknown[] = [];
  for (const loader of loaders) {
    const [program, ...args] = diesWithOwner([
      loader,
      ...["--library-path", libraries.join(":")],
      ...[join(tree, "usr/bin/xz"), "-dc", file],
    ]);
    const result = await execa(program, args, {
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      encoding: "buffer",
      maxBuffer: 512 * 1024 * 1024,
      reject: false,
    });
    if (!result.failed) return Buffer.from(result.stdout);
    signal?.throwIfAborted();
    errors.push(result);
  }
  throw hoststackError("GUEST_FAILED", `${file} cannot be unpacked`, { cause: errors.at(0) });
}

/** Unpacks a module file by its ending; plain ones are just read. */
export async function unpackModule(
  tree: string,
  file: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  if (file.endsWith(".xz")) return await unpackXz(tree, file, signal);
  const content = await readFile(file);
  if (file.endsWith(".gz")) return await unzip(content);
  if (file.endsWith(".ko")) return content;
  throw hoststackError("CAPABILITY_MISSING", `${file} is compressed in a way not known here`);
}
