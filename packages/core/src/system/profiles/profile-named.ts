import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import type { System } from "../system.js";
import type { AnyProfile } from "./system-profile.js";

/** What there is besides the profiles of a system. */
const ownFile = "a YAML file of your own does as well (docs/tuning.md)";

/** The profiles of a system, and that a file would do, for a remedy. */
export function profileChoices({ profiles = {} }: Pick<System, "profiles">): string {
  const names = Object.keys(profiles);
  return `${names.length === 0 ? "it has none of its own" : `it has ${names.join(", ")}`}; ${ownFile}`;
}

/** The profile of a system by its name. Throws OPTIONS_INVALID with the nearest name. */
export function profileNamed(system: Pick<System, "name" | "profiles">, name: string): AnyProfile {
  const { profiles = {} } = system;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile !== undefined) return profile;
  throw hoststackError("OPTIONS_INVALID", `${system.name} has no tuning profile "${name}"`, {
    remedy: `${didYouMean(name, Object.keys(profiles))}${profileChoices(system)}`,
    details: { field: "profile" },
  });
}
