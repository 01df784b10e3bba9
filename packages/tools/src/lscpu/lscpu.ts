import { z } from "zod";
import { jsonReader } from "../kernel/json-reader.js";
import { defineParser } from "../kernel/parser.js";
import { parseFailure, withoutUndefined } from "../kernel/text.js";

const name = "lscpu";

interface Field {
  readonly field: string;
  readonly data?: string | null | undefined;
  readonly children?: readonly Field[] | undefined;
}

const field: z.ZodType<Field> = z.lazy(() =>
  z.looseObject({
    field: z.string(),
    data: z.string().nullable().optional(),
    children: z.array(field).optional(),
  }),
);
const document = z.looseObject({ lscpu: z.array(field) });

const result = z.strictObject({
  architecture: z.string(),
  cpus: z.int().min(1),
  onlineCpus: z.string().optional(),
  vendor: z.string().optional(),
  model: z.string().optional(),
  threadsPerCore: z.int().min(1).optional(),
  coresPerSocket: z.int().min(1).optional(),
  sockets: z.int().min(1).optional(),
  numaNodes: z.int().min(1).optional(),
  /** CPU list of each NUMA node in order of its number. */
  numaCpus: z.array(z.string()),
  hypervisor: z.string().optional(),
  maxMhz: z.number().optional(),
  minMhz: z.number().optional(),
});

/** The CPUs of a host. */
export type Lscpu = z.infer<typeof result>;

function flatten(fields: readonly Field[], into: Map<string, string>): Map<string, string> {
  for (const { field: key, data, children } of fields) {
    if (data !== null && data !== undefined) into.set(key.replace(/:\s*$/, ""), data);
    flatten(children ?? [], into);
  }
  return into;
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function mhz(text: string | undefined): number | undefined {
  if (text === undefined || /^\d+\.\d+$/.test(text))
    return text === undefined ? text : Number(text);
  throw parseFailure(name, `"${text}" is not a frequency in C notation; run lscpu with LC_ALL=C`);
}

function interpret(value: unknown): unknown {
  const read = document.safeParse(value);
  if (!read.success) throw parseFailure(name, "not the JSON of lscpu -J");
  const all = flatten(read.data.lscpu, new Map());
  if (!all.has("Architecture") || !all.has("CPU(s)")) {
    throw parseFailure(name, "no Architecture and CPU(s); run lscpu with LC_ALL=C");
  }
  const nodes = [...all.entries()]
    .flatMap(([key, cpus]) => {
      const node = /^NUMA node(\d+) CPU\(s\)$/.exec(key);
      return node === null ? [] : [{ node: Number(node[1]), cpus }];
    })
    .sort((a, b) => a.node - b.node);
  return withoutUndefined({
    architecture: all.get("Architecture"),
    cpus: count(all.get("CPU(s)")),
    onlineCpus: all.get("On-line CPU(s) list"),
    vendor: all.get("Vendor ID"),
    model: all.get("Model name"),
    threadsPerCore: count(all.get("Thread(s) per core")),
    coresPerSocket: count(all.get("Core(s) per socket")),
    sockets: count(all.get("Socket(s)")),
    numaNodes: count(all.get("NUMA node(s)")),
    numaCpus: nodes.map(({ cpus }) => cpus),
    hypervisor: all.get("Hypervisor vendor"),
    maxMhz: mhz(all.get("CPU max MHz")),
    minMhz: mhz(all.get("CPU min MHz")),
  });
}

/** `lscpu -J` (lscpu(1), util-linux 2.30 and later, flat or nested) in the C locale. */
export const lscpuParser = defineParser<Lscpu>({
  name,
  version: 1,
  schema: result,
  reader: () => jsonReader(name, interpret),
});
