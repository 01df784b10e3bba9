import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { hoststackError } from "../errors/error.js";
import type { Step } from "../plan/step.js";
import { fileStateCommand } from "./files/file-state.js";
import { placeFactsCommand } from "./files/place-facts.js";
import { decidePlacement } from "./files/placement.js";
import { checkStepOptions, fileMode, hostPath, stepId } from "./options.js";

const schema = z.strictObject({
  localPath: z.string().min(1),
  path: hostPath,
  mode: fileMode.default(0o755),
  after: stepId.optional(),
});

/** A program the user has built, to be copied to the host. */
export interface BuiltBinaryStepOptions {
  /** Path on the controller. */
  readonly localPath: string;
  /** Absolute path on the host; its directory has to exist. */
  readonly path: string;
  /** Permission bits. @default 0o755 */
  readonly mode?: number;
  /** The step that makes the directory, where one does. */
  readonly after?: string;
}

/**
 * Has a copy of a file of the controller on the host. The file is read now, and it is these bytes that
 * count: when it changes before it is copied, the step fails. Throws OPTIONS_INVALID, also when there is
 * no such file.
 */
export async function builtBinaryStep(options: BuiltBinaryStepOptions): Promise<Step> {
  const { localPath, path, mode, after } = checkStepOptions(schema, options, "built binary");
  const sha256 = await hashOf(localPath);
  const id = `built-binary:${path}`;
  return {
    id,
    title: `copy ${localPath} to ${path}`,
    scope: "machine",
    lifetime: "kept",
    survives: "reboot",
    check: fileStateCommand(path),
    probes: [placeFactsCommand(path)],
    decide: (seen, [facts], place) => {
      const hostPath = `${place.savedDirectory}/supplied-${sha256}`;
      const placement = { id, path, sha256, mode, sources: [hostPath], after };
      const decision = decidePlacement(placement, { seen, facts }, place);
      if (decision.state !== "needed") return decision;
      const discard = { argv: ["rm", "-f", hostPath] } as const;
      return {
        ...decision,
        actions: [...decision.actions, discard],
        undo: [...decision.undo, discard],
        supplies: [{ localPath, hostPath }],
        diff: `${seen.stdout.trim()} -> ${decision.wanted.trim()}`,
      };
    },
  };
}

async function hashOf(localPath: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(localPath), hash);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw hoststackError("OPTIONS_INVALID", `built binary step: "localPath": ${why}`, {
      cause,
      remedy: "build the program first, or name the file it is in",
      details: { step: "built binary", field: "localPath" },
    });
  }
  return hash.digest("hex");
}
