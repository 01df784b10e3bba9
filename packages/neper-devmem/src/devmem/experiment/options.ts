import { z } from "zod";
import { type FlowSetOptions, flowSetOptions } from "../flow-sets/options.js";

/** Options of the experiments with device memory; defaults of sizes and queues are upstream's. */
const devmemChoice = z.strictObject({
  memory: z.enum(["cuda", "udmabuf"]).default("cuda").describe("of the GPU, or of the host"),
  flows: z.int().min(1).max(32).default(2).describe("flows of each link, a thread each"),
  links: z.int().min(1).max(16).default(1).describe("links side by side"),
  durationS: z.int().min(1).max(3600).default(10).describe("test time in seconds"),
  bufferSizeBytes: z.int().min(4096).default(409_600).describe("whole pages, at most 524288"),
  physLenBytes: z.int().min(4096).default(2_147_483_648).describe("device memory of each flow"),
  queueStart: z.int().min(1).default(8).describe("first queue of device memory"),
  queueCount: z.int().min(1).default(2).describe("queues of device memory"),
  validate: z.boolean().default(false).describe("check payload; gives no rate"),
  programs: z.string().regex(/^\//).default("/usr/local/bin").describe("where hosts have them"),
});

const port = z.int().min(1024).max(65_000).optional();

/** Ports that firewalls or other programs have to know; each trial has its own unless they are given. */
export const tcpdChoice = devmemChoice.extend({
  port: port.describe("first data and source port; default free ones"),
  controlPort: port.describe("first control port; default free ones"),
  headersDirectory: z.string().optional().describe("Google's kernel headers: setup builds tcpd"),
  cudaArchitecture: z.string().optional().describe("what nvcc compiles for (default sm_90)"),
});

/** Chosen options of tcpd's. */
export type TcpdChoice = z.output<typeof tcpdChoice>;

/** kperf's senders can do without it. */
export const kperfChoice = devmemChoice.extend({
  tx: z.boolean().default(false).describe("send from device memory too; Linux 6.16"),
});

/** Chosen options of kperf's. */
export type KperfChoice = z.output<typeof kperfChoice>;

/** Chosen options. */
export type DevmemChoice = z.output<typeof devmemChoice>;

/** What flow sets are made of. Throws OPTIONS_INVALID naming the field. */
export function flowSetChoice(chosen: DevmemChoice): FlowSetOptions {
  const { memory, flows, durationS, bufferSizeBytes, physLenBytes } = chosen;
  const { queueStart, queueCount, validate } = chosen;
  return flowSetOptions({
    ...{ mode: memory, flows, lengthS: durationS, bufferSizeBytes, physLenBytes },
    ...{ queueStart, queueCount, validate },
  });
}
