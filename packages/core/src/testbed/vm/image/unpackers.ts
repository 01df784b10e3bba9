import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isHoststackError } from "@hoststack/tools";
import { hoststackError } from "../../../errors/error.js";
import { runLocalToolForBytes } from "../../../packages/local-tool.js";

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
  const errors: string[] = [];
  for (const loader of loaders) {
    const result = await runLocalToolForBytes({
      argv: [loader, "--library-path", libraries.join(":"), join(tree, "usr/bin/xz"), "-dc", file],
      signal,
    }).catch((error: unknown) => {
      if (!isHoststackError(error, "TOOL_MISSING")) throw error;
      return { ok: false, stdout: Buffer.of(), stderr: error.message };
    });
    if (result.ok) return result.stdout;
    errors.push(result.stderr);
  }
  throw hoststackError("GUEST_FAILED", `${file} cannot be unpacked: ${errors.join("; ")}`);
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
