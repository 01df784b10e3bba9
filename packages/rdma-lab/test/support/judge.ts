import type { AnyExperiment, Interval, OutputFile, Outputs, Reason } from "@hoststack/core";

/** Texts of processes by id; what is not named is empty. */
type Texts = Readonly<Record<string, { readonly stdout?: string; readonly stderr?: string }>>;

function textFile(path: string, text: string): OutputFile {
  return {
    path,
    async *lines() {
      yield* text.split("\n");
    },
    sizeBytes: async () => Buffer.byteLength(text),
  };
}

/** Outputs held in memory. */
function outputsOf(texts: Texts): Outputs {
  return {
    of: (id) => ({
      stdout: textFile(`${id}.stdout`, texts[id]?.stdout ?? ""),
      stderr: textFile(`${id}.stderr`, texts[id]?.stderr ?? ""),
      files: new Map(),
    }),
  };
}

/** One trial as an experiment judges it. */
export interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly texts: Texts;
  /** Counters that grew, by `host name`. @default none */
  readonly counters?: Readonly<Record<string, number>>;
  /** @default undefined */
  readonly windowS?: number | undefined;
  /** When processes measured, by their ids. @default none */
  readonly windows?: Readonly<Record<string, Interval>>;
}

/** Options with the defaults of the experiment's own schema. */
export async function checked(experiment: AnyExperiment, options: unknown) {
  const outcome = await experiment.options["~standard"].validate(options);
  if (outcome.issues) throw new Error(JSON.stringify(outcome.issues));
  return outcome.value;
}

/** Parses the texts and judges the result: `state rule` of every finding, with all it is from. */
export async function judge(experiment: AnyExperiment, one: Case) {
  const options = await checked(experiment, one.options);
  const outputs = outputsOf(one.texts);
  const result = await experiment.parse(outputs, options);
  const counters = Object.entries(one.counters ?? {}).map(([key, delta]) => {
    const [host = "", name = ""] = key.split(" ");
    return { host, name, delta };
  });
  const [client, server] = ["client", "server"].map((host) => ({ host, nic: "lab0" }));
  if (client === undefined || server === undefined) throw new Error("two ends");
  const { windowS } = one;
  const windows = new Map(Object.entries(one.windows ?? {}));
  const hosts = { client, server, clients: [client], servers: [server], links: [] };
  const about = { options, result, outputs, windowS, windows, counters, ...hosts };
  const reasons: readonly Reason[] = experiment.check(about);
  return {
    result,
    samples: experiment.samples(result),
    reasons,
    found: reasons.map(({ state, rule }) => `${state} ${rule}`),
    text: reasons.map(({ text }) => text).join("\n"),
  };
}

/** Four CPUs of two cores on each of two sockets; the data NIC is at the second one. */
const cpuTopology = {
  cpus: Array.from({ length: 8 }, (_, cpu) => ({
    ...{ cpu, core: cpu % 4, socket: Number(cpu % 4 >= 2), online: true },
    node: Number(cpu % 4 >= 2),
  })),
};

/** Processes of an experiment between two hosts with an active RDMA device each. */
export async function processesOf(experiment: AnyExperiment, options: unknown) {
  const role = (host: string, address: string) => ({
    host,
    nic: "lab0",
    address,
    facts: {
      rdmaLinks: [{ ifname: "rxe0", port: 1, state: "ACTIVE", netdev: "lab0" }],
      cpuTopology,
      nicNodes: { lab0: 1, lo: -1 },
    },
  });
  return experiment.processes({
    options: await checked(experiment, options),
    client: role("client", "10.77.0.1"),
    server: role("server", "10.77.0.2"),
    link: { name: "lab", mtuBytes: 1500, ends: [] },
    port: 20_000,
  } as never);
}
