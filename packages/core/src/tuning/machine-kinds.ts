import { z } from "zod";
import { congestionControlStep } from "../steps/congestion-control.js";
import { cpuGovernorStep } from "../steps/cpu/governor.js";
import { cpuIdleStatesStep } from "../steps/cpu/idle-states.js";
import { irqbalanceStoppedStep } from "../steps/cpu/irqbalance.js";
import { cpuTurboStep } from "../steps/cpu/turbo.js";
import { deviceDriverStep } from "../steps/device/driver.js";
import { hugePagesStep } from "../steps/memory/huge-pages.js";
import { transparentHugePagesStep } from "../steps/memory/transparent-huge-pages.js";
import { moduleStep } from "../steps/module.js";
import { sysctlStep } from "../steps/sysctl.js";
import { timeSyncStoppedStep } from "../steps/time/time-sync.js";
import { amount } from "./fields.js";
import { tuningKind } from "./kind.js";

const word = (description: string, example: string) =>
  z
    .string()
    .describe(description)
    .meta({ examples: [example] });

const count = (description: string, example: number) =>
  z
    .int()
    .describe(description)
    .meta({ examples: [example] });

/** Kinds of steps about the whole machine. */
export const machineKinds = {
  sysctl: tuningKind(
    "a kernel setting below /proc/sys",
    {
      key: word("as sysctl(8) writes it", "net.core.rmem_max"),
      value: z
        .union([z.int(), z.string()])
        .describe("number or words")
        .meta({ examples: [268_435_456] }),
      scope: z
        .enum(["machine", "netns"])
        .exactOptional()
        .describe("whose it is: net.ipv4 is mostly the namespace's; default machine"),
    },
    (options, { life }) => sysctlStep({ ...options, ...life }),
  ),
  "congestion-control": tuningKind(
    "TCP's default congestion control",
    { algorithm: word("its name; its module is loaded", "bbr") },
    (options, { life }) => congestionControlStep({ ...options, ...life }),
  ),
  module: tuningKind(
    "a kernel module to load",
    {
      name: word("as modprobe takes it", "tcp_bbr"),
      parameters: z
        .record(z.string(), z.union([z.boolean(), z.int(), z.string()]))
        .exactOptional()
        .describe("by name; default none")
        .meta({ examples: [{ numdummies: 2 }] }),
      path: word("a .ko on the host instead", "/opt/lab/lab.ko").exactOptional(),
    },
    (options, { life }) => moduleStep({ ...options, ...life }),
  ),
  "irqbalance-stopped": tuningKind("irqbalance stopped", {}, (_, { life }) =>
    irqbalanceStoppedStep(life),
  ),
  "time-sync-stopped": tuningKind("chrony, ntpd and systemd-timesyncd stopped", {}, (_, { life }) =>
    timeSyncStoppedStep(life),
  ),
  "cpu-governor": tuningKind(
    "how CPUs choose their clock",
    { governor: word("as the kernel names it", "performance") },
    (options, { life }) => cpuGovernorStep({ ...options, ...life }),
  ),
  "cpu-idle-states": tuningKind(
    "how deep CPUs may sleep",
    { maxExitLatencyUs: count("slower ones are switched off, in microseconds", 2) },
    (options, { life }) => cpuIdleStatesStep({ ...options, ...life }),
  ),
  "cpu-turbo": tuningKind(
    "clocks above the nominal one",
    {
      on: z
        .boolean()
        .describe("whether they are on")
        .meta({ examples: [false] }),
    },
    (options, { life }) => cpuTurboStep({ ...options, ...life }),
  ),
  "transparent-huge-pages": tuningKind(
    "huge pages that programs get without asking",
    { enabled: z.enum(["always", "madvise", "never"]).describe("who gets them") },
    (options, { life }) => transparentHugePagesStep({ ...options, ...life }),
  ),
  "huge-pages": tuningKind(
    "huge pages set aside on a NUMA node",
    {
      pages: count("how many the node has", 1024),
      sizeKib: amount("in KiB; default 2048", 2048),
      node: amount("NUMA node; default 0", 0),
    },
    (options, { life }) => hugePagesStep({ ...options, ...life }),
  ),
  "device-driver": tuningKind(
    "a PCI device bound to another driver",
    {
      device: word("its address, as `lspci -D` shows it", "0000:03:00.0"),
      driver: word("the driver, whose module is loaded", "vfio-pci"),
    },
    (options, { life }) => deviceDriverStep({ ...options, ...life }),
  ),
};
