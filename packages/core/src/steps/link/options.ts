import { z } from "zod";
import { lifetime, stepId } from "../options.js";

/** Fields of every step about a NIC. */
export const linkFields = {
  nic: z
    .string()
    .regex(/^(?!-)[!-.0-9;-~]{1,15}$/, "must be a NIC's name of at most 15 characters")
    .refine((name) => name !== "." && name !== "..", "must be a NIC's name"),
  lifetime,
  after: stepId.optional(),
};

/** What every step about a NIC may be given. */
export interface LinkStepOptions {
  /** Name of the NIC on the host. */
  readonly nic: string;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
  /** The step that brings the NIC, e.g. by loading its module. */
  readonly after?: string;
}
