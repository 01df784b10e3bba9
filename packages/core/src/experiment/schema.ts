/**
 * The parts of Standard Schema and Standard JSON Schema this package uses, by structure, so that no
 * validator's types leak into public signatures. zod 4.2 and newer satisfies it as it is.
 * Source: standardschema.dev, versions 1.
 */
export interface OptionsSchema<O> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Outcome<O> | Promise<Outcome<O>>;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: "draft-2020-12" }) => Record<string, unknown>;
    };
    readonly types?: { readonly input: unknown; readonly output: O } | undefined;
  };
}

type Outcome<O> =
  | { readonly value: O; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
