import { pathToFileURL } from "node:url";
import { hoststackError } from "../../errors/error.js";
import type { FileSource } from "./yaml-source.js";

/** Whether this Node runs TypeScript by leaving its types out; since 22.18 without a flag. */
function stripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: string | false };
  return typescript === "strip" || typescript === "transform";
}

/**
 * Loads a testbed file that is a module, whose default export is the testbed. Throws
 * TESTBED_INVALID.
 */
export async function readModule(path: string): Promise<FileSource> {
  if (path.endsWith(".ts") && !stripsTypes()) {
    throw hoststackError(
      "TESTBED_INVALID",
      `${path}: Node ${process.versions.node} does not run TypeScript`,
      { remedy: "use Node 22.18 or newer, or write the file as .mjs or .yaml" },
    );
  }
  const loaded = (await import(pathToFileURL(path).href).catch((cause: unknown) => {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw hoststackError("TESTBED_INVALID", `${path} cannot be loaded: ${words}`, {
      cause,
      remedy: "correct the module; its default export is the testbed",
    });
  })) as { readonly default?: unknown };
  return { value: loaded.default, syntax: [], lineOf: () => undefined };
}
