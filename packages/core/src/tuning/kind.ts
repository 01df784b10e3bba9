import { z } from "zod";
import type { Step } from "../plan/step.js";

/** What a step of a profile is given besides its own fields. */
export interface Given {
  /** For every step: whether its changes stay until they are restored, or end with a run. */
  readonly life: Pick<Step, "lifetime">;
  /** For steps about a NIC: they may wait for those before them. */
  readonly link: Pick<Step, "lifetime"> & { readonly after?: string };
  /** For steps about queues: how many there are to be. */
  readonly queues: { readonly queues?: number };
}

/** A kind of step that a profile can name. */
export interface TuningKind {
  /** One line for people. */
  readonly summary: string;
  /** Its fields, with names of NICs and numbers of CPUs in place of what stands for them. */
  readonly fields: z.ZodObject;
  /** Makes the steps of checked fields. Throws OPTIONS_INVALID, naming the field. */
  steps(options: unknown, given: Given): readonly Step[];
}

type Fields<F extends z.ZodRawShape> = z.output<z.ZodObject<F>>;

/** Makes a kind; the step itself checks what its values may be. */
export function tuningKind<F extends z.ZodRawShape>(
  summary: string,
  shape: F,
  make: (options: Fields<F>, given: Given) => Step | readonly Step[],
): TuningKind {
  const fields = z.strictObject(shape);
  return {
    summary,
    fields,
    steps: (options, given) => {
      const made = make(fields.parse(options) as Fields<F>, given);
      return Array.isArray(made) ? (made as readonly Step[]) : [made as Step];
    },
  };
}
