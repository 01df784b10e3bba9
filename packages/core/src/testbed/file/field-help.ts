import type { FieldPath } from "./issue.js";
import { testbedFileJsonSchema } from "./schema.js";

/** The part of a JSON Schema that helps to say how a field is written. */
interface FieldSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
  readonly items?: FieldSchema;
  readonly prefixItems?: readonly FieldSchema[];
  readonly anyOf?: readonly FieldSchema[];
}

function inside(schema: FieldSchema, step: string | number): FieldSchema | undefined {
  for (const branch of schema.anyOf ?? []) {
    const found = inside(branch, step);
    if (found !== undefined) return found;
  }
  if (typeof step === "number") return schema.prefixItems?.[step] ?? schema.items;
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

function schemaAt(path: FieldPath): FieldSchema | undefined {
  return path.reduce<FieldSchema | undefined>(
    (schema, step) => schema && inside(schema, step),
    testbedFileJsonSchema() as FieldSchema,
  );
}

/** Fields a place of the file can have. */
export function fieldsAt(path: FieldPath): readonly string[] {
  const schema = schemaAt(path);
  const branches = [schema, ...(schema?.anyOf ?? [])];
  return branches.flatMap((branch) => Object.keys(branch?.properties ?? {}));
}

/** How an example is written on one line of YAML. */
const flow = (example: unknown): string =>
  JSON.stringify(example)
    .replaceAll(/"([\w.:@/-]+)"/g, "$1")
    .replaceAll(/([:,])(?=[[{\w])/g, "$1 ");

/** How a field is written and what it is, e.g. `write name: data (name of the link)`. */
export function howToWrite(path: FieldPath): string {
  const schema = schemaAt(path);
  const field = path.at(-1);
  const example = schema?.const ?? schema?.examples?.[0];
  const description = schema?.description ?? "";
  if (example === undefined) return description === "" ? "see docs/testbed-file.md" : description;
  const label = typeof field === "string" ? `${field}: ` : "";
  const written = typeof example === "string" ? example : flow(example);
  return `write ${label}${written}${description === "" ? "" : ` (${description})`}`;
}
