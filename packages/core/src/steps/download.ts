import { z } from "zod";
import type { Answer, Step } from "../plan/step.js";
import { impossible, type Needed, notBefore } from "./decisions.js";
import { fileStateCommand, parseFileState } from "./files/file-state.js";
import { placeFactsCommand } from "./files/place-facts.js";
import { decidePlacement } from "./files/placement.js";
import { checkStepOptions, fileMode, hostPath, sha256Hex, stepId } from "./options.js";
import { script } from "./script.js";
import { sourceUrl } from "./source-url.js";

const source = z.union([hostPath, sourceUrl]);

const schema = z.strictObject({
  url: source,
  sources: z.array(source).default([]),
  sha256: sha256Hex,
  path: hostPath,
  mode: fileMode.default(0o644),
  after: stepId.optional(),
});

/** A file to fetch. */
export interface DownloadStepOptions {
  /** `https:`, `http:` or `file:` URL; the hash makes any of them safe. */
  readonly url: string;
  /** URLs or paths on the host to try first, in order: a mirror, a cache. @default none */
  readonly sources?: readonly string[];
  /** SHA-256 as 64 hexadecimal digits; bytes with another are never put in place. */
  readonly sha256: string;
  /** Absolute path on the host; its directory has to exist. */
  readonly path: string;
  /** Permission bits. @default 0o644 */
  readonly mode?: number;
  /** The step that makes the directory or installs curl, where one does. */
  readonly after?: string;
}

const toolScript = `command -v curl || command -v wget || echo none`;

/**
 * Has a file with a known hash, fetched by the host's own curl or wget. A source that fails or has other
 * bytes is left for the next; when none is right, all are named and nothing is changed. Throws
 * OPTIONS_INVALID.
 */
export function downloadStep(options: DownloadStepOptions): Step {
  const given = checkStepOptions(
    schema,
    { ...options, sources: [...(options.sources ?? [])] },
    "download",
  );
  const { path, sha256, mode, after } = given;
  const id = `download:${path}`;
  const sources = [...given.sources, given.url].map(withoutFileScheme);
  return {
    id,
    title: `download ${path} from ${given.url}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: fileStateCommand(path),
    probes: [placeFactsCommand(path), script(toolScript)],
    decide: (seen, [facts, tool], place) => {
      const state = parseFileState(seen.stdout);
      const there = state.kind === "file" && state.sha256 === sha256;
      const from = there ? [path] : sources;
      const placement = { id, path, sha256, mode, sources: from, after };
      const decision = decidePlacement(placement, { seen, facts }, place);
      if (decision.state !== "needed") return decision;
      if (!canFetch(from, tool)) return notBefore(after, noTool);
      return { ...decision, diff: diffOf(decision, seen) };
    },
  };
}

const noTool = impossible(
  "the host has neither curl nor wget",
  "install one of them, or give a path on the host among the sources",
);

function canFetch(sources: readonly string[], tool: Answer | undefined): boolean {
  return sources.some((one) => one.startsWith("/")) || tool?.stdout.trim() !== "none";
}

function diffOf({ wanted }: Needed, seen: Answer): string {
  return `${seen.stdout.trim()} -> ${wanted.trim()}`;
}

function withoutFileScheme(one: string): string {
  return one.startsWith("file://") ? decodeURIComponent(new URL(one).pathname) : one;
}
