import type { RunRecord } from "../result/record.js";

/**
 * A campaign file that measures what a run measured: each variant with all its options, as many times, and in the same
 * order where a seed drew it.
 */
export async function campaignText({
  campaign,
  variants,
  repetitions,
}: RunRecord): Promise<string> {
  const { stringify } = await import("yaml");
  const experiments = variants.map(({ experiment, id, options }) => ({ experiment, id, options }));
  return stringify({
    version: 1,
    ...(campaign === undefined ? {} : { name: campaign.name }),
    repeat: repetitions,
    ...(campaign?.seed === undefined ? {} : { seed: campaign.seed }),
    experiments,
  });
}
