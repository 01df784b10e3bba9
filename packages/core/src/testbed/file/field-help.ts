import type { FieldSchema, FileForm } from "./file-form.js";
import type { FieldPath } from "./issue.js";

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

function schemaAt(form: FileForm, path: FieldPath): FieldSchema | undefined {
  return path.reduce<FieldSchema | undefined>(
    (schema, step) => schema && inside(schema, step),
    form.jsonSchema(),
  );
}

/** Fields a place of the file can have. */
export function fieldsAt(form: FileForm, path: FieldPath): readonly string[] {
  const schema = schemaAt(form, path);
  const branches = [schema, ...(schema?.anyOf ?? [])];
  return branches.flatMap((branch) => Object.keys(branch?.properties ?? {}));
}

/** How an example is written on one line of YAML. */
const flow = (example: unknown): string =>
  JSON.stringify(example)
    .replaceAll(/"([\w.:@/-]+)"/g, "$1")
    .replaceAll(/([:,])(?=[[{\w])/g, "$1 ");

/** How a field is written and what it is, e.g. `write name: data (name of the link)`. */
export function howToWrite(form: FileForm, path: FieldPath): string {
  const schema = schemaAt(form, path);
  const field = path.at(-1);
  const example = schema?.const ?? schema?.examples?.[0];
  const description = schema?.description ?? "";
  if (example === undefined) return description === "" ? `see ${form.guide}` : description;
  const label = typeof field === "string" ? `${field}: ` : "";
  const written = typeof example === "string" ? example : flow(example);
  return `write ${label}${written}${description === "" ? "" : ` (${description})`}`;
}
