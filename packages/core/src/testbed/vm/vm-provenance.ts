import type { AccelerationVerdict } from "./acceleration.js";
import type { GuestHost } from "./guest-host.js";
import type { GuestImage } from "./image/guest-image.js";
import type { QemuVersion } from "./qemu-version.js";
import { basePackages, type GuestRecipe } from "./recipe.js";

/** All that provenance is made from. */
export interface ProvenanceParts {
  readonly recipe: GuestRecipe;
  readonly version: QemuVersion;
  readonly image: GuestImage;
  readonly verdict: AccelerationVerdict;
  readonly opened: readonly GuestHost[];
}

/** The facts of guests worth a line each in every record. */
export function vmProvenance(parts: ProvenanceParts): Record<string, string> {
  const { recipe, version, image, verdict, opened } = parts;
  const named = [...new Set([...basePackages, ...recipe.packages])].toSorted();
  const packages = named.map((name) => `${name}=${image.versions[name] ?? "unknown"}`);
  const clocks = opened.map(({ host, clock }) => [
    `clockRate.${host.name}`,
    `${clock.rate.toFixed(5)} ± ${clock.uncertainty.toFixed(5)}`,
  ]);
  return {
    acceleration: verdict.acceleration,
    ...(verdict.reason === undefined ? {} : { accelerationReason: verdict.reason }),
    qemu: version.text,
    guestKernel: image.kernelRelease,
    guestImage: image.key,
    guestStart: opened.every(({ resumed }) => resumed) ? "from snapshot" : "booted",
    guestPackages: packages.join(" "),
    guestCpus: String(recipe.cpus),
    guestMemoryMib: String(recipe.memoryMib),
    ...Object.fromEntries(clocks),
  };
}
