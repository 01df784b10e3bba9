import type { z } from "zod";

/** The part of a JSON Schema that helps to say how a field is written. */
export interface FieldSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
  readonly items?: FieldSchema;
  readonly prefixItems?: readonly FieldSchema[];
  readonly anyOf?: readonly FieldSchema[];
}

/** A kind of file people write: what it may say and where that is explained. */
export interface FileForm {
  readonly schema: z.ZodType;
  /** The JSON Schema of what is written, with descriptions and examples. */
  readonly jsonSchema: () => FieldSchema;
  /** The page that explains it, e.g. `docs/testbed-file.md`. */
  readonly guide: string;
}
