import { isHoststackError } from "@hoststack/tools";
import { z } from "zod";
import { didYouMean } from "../../errors/did-you-mean.js";
import { howToWrite } from "../../testbed/file/field-help.js";
import type { FieldSchema, FileForm } from "../../testbed/file/file-form.js";
import type { FileIssue } from "../../testbed/file/issue.js";
import { shapeIssues } from "../../testbed/file/shape-issues.js";
import { stepsOfProfile } from "../host-steps.js";
import { tuningKinds } from "../kinds.js";
import type { ProfileStep, TuningProfile } from "../profile.js";
import { type Reference, referencesIn, withoutReferences } from "../references.js";
import { stepFileSchema } from "./schema.js";

/** The page that explains profiles. */
export const guide = "docs/tuning.md";

/** Values of the right kind in the place of what only a host can tell. */
const standIn = ({ kind }: Reference): unknown => (kind === "link" ? "nic0" : [0]);

function formOf(kind: string): FileForm {
  const schema = stepFileSchema(kind);
  const jsonSchema = () =>
    z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" }) as FieldSchema;
  return { schema, jsonSchema, guide };
}

/** What the step itself says about its values. */
function valueIssues(step: ProfileStep, form: FileForm): FileIssue[] {
  try {
    stepsOfProfile([{ ...step, options: plainOptions(step) }], { lifetime: "kept" });
    return [];
  } catch (error) {
    if (!isHoststackError(error, "OPTIONS_INVALID")) throw error;
    const field = String(error.details?.["field"] ?? "");
    const path =
      field === "" ? [] : field.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const words = error.message.replace(/^.*? step: (?:"[^"]*": )?/, "");
    return [{ path, text: `it ${words}`, fix: howToWrite(form, path) }];
  }
}

const plainOptions = ({ options }: ProfileStep) =>
  withoutReferences(options, standIn) as Readonly<Record<string, unknown>>;

/** Cores a step names that the profile does not have. */
function coreIssues({ options }: ProfileStep, { cores }: TuningProfile): FileIssue[] {
  const known = Object.keys(cores);
  return referencesIn(options)
    .filter(({ kind, name }) => kind === "cores" && !known.includes(name))
    .map(({ name, path }) => ({
      path,
      text: `no cores are called "${name}"`,
      fix:
        didYouMean(name, known).trim() ||
        `ask for them: cores: { ${name}: { count: 1 } } beside steps`,
    }));
}

function stepIssues(step: ProfileStep, profile: TuningProfile): FileIssue[] {
  const form = formOf(step.step);
  const { hosts } = step;
  const written = { step: step.step, ...(hosts ? { hosts } : {}), ...plainOptions(step) };
  const shape = shapeIssues(written, form);
  if (shape.length > 0) return shape;
  const cores = coreIssues(step, profile);
  return cores.length > 0 ? cores : valueIssues(step, form);
}

/** What is wrong with the steps of a profile, each with its place in the file. */
export function contentIssues(profile: TuningProfile): FileIssue[] {
  return profile.steps.flatMap((step, index) => {
    if (!Object.hasOwn(tuningKinds, step.step)) return [];
    return stepIssues(step, profile).map((one) => ({
      ...one,
      path: ["steps", index, ...one.path],
    }));
  });
}
