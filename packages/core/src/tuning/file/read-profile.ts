import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { z } from "zod";
import { hoststackError } from "../../errors/error.js";
import type { FieldSchema, FileForm } from "../../testbed/file/file-form.js";
import { shapeIssues } from "../../testbed/file/shape-issues.js";
import { toldIssues } from "../../testbed/file/told-issues.js";
import type { FileSource } from "../../testbed/file/yaml-source.js";
import type { TuningProfile } from "../profile.js";
import { contentIssues, guide } from "./content-issues.js";
import { profileFileSchema } from "./schema.js";

const profileForm: FileForm = {
  schema: profileFileSchema,
  jsonSchema: () =>
    z.toJSONSchema(profileFileSchema, { target: "draft-2020-12", io: "input" }) as FieldSchema,
  guide,
};

async function readSource(path: string): Promise<FileSource> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw hoststackError("PROFILE_INVALID", `${path} cannot be read: ${why}`, {
      cause,
      remedy: "correct the path, which is relative to the current directory",
    });
  });
  const { readYaml } = await import("../../testbed/file/yaml-source.js");
  return readYaml(text);
}

function profileOf(value: unknown, path: string): TuningProfile {
  const { name, cores = {}, steps } = profileFileSchema.parse(value);
  return {
    name: name ?? basename(path, extname(path)),
    cores,
    steps: steps.map(({ step, hosts, ...options }) => ({
      step,
      ...(hosts === undefined ? {} : { hosts }),
      options,
    })),
  };
}

/**
 * Reads and checks a tuning profile (YAML). Throws PROFILE_INVALID with everything that is wrong, each with
 * its line and field, and what to do.
 */
export async function readTuningProfile(path: string): Promise<TuningProfile> {
  const source = await readSource(path);
  const shape = source.syntax.length > 0 ? source.syntax : shapeIssues(source.value, profileForm);
  const issues = shape.length > 0 ? shape : contentIssues(profileOf(source.value, path));
  if (issues.length === 0) return profileOf(source.value, path);
  const told = toldIssues(source, path, issues);
  throw hoststackError("PROFILE_INVALID", `the tuning profile has ${told.text}`, {
    details: { file: path, issues: told.issues },
  });
}
