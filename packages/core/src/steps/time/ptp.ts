import { z } from "zod";
import type { Answer, Decision, Step } from "../../plan/step.js";
import { type Impossible, impossible, notBefore, satisfied } from "../decisions.js";
import { linkStep } from "../link/link-step.js";
import { type LinkStepOptions, linkFields } from "../link/options.js";
import { checkStepOptions } from "../options.js";
import { script } from "../script.js";
import { ptpAroundScript, ptpScript, ptpStartScript, ptpStopScript } from "./ptp-scripts.js";

const schema = z
  .strictObject({
    ...linkFields,
    standard: z.enum(["1588", "802.1AS"]).default("1588"),
    timestamping: z.enum(["hardware", "software"]).default("hardware"),
    transport: z.enum(["L2", "UDPv4"]).default("L2"),
    delayMechanism: z.enum(["E2E", "P2P"]).exactOptional(),
    priority: z.int().min(0).max(255).default(128),
    freeRunning: z.boolean().default(false),
  })
  .refine(
    ({ standard, transport, delayMechanism }) =>
      standard === "1588" || (transport === "L2" && delayMechanism !== "E2E"),
    { path: ["standard"], error: "802.1AS is by L2 and P2P alone" },
  )
  .transform(({ standard, delayMechanism, ...rest }) => ({
    ...rest,
    standard,
    delayMechanism: delayMechanism ?? (standard === "1588" ? ("E2E" as const) : ("P2P" as const)),
  }));

type Checked = z.output<typeof schema>;

/** Clocks of hosts on a link kept together by linuxptp. */
export interface PtpStepOptions extends LinkStepOptions {
  /** IEEE 1588's default profile; or gPTP, which ordinary switches do not forward: a cable, or switches that speak it. @default "1588" */
  readonly standard?: "1588" | "802.1AS";
  /** Which clock stamps packets: the NIC's, good to some tens of nanoseconds, or the kernel's. @default "hardware" */
  readonly timestamping?: "hardware" | "software";
  /** What carries the messages. @default "L2" */
  readonly transport?: "L2" | "UDPv4";
  /** Delay between the ends, or between neighbours, which ordinary switches do not forward. @default "E2E", with 802.1AS "P2P" */
  readonly delayMechanism?: "E2E" | "P2P";
  /** The clock of the host with the lowest is the others'. @default 128 */
  readonly priority?: number;
  /** Measures offsets and leaves the clocks alone. @default false */
  readonly freeRunning?: boolean;
}

/**
 * Runs ptp4l on a NIC, with hardware stamps also phc2sys, which carries time between the NIC's clock and the
 * system's; undone, both end. Refused where another program sets the clock (see `timeSyncStoppedStep`). That
 * they run says nothing about how good the clocks are: `waitForPtp` measures it. Throws OPTIONS_INVALID.
 */
export function ptpStep(options: PtpStepOptions): Step {
  const given = checkStepOptions(schema, options, "PTP");
  const { nic, lifetime, after } = given;
  const programs = programsOf(given);
  return {
    ...linkStep({
      nic,
      name: "ptp",
      title: `keep clocks together over ${nic} by ${programs.join(" and ")}: ${askedOf(given)}`,
      lifetime,
      after,
      check: script(ptpScript, nic, ...programs),
      probes: [script(ptpAroundScript, nic, ...programs, "pmc")],
      decide: (seen, [around]) => decide(given, { seen, around }),
    }),
    // The clock is the machine's, whatever namespace the NIC is in; the processes are found in it.
    scope: "netns",
  };
}

const programsOf = ({ timestamping, freeRunning }: Checked): readonly string[] =>
  timestamping === "hardware" && !freeRunning ? ["ptp4l", "phc2sys"] : ["ptp4l"];

/** Shown, and compared with what a running one was asked. */
const askedOf = (given: Checked): string => {
  const { standard, timestamping, transport, delayMechanism, priority, freeRunning } = given;
  const words = [`${timestamping} stamps`, transport, delayMechanism, `priority ${priority}`];
  const more = [
    ...(standard === "1588" ? [] : [standard]),
    ...(freeRunning ? ["free running"] : []),
  ];
  return [...words, ...more].join(", ");
};

/** Neighbours further apart than this are not taken for such; a kernel's stamps are some microseconds late. */
const neighbourNs = { hardware: 800, software: 20_000_000 } as const;

/** How long ptp4l waits for the time at which a message went out; below the time between two of them. */
const stampMs = 100;

/** What 802.1AS asks for beside two-step clocks over L2; what its messages carry is told from those of 1588 by a number. */
const gptpArguments = (timestamping: Checked["timestamping"]): readonly string[] => [
  ...[
    "--transportSpecific=1",
    "--ptp_dst_mac=01:80:C2:00:00:0E",
    "--p2p_dst_mac=01:80:C2:00:00:0E",
  ],
  ...["--gmCapable=1", "--assume_two_step=1", "--path_trace_enabled=1", "--follow_up_info=1"],
  ...["--priority2=248", "--syncReceiptTimeout=3", "--min_neighbor_prop_delay=-20000000"],
  `--neighborPropDelayThresh=${neighbourNs[timestamping]}`,
];

function ptpArguments(given: Checked): readonly string[] {
  const { standard, timestamping, transport, delayMechanism, priority, freeRunning } = given;
  return [
    timestamping === "hardware" ? "-H" : "-S",
    transport === "L2" ? "-2" : "-4",
    delayMechanism === "E2E" ? "-E" : "-P",
    `--priority1=${priority}`,
    "--step_threshold=1",
    // eight messages a second, and three seconds until a silent clock is given up
    ...["--logSyncInterval=-3", "--logAnnounceInterval=0", "--logMinDelayReqInterval=-3"],
    // its usual 1 ms is too short for many a driver and for guests; a stamp that is late makes the port faulty
    `--tx_timestamp_timeout=${stampMs}`,
    ...(standard === "1588" ? [] : gptpArguments(timestamping)),
    ...(freeRunning ? ["--free_running=1"] : []),
  ];
}

function parseAround(answer: Answer | undefined) {
  const lines = (answer?.stdout ?? "").split("\n").map((line) => line.split(" "));
  const of = (key: string) => lines.flatMap(([name, value = ""]) => (name === key ? [value] : []));
  return { missing: of("missing"), can: of("can"), clocks: of("clock"), others: of("other") };
}

function hindrance(given: Checked, around: ReturnType<typeof parseAround>): Impossible | undefined {
  const { nic, timestamping, freeRunning } = given;
  const { missing, can, clocks, others } = around;
  if (missing.length > 0) {
    return impossible(`there is no ${missing.join(", no ")}`, "install the package linuxptp");
  }
  const lacks = [`${timestamping}-transmit`, `${timestamping}-receive`].filter(
    (one) => !can.includes(one),
  );
  if (timestamping === "hardware" && clocks.length === 0) lacks.push("PTP hardware clock");
  if (lacks.length > 0) {
    const instead = timestamping === "hardware" ? "take software time stamps, or " : "";
    return impossible(
      `${nic} has no ${lacks.join(", no ")} (ethtool -T)`,
      `${instead}choose another NIC`,
    );
  }
  if (freeRunning || others.length === 0) return undefined;
  return impossible(
    `${others.join(" and ")} would set the clock as well`,
    'stop it in the same plan: timeSyncStoppedStep() before, and after: "service:time-sync" here',
  );
}

function decide(
  given: Checked,
  { seen, around }: { seen: string; around: Answer | undefined },
): Decision {
  const { nic, after } = given;
  const programs = programsOf(given);
  const asked = askedOf(given);
  const running = `${programs.join(" ")} ${asked}`;
  if (seen === running) return satisfied;
  if (seen !== "stopped") {
    return impossible(
      `${nic} has hoststack's PTP already, otherwise or in part: ${seen}`,
      "restore it first, by the plan that started it",
    );
  }
  const refused = hindrance(given, parseAround(around));
  if (refused !== undefined) return notBefore(after, refused);
  return {
    state: "needed",
    wanted: `${running}\n`,
    actions: [script(ptpStartScript, nic, asked, programs[1] ?? "none", ...ptpArguments(given))],
    undo: [script(ptpStopScript, nic)],
    diff: `${nic}: ${programs.join(" and ")} stopped -> running (${asked})`,
    irreversible: given.freeRunning ? [] : ["the clock's time and rate, which PTP sets"],
  };
}
