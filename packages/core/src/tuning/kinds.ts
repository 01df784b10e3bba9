import type { TuningKind } from "./kind.js";
import { linkKinds } from "./link-kinds.js";
import { machineKinds } from "./machine-kinds.js";
import { nicKinds } from "./nic-kinds.js";

/** All kinds of steps that a profile can name. */
export const tuningKinds: Readonly<Record<string, TuningKind>> = {
  ...linkKinds,
  ...nicKinds,
  ...machineKinds,
};
