import { z } from "zod";
import { cpus, nic, references } from "../fields.js";
import { tuningKinds } from "../kinds.js";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "has other characters than letters, digits, dots, dashes and underscores",
  );

const coresSchema = z.strictObject({
  count: z
    .int()
    .min(1)
    .describe("how many physical cores; one CPU of each is given, its siblings stay idle")
    .meta({ examples: [4] }),
  near: nic.exactOptional().describe("interface on whose NUMA node they are; default any"),
});

const hosts = z
  .array(name)
  .min(1, "is empty")
  .exactOptional()
  .describe("names of the hosts it is for; default all")
  .meta({ examples: [["server"]] });

const kindNames = Object.keys(tuningKinds) as [string, ...string[]];

const head = {
  $schema: z.string().exactOptional().describe("address of this schema, for editors"),
  version: z.literal(1).describe("version of this format"),
  name: name
    .exactOptional()
    .describe("name of the profile; default: the name of the file")
    .meta({ examples: ["long-flows"] }),
  cores: z
    .record(name, coresSchema)
    .exactOptional()
    .describe("cores that steps name as cores:NAME, placed on each host by its own topology")
    .meta({ examples: [{ application: { count: 4, near: "link:data" } }] }),
};

const step = z
  .enum(kindNames)
  .describe("what kind of step it is")
  .meta({ examples: ["mtu"] });

const stepsAbout = "what is set, in this order";
const stepsExample = { examples: [[{ step: "mtu", nic: "link:data", mtuBytes: 9000 }]] };

/** The form of a file; the fields of each step are those of its kind. */
export const profileFileSchema = z.strictObject({
  ...head,
  steps: z
    .array(z.looseObject({ step, hosts }))
    .min(1, "is empty: there is nothing to set")
    .describe(stepsAbout)
    .meta(stepsExample),
});

/** A step of one kind, as it is written once names stand in the place of references. */
export const stepFileSchema = (kind: string): z.ZodObject =>
  z.strictObject({ step: z.literal(kind), hosts, ...tuningKinds[kind]?.fields.shape });

/** The JSON Schema (draft 2020-12) of a profile, as shipped in `schema/profile.schema.json`. */
export function profileFileJsonSchema(): Record<string, unknown> {
  const kinds = kindNames.map((kind) =>
    stepFileSchema(kind).describe(tuningKinds[kind]?.summary ?? ""),
  );
  const schema = z.strictObject({
    ...head,
    steps: z.array(z.union(kinds)).min(1).describe(stepsAbout).meta(stepsExample),
  });
  const json = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== (cpus as z.core.$ZodType)) return;
      const { type, items } = jsonSchema;
      delete jsonSchema.type;
      delete jsonSchema.items;
      const word = { type: "string" as const, pattern: `^${references.cores.prefix}` };
      jsonSchema.anyOf = [{ type: type as "array", ...(items ? { items } : {}) }, word];
    },
  });
  return { ...json, title: "hoststack tuning profile" };
}
