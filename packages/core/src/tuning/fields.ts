import { z } from "zod";

/** What a value of a profile may stand for: the NIC of a link, or the CPUs of a request for cores. */
export const references = {
  link: { prefix: "link:", fields: ["nic", "near"] },
  cores: { prefix: "cores:", fields: ["cpus", "all", "each"] },
} as const;

/** A NIC, by its name or as `link:NAME`. */
export const nic = z
  .string()
  .min(1, "is empty")
  .describe("interface on the host, or link:NAME for that of a link of the testbed file")
  .meta({ examples: ["link:data"] });

/** CPUs, by their numbers or as `cores:NAME`. */
export const cpus = z
  .array(z.int())
  .describe("numbers of CPUs, or cores:NAME for those of a request for cores")
  .meta({ examples: ["cores:application"] });

/** A switch that stays as it is where it is not named. */
export const onOff = (description: string) =>
  z
    .boolean()
    .exactOptional()
    .describe(description)
    .meta({ examples: [true] });

/** A number that stays as it is where it is not named. */
export const amount = (description: string, example: number) =>
  z
    .int()
    .exactOptional()
    .describe(description)
    .meta({ examples: [example] });
