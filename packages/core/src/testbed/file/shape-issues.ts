import type { z } from "zod";
import { didYouMean } from "../../errors/did-you-mean.js";
import { fieldsAt, howToWrite } from "./field-help.js";
import type { FileForm } from "./file-form.js";
import { type FieldPath, type FileIssue, valueAt } from "./issue.js";

type Issue = z.core.$ZodIssue;

const typeWords: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a group of fields",
  record: "a group of fields",
  string: "text",
  tuple: "a list",
};

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  return typeWords[typeof value] ?? typeof value;
}

/** Addresses are the one place where two forms of text are allowed. */
const addressIssue = (path: FieldPath, value: string): FileIssue => ({
  path,
  text: `"${value}" is no IPv4 or IPv6 address`,
  fix: value.includes("/") ? "leave out the prefix length" : "write an address, e.g. 10.0.0.1",
});

function unknownFields(form: FileForm, path: FieldPath, keys: readonly string[]): FileIssue[] {
  const fields = fieldsAt(form, path);
  return keys.map((key) => ({
    path: [...path, key],
    text: "there is no such field",
    fix: didYouMean(key, fields).trim() || `fields here are ${fields.join(", ")}`,
  }));
}

function unionIssues(issue: Issue & { code: "invalid_union" }, context: Context): FileIssue[] {
  const path = [...context.base, ...issue.path] as FieldPath;
  const value = valueAt(context.value, path);
  const branches = issue.errors.filter((branch) => branch.every(({ path: own }) => own.length > 0));
  const formats = issue.errors.flat().every(({ code }) => code === "invalid_format");
  if (typeof value === "string" && value !== "" && branches.length === 0 && formats) {
    return [addressIssue(path, value)];
  }
  // the form that was meant is the one whose own kind fits
  const meant = issue.errors.find((branch) =>
    branch.every((one) => one.code !== "invalid_type" || one.path.length > 0),
  );
  if (meant !== undefined) {
    return meant.flatMap((one) => issuesOf(one, { ...context, base: path }));
  }
  return [{ path, text: `it is ${kindOf(value)}`, fix: howToWrite(context.form, path) }];
}

/** The kind of file, where an issue's own path starts, and the whole value it is about. */
interface Context {
  readonly form: FileForm;
  readonly base: FieldPath;
  readonly value: unknown;
}

function issuesOf(issue: Issue, context: Context): FileIssue[] {
  const path = [...context.base, ...issue.path] as FieldPath;
  const value = valueAt(context.value, path);
  const fix = howToWrite(context.form, path);
  if (issue.code === "unrecognized_keys") return unknownFields(context.form, path, issue.keys);
  if (issue.code === "invalid_union") return unionIssues(issue, context);
  if (issue.code === "invalid_key") {
    const about = issue.issues.map(({ message }) => message).join("; ");
    return [{ path, text: `the name ${about}`, fix: "choose another name" }];
  }
  if (value === undefined) return [{ path, text: "it is missing", fix }];
  if (issue.code === "invalid_type") {
    const wanted = typeWords[issue.expected] ?? issue.expected;
    return [{ path, text: `it is ${kindOf(value)}, not ${wanted}`, fix }];
  }
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const near = typeof value === "string" ? didYouMean(value, values).trim() : "";
    const text = `${JSON.stringify(value)} is not ${values.length > 1 ? "one of " : ""}${values.join(", ")}`;
    return [{ path, text, fix: near || fix }];
  }
  return [{ path, text: sizeText(issue, value), fix }];
}

/** Zod's words start with capitals and say neither the value nor, for lists, the unit. */
function sizeText(issue: Issue, value: unknown): string {
  if (issue.code === "too_small" && issue.origin !== "string" && !Array.isArray(value)) {
    return `${String(value)} is too small: ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
  }
  if (issue.code === "too_big" && issue.origin !== "string" && !Array.isArray(value)) {
    return `${String(value)} is too large: at most ${issue.maximum}`;
  }
  if (issue.code === "too_small" && Array.isArray(value) && value.length > 0) {
    return `it has ${value.length} of ${issue.minimum} entries`;
  }
  if (issue.code === "too_big" && Array.isArray(value)) {
    return `it has ${value.length} entries, not ${issue.maximum}`;
  }
  return typeof value === "string" ? `"${value}" ${issue.message}` : `it ${issue.message}`;
}

/** What is wrong with the form of a file: fields, kinds and ranges. */
export function shapeIssues(value: unknown, form: FileForm): FileIssue[] {
  const checked = form.schema.safeParse(value);
  if (checked.success) return [];
  return checked.error.issues.flatMap((issue) => issuesOf(issue, { form, base: [], value }));
}
