import { z } from "zod";
import type { Decision } from "../../plan/step.js";
import { impossible, notBefore } from "../decisions.js";

/** How many queues a step about queues is for. */
export const queueCount = z.int().min(1).optional();

/** Obstacle or delay where a NIC has another number of queues than a step is for. */
export function otherQueues(
  nic: string,
  {
    wanted,
    found,
    after,
  }: { wanted?: number | undefined; found: number; after?: string | undefined },
): Decision | undefined {
  if (wanted === undefined || found === wanted) return undefined;
  return notBefore(
    after,
    impossible(`${nic} has ${found} queues, not ${wanted}`, "ask for that many channels first"),
  );
}
