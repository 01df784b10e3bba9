import { type Command, offloadsStep, privateFlagsStep, rssStep, type Step } from "@hoststack/core";
import { resetQueues } from "../engines/legacy-requirements.js";
import { joinedStep } from "./joined-step.js";

/**
 * What brings a receiver with Google's driver into the state device memory starts from, in tcpd's order: switching header
 * split on and off has the driver make its buffers anew, switching n-tuple filters off has it forget all rules.
 */
export function driverResetCommands(nic: string): readonly Command[] {
  const flag = (name: string, value: "off" | "on") =>
    ["ethtool", "--set-priv-flags", nic, name, value] as const;
  const ntuple = (value: "off" | "on") => ["ethtool", "-K", nic, "ntuple", value] as const;
  return [
    flag("enable-strict-header-split", "on"),
    flag("enable-strict-header-split", "off"),
    flag("enable-header-split", "off"),
    ["ethtool", "--set-rxfh-indir", nic, "equal", String(resetQueues)] as const,
    ntuple("off"),
    flag("enable-strict-header-split", "off"),
    flag("enable-header-split", "off"),
    ntuple("off"),
    flag("enable-max-rx-buffer-size", "on"),
    ntuple("on"),
  ].map((argv) => ({ argv }));
}

/** Each setting as the reset leaves it, from wherever. */
function settleCommands(nic: string, flags: Readonly<Record<string, boolean>>): Command[] {
  const set = Object.entries(flags).map(([name, on]) => [
    ...["--set-priv-flags", nic, name, on ? "on" : "off"],
  ]);
  const others = [
    ["--set-rxfh-indir", nic, "equal", String(resetQueues)],
    ["-K", nic, "ntuple", "on"],
  ];
  return [...set, ...others].map((words): Command => ({ argv: ["ethtool", ...words] }));
}

/** A receiver's reset. */
export interface DriverResetOptions {
  readonly nic: string;
  /** @default "scoped" */
  readonly lifetime?: "kept" | "scoped";
}

/**
 * Resets a receiver by the ten commands; each has to end with status 0, and the state they lead to is read back. NICs that
 * lack a private flag, RSS, enough queues or n-tuple filters are refused with all reasons before anything is changed.
 * Undo sets flags, RSS and filters back. Throws OPTIONS_INVALID.
 */
export function driverResetStep({ nic, lifetime = "scoped" }: DriverResetOptions): Step {
  const about = { nic, lifetime };
  const flags = {
    "enable-header-split": false,
    "enable-strict-header-split": false,
    "enable-max-rx-buffer-size": true,
  };
  return joinedStep({
    id: `link:${nic}:driver-reset`,
    title: `reset ${nic} for device memory`,
    lifetime,
    parts: [
      privateFlagsStep({ ...about, flags }),
      rssStep({ ...about, equal: resetQueues }),
      offloadsStep({ ...about, ntuple: true }),
    ],
    actions: driverResetCommands(nic),
    settle: settleCommands(nic, flags),
    irreversible: [`packets that are under way while the driver of ${nic} makes its buffers anew`],
  });
}
