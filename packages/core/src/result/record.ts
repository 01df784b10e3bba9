import { z } from "zod";
import { verdictSchema } from "./verdict.js";

/** Version of the record format; raised when a reader of the old form would misread the new one. */
export const recordVersion = 1;

const sampleSchema = z.object({
  metric: z.string(),
  value: z.number(),
  unit: z.enum(["bit/s", "bytes", "bytes/s", "count", "count/s", "ratio", "s"]),
  asReported: z.object({ value: z.string(), unit: z.string() }).optional(),
  definition: z.string().optional(),
  better: z.enum(["higher", "lower"]),
});

/** An item that could not be had, and why. */
const unavailableSchema = z.object({ unavailable: z.string() });

const coreUseSchema = z.object({
  cpu: z.string().describe("`cpu0`, `cpu1`, ... as in /proc/stat"),
  user: z.number().describe("user and nice, share of one CPU (0 to 1)"),
  system: z.number(),
  irq: z.number(),
  softirq: z.number(),
  steal: z.number(),
  idle: z.number().describe("idle and iowait"),
  unaccounted: z
    .number()
    .describe(
      "time the kernel gave to no state: interrupts taken while idle, or, in a guest, a virtual CPU that was not run",
    ),
});

const cpuUseSchema = z.object({
  machine: z.string(),
  hosts: z.array(z.string()).describe("hosts that are this machine; two of them share its CPUs"),
  windowS: z.number().describe("length of the interval the shares are of"),
  edgeErrorS: z.number().describe("how far the nearest snapshot was from an edge of the window"),
  busyCpus: z.number().describe("sum over CPUs of every state but idle, in CPUs"),
  unaccountedCpus: z.number().describe("sum over CPUs of unaccounted time; may have been busy"),
  cores: z.array(coreUseSchema),
});

const counterSchema = z.object({
  host: z.string(),
  name: z
    .string()
    .describe("e.g. `tcp.RetransSegs`, `nic.lab0.rxDropped`, `rdma.rxe0.1.sent_pkts`"),
  delta: z.number().describe("growth from before the first process to after the last"),
});

const clockSchema = z.object({
  host: z.string(),
  offsetS: z.number().describe("host uptime minus controller monotonic clock"),
  offsetErrorS: z.number(),
  rateError: z.number().describe("host clock rate over controller clock rate, minus 1"),
  rateErrorBound: z.number().describe("how far rateError itself can be off"),
});

const windowSchema = z.object({
  durationS: z.number(),
  opensAfterS: z.number().describe("from the start of the trial"),
  opensAtS: z
    .number()
    .optional()
    .describe("on the controller's monotonic clock, which `askedMs` of the snapshots is of too"),
  source: z.string().describe("how the tool tells its measuring interval"),
});

const processSchema = z.object({
  id: z.string(),
  host: z.string(),
  argv: z.array(z.string()),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  stopped: z.boolean().describe("ended by us, as planned"),
  durationS: z.number(),
  files: z.array(z.string()).describe("raw outputs, relative to the run directory"),
});

const disturbanceSchema = z
  .object({
    where: z.string().describe("`this computer`, or the names of the hosts that are one machine"),
    overS: z.number().describe("from before the first process of the trial to after the last"),
    machineCpus: z.number().int(),
    foreignCpus: z
      .number()
      .describe("CPUs kept busy by processes that are neither of the run nor of the kernel"),
    processes: z
      .array(z.object({ pid: z.number().int(), command: z.string(), cpus: z.number() }))
      .describe("the busiest of them"),
    throttled: z
      .number()
      .optional()
      .describe("how often CPUs were throttled for their temperature, where the kernel counts it"),
    speedChanges: z
      .array(z.string())
      .describe("governors, frequency limits and turbo that were changed meanwhile"),
  })
  .describe("what else a machine did during a trial");

const trialSchema = z.object({
  variant: z.string(),
  repetition: z.number().int().min(1),
  startedAt: z.string(),
  durationS: z.number(),
  verdict: verdictSchema,
  error: z
    .object({ code: z.string(), message: z.string(), remedy: z.string().optional() })
    .optional(),
  parser: z.object({ name: z.string(), version: z.number() }).optional(),
  result: z.unknown().optional(),
  samples: z.array(sampleSchema),
  window: z.union([windowSchema, unavailableSchema]),
  cpu: z.union([z.array(cpuUseSchema), unavailableSchema]),
  counters: z.array(counterSchema),
  clocks: z.array(clockSchema),
  disturbances: z
    .array(z.union([disturbanceSchema, unavailableSchema.extend({ where: z.string() })]))
    .optional()
    .describe("of each machine a host is, and of the computer that guests or namespaces are on"),
  processes: z.array(processSchema),
});

const variantSchema = z.object({
  id: z.string(),
  experiment: z.string(),
  title: z.string(),
  options: z.record(z.string(), z.unknown()),
  headline: z.string().describe("metric shown in the table"),
  roles: z
    .object({ client: z.array(z.string()), server: z.array(z.string()) })
    .optional()
    .describe("hosts by role, as the experiment numbers them; one in both is client and server"),
});

const summarySchema = z.object({
  variant: z.string(),
  metric: z.string(),
  unit: z.string(),
  trials: z.number().int(),
  valid: z.number().int().describe("only these enter the statistics"),
  median: z.number().optional(),
  mean: z.number().optional(),
  sd: z.number().optional().describe("sample standard deviation, from 2 valid trials on"),
  min: z.number().optional(),
  max: z.number().optional(),
  mean95: z
    .object({ low: z.number(), high: z.number() })
    .optional()
    .describe("95 % interval of the mean (Student's t), from 2 valid trials on"),
});

const campaignSchema = z.object({
  name: z.string().describe("experiment, suite or campaign file it is of"),
  command: z
    .array(z.string())
    .optional()
    .describe("the command line it was started with; absent where a program started it"),
  seed: z
    .number()
    .int()
    .optional()
    .describe("orders the variants within each repetition; without it they run as listed"),
  file: z.string().optional().describe("absolute path of the campaign file it was read from"),
  fromFlags: z
    .array(z.enum(["repeat", "seed"]))
    .optional()
    .describe("what of the file the command line overrides"),
  testbed: z.record(z.string(), z.unknown()).describe("which testbed was asked for"),
});

const sessionSchema = z.object({
  startedAt: z.string(),
  firstTrial: z.number().int().min(0).describe("index in `trials` of the first one of it"),
  differs: z
    .array(z.string())
    .describe("what of the testbed and its machines is not as in the first session"),
});

const trialNameSchema = z.object({ variant: z.string(), repetition: z.number().int().min(1) });

const testbedSchema = z.object({
  kind: z.string(),
  evidence: z.enum(["hardware", "guest", "namespace"]),
  capabilities: z.array(z.string()),
  hosts: z.array(z.object({ name: z.string(), machine: z.string() })),
  links: z.array(
    z.object({
      name: z.string(),
      mtuBytes: z.number(),
      ends: z.array(
        z.object({ host: z.string(), nic: z.string(), addresses: z.array(z.string()) }),
      ),
    }),
  ),
  provenance: z.record(z.string(), z.string()),
  notices: z.array(z.string()),
});

/** Everything one run leaves behind, apart from the raw outputs it points to: `run.json`. */
export const runRecordSchema = z.object({
  recordVersion: z.literal(recordVersion),
  id: z.string(),
  system: z.object({ name: z.string(), version: z.string() }),
  coreVersion: z.string(),
  state: z.enum(["running", "completed", "interrupted", "failed"]),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  repetitions: z.number().int().min(1),
  testbed: testbedSchema,
  machines: z.array(z.object({ machine: z.string(), facts: z.record(z.string(), z.string()) })),
  hosts: z
    .array(z.object({ host: z.string(), facts: z.record(z.string(), z.string()) }))
    .optional()
    .describe("of each host that takes part: card, settings and versions of tools"),
  controller: z
    .record(z.string(), z.string())
    .optional()
    .describe("the computer the run was started on"),
  variants: z.array(variantSchema),
  trials: z.array(trialSchema),
  summary: z.array(summarySchema),
  campaign: campaignSchema.optional().describe("what `run --resume` goes on with"),
  sessions: z
    .array(sessionSchema)
    .optional()
    .describe("one for the start and one for each time it was resumed"),
  notRun: z
    .array(trialNameSchema)
    .optional()
    .describe("planned trials without a record, when the run ended before them"),
});

export type RunRecord = z.infer<typeof runRecordSchema>;
export type TrialRecord = z.infer<typeof trialSchema>;
export type CampaignRecord = z.infer<typeof campaignSchema>;
export type VariantRecord = z.infer<typeof variantSchema>;
export type SummaryRow = z.infer<typeof summarySchema>;
export type CpuUse = z.infer<typeof cpuUseSchema>;
export type CoreUse = z.infer<typeof coreUseSchema>;
export type CounterDelta = z.infer<typeof counterSchema>;
export type ClockReading = z.infer<typeof clockSchema>;
export type Disturbance = z.infer<typeof disturbanceSchema>;
export type DisturbanceRecord = NonNullable<TrialRecord["disturbances"]>[number];
export type ProcessRecord = z.infer<typeof processSchema>;

/** The JSON Schema (draft 2020-12) of `run.json`, as shipped in `schema/run.schema.json`. */
export function runRecordJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(runRecordSchema, { target: "draft-2020-12" }),
    title: "hoststack run record",
  };
}
