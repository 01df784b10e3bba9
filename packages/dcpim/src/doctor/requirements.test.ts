import { expect, test } from "vitest";
import { type HostState, hostStateParser } from "./host-state.js";
import { moduleRequirements } from "./requirements.js";

const features = {
  "tx-checksumming": "on",
  "generic-receive-offload": "on",
  "generic-segmentation-offload": "on",
  "tcp-segmentation-offload": "on",
};
const nic = { mtuBytes: 9000, gsoMaxBytes: 65_536, features, rules: 0, rings: 16 };
const state: HostState = {
  ...{ kernel: "6.1.0-9-amd64", headers: true, dccp: "m", loaded: false },
  ...{ sshdMarks: ["af21", "cs1"], clockKeepers: ["ptp4l"], busy: { "3": 0.01 } },
  nics: { data0: nic },
};

interface Given {
  readonly patch?: "absent" | "present" | "unknown";
  readonly state?: Partial<HostState>;
  readonly nic?: Partial<typeof nic>;
  readonly linkGbps?: number;
  readonly management?: string;
  readonly options?: Readonly<Record<string, number | string>>;
}

/** A server of four cores at 100 Gbit/s with all that is wanted, but for what is given. */
function facts({
  state: own,
  nic: card,
  linkGbps = 100,
  management = "nics",
  patch = "absent",
}: Given) {
  return {
    cpuTopology: {
      cpus: [0, 1, 2, 3].map((cpu) => ({ cpu, core: cpu, socket: 0, node: 0, online: true })),
    },
    ...{ nicNodes: { data0: 0 }, machine: { virtual: false, linkGbps: { data0: linkGbps } } },
    ...{ management, modules: {}, kernel: { release: "6.1.0-9-amd64", patch } },
    perf: {},
    state: { ...state, nics: { data0: { ...nic, ...card } }, ...own },
  };
}

const part = (role: "client" | "server") => ({
  ...{ host: role, role, roles: [role], index: 0, nics: ["data0"] },
});

/** What is found of one thing. */
function finding(what: string, given: Given = {}) {
  const judged = moduleRequirements.judge(
    part("server"),
    facts(given) as never,
    given.options ?? {},
  );
  return judged.filter((one) => one.what === what).at(-1);
}

const together = (one: Given, other: Given) =>
  moduleRequirements.agree?.(
    { ...part("client"), facts: facts(one) as never },
    { ...part("server"), facts: facts(other) as never },
    {},
  ) ?? [];

test("a server that has all of it is told so, with the knobs it gets", () => {
  const judged = moduleRequirements.judge(part("server"), facts({}) as never, {});
  const lacking = judged.filter((one) => one.state !== "met").map(({ what }) => what);
  expect(lacking).toEqual(["module"]);
  expect(finding("knobs")?.found).toBe("CPU 3, 98 Gbit/s, round trips 20 and 60 us");
});

const one = (word: string) => expect.stringContaining(word);
const traps: readonly (readonly [string, string, Given, string, string])[] = [
  [
    "bug 1, a matching CPU that is not there",
    "knobs",
    { options: { matchingCpu: 60 } },
    "unmet",
    "no CPU 60",
  ],
  [
    "a rate the link does not have",
    "knobs",
    { options: { bandwidthGbps: 200 } },
    "warning",
    "200 Gbit/s",
  ],
  [
    "a matching CPU with other work",
    "matching CPU",
    { state: { busy: { "3": 0.6 } } },
    "warning",
    "60 %",
  ],
  [
    "bug 2, no TX checksum offload",
    "TX checksum",
    { nic: { features: { ...features, "tx-checksumming": "off" } } },
    "met",
    "upstream's would be dropped",
  ],
  [
    "bug 3, GRO off for good",
    "GRO",
    { nic: { features: { ...features, "generic-receive-offload": "off [fixed]" } } },
    "unmet",
    "off [fixed]",
  ],
  [
    "bug 3, GRO off",
    "GRO",
    { nic: { features: { ...features, "generic-receive-offload": "off" } } },
    "met",
    "on for the time of a trial",
  ],
  ["bug 4, a patched kernel", "DSCP", { patch: "present" }, "warning", "odd DSCP"],
  [
    "bug 4, logins with an odd DSCP",
    "DSCP",
    { patch: "present", state: { sshdMarks: ["le", "cs1"] } },
    "unmet",
    "sshd marks logins with le",
  ],
  [
    "bug 5, an MTU left by short messages",
    "left by a run",
    { nic: { mtuBytes: 116 } },
    "warning",
    "an MTU of 116",
  ],
  [
    "bug 5, offloads left by short messages",
    "left by a run",
    { nic: { features: { ...features, "tcp-segmentation-offload": "off" } } },
    "warning",
    "tcp-segmentation-offload off",
  ],
  [
    "bug 6, the NIC of logins",
    "data NIC",
    { management: "default via 10.0.0.1 dev data0\nnics\n" },
    "unmet",
    "carries the default route",
  ],
  [
    "bug 17, clocks kept by nothing",
    "clock",
    { state: { clockKeepers: [] }, options: { clock: "own" } },
    "warning",
    "kept by nothing",
  ],
  [
    "bug 21, a module of somebody else",
    "module loaded",
    { state: { loaded: true } },
    "unmet",
    "loaded already",
  ],
  [
    "bug 30, packets the kernel cannot cut",
    "gso_max_size",
    {},
    "met",
    "65536; 9000 for the time of a trial",
  ],
  [
    "no DCCP from 6.1 on",
    "CONFIG_IP_DCCP",
    { state: { dccp: "n" } },
    "unmet",
    "n in 6.1.0-9-amd64",
  ],
  [
    "too few queues for the rules",
    "steering",
    { patch: "present", nic: { rings: 8 } },
    "warning",
    "8 queues",
  ],
];

test.each(traps.map(([name, ...rest]) => [name, rest] as const))("%s is found", (_, row) => {
  const [what, given, wantedState, words] = row;
  const found = finding(what, given);
  expect(found).toMatchObject({ state: wantedState, found: one(words) });
  if (wantedState !== "met") expect(found?.remedy).toMatch(/\w/);
});

test("clocks that are compared, or of no account, need nobody to keep them", () => {
  const kept = { state: { clockKeepers: [] } };
  expect(finding("clock", kept)).toBeUndefined();
  expect(finding("clock", { ...kept, options: { clock: "corrected" } })).toBeUndefined();
});

test("kernels before 6.1 need no DCCP", () => {
  expect(finding("CONFIG_IP_DCCP", { state: { kernel: "6.0.3", dccp: "n" } })).toBeUndefined();
});

test("both ends agree on MTU, knobs and kernel, or a run is refused", () => {
  expect(together({}, {}).map(({ state: one }) => one)).toEqual(["met", "met", "met"]);
  const patched = { patch: "present" } as const;
  expect(together({ nic: { mtuBytes: 1500 } }, { linkGbps: 25, ...patched })).toMatchObject([
    { what: "MTU", state: "unmet", found: "1500 and 9000 bytes" },
    { what: "knobs", state: "unmet", found: one('"bandwidthGbps":24') },
    { what: "patch", state: "unmet", found: "one of the two" },
  ]);
});

test("a host's answer is read, also with what it could not tell left out", () => {
  const told = `kernel 6.1.0-9-amd64
headers
dccp m
marks af21 cs1
keeper chronyd
before 0 100 0 0 100 0 0 0 0 0 0
after 0 150 0 0 150 0 0 0 0 0 0
mtu data0 9000
gso data0 65536
feature data0 tx-checksumming on
feature data0 generic-receive-offload off [fixed]
rings data0 8
rules data0 3
mtu lo 65536
`;
  expect(hostStateParser.parse(told)).toEqual({
    ...{ kernel: "6.1.0-9-amd64", headers: true, dccp: "m", loaded: false },
    ...{ sshdMarks: ["af21", "cs1"], clockKeepers: ["chronyd"], busy: { "0": 0.5 } },
    nics: {
      data0: {
        ...{ mtuBytes: 9000, gsoMaxBytes: 65_536, rings: 8, rules: 3 },
        features: { "tx-checksumming": "on", "generic-receive-offload": "off [fixed]" },
      },
      lo: { mtuBytes: 65_536, features: {} },
    },
  });
  expect(hostStateParser.parse("kernel 6.0.3\nloaded\n")).toEqual({
    ...{ kernel: "6.0.3", headers: false, loaded: true },
    ...{ sshdMarks: [], clockKeepers: [], busy: {}, nics: {} },
  });
});
