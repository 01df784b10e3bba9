import { hoststackError } from "@hoststack/core";
import { z } from "zod";

/** What the kernel takes back in one call, in tokens; each stands for a page. */
const mostTokens = 128;
const pageBytes = 4096;
/** The largest buffer whose pages one call can give back. */
const mostBufferBytes = mostTokens * pageBytes;

const port = z.int().min(1).max(65_535);

const fields = z.strictObject({
  mode: z.enum(["cuda", "udmabuf", "default"]).default("cuda"),
  flows: z.int().min(1).max(1024).default(4),
  threads: z.int().min(1).max(1024).optional(),
  bufferSizeBytes: z
    .int()
    .min(1)
    .default(120 * pageBytes),
  physLenBytes: z.int().min(1).default(4_294_967_296),
  queueStart: z.int().min(0).max(65_535).default(8),
  queueCount: z.int().min(1).max(65_535).default(4),
  port: port.default(12_345),
  sourcePort: port.default(12_345),
  controlPort: port.default(12_866),
  lengthS: z.int().min(1).max(86_400).default(10),
  validate: z.boolean().default(false),
  rxCopy: z.boolean().default(false),
});

type Fields = z.output<typeof fields>;

/** Flow sets as they are asked for; `threads` is the number of flows where it is not given. */
export interface FlowSetOptions extends Omit<Fields, "threads"> {
  readonly threads: number;
}

/** As given; each field has a default. */
export type FlowSetInput = z.input<typeof fields>;

/** What device memory asks of the options, beyond the range of each. */
function devmemIssue(given: FlowSetOptions): { field: keyof Fields; text: string } | undefined {
  const { threads, flows, bufferSizeBytes, physLenBytes } = given;
  if (threads !== flows) {
    const text = `must be ${flows} as the flows are: each flow has a thread, a port and a queue rule`;
    return { field: "threads", text };
  }
  if (bufferSizeBytes > mostBufferBytes) {
    const text = `must be at most ${mostBufferBytes}: the kernel takes ${mostTokens} pages back at once`;
    return { field: "bufferSizeBytes", text };
  }
  if (bufferSizeBytes % pageBytes !== 0) {
    return { field: "bufferSizeBytes", text: `must be whole pages of ${pageBytes} bytes` };
  }
  if (physLenBytes % pageBytes !== 0) {
    return { field: "physLenBytes", text: `must be whole pages of ${pageBytes} bytes` };
  }
  if (physLenBytes < bufferSizeBytes) {
    return { field: "physLenBytes", text: `must hold a buffer of ${bufferSizeBytes} bytes` };
  }
  return undefined;
}

const invalid = (field: string, text: string) =>
  hoststackError("OPTIONS_INVALID", `flow sets: "${field}": ${text}`, { details: { field } });

/**
 * Checks options and fills in defaults, which are those of upstream's script. Sizes in bytes, times in seconds. The
 * mode `default` is plain TCP and takes any sizes. Throws OPTIONS_INVALID naming the field.
 */
export function flowSetOptions(input: FlowSetInput): FlowSetOptions {
  const outcome = fields.safeParse(input);
  if (!outcome.success) {
    const issue = outcome.error.issues[0];
    const field = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
    throw invalid(field ?? "", issue?.message ?? "not as expected");
  }
  const given = { ...outcome.data, threads: outcome.data.threads ?? outcome.data.flows };
  const issue = given.mode === "default" ? undefined : devmemIssue(given);
  if (issue !== undefined) throw invalid(issue.field, issue.text);
  return given;
}
