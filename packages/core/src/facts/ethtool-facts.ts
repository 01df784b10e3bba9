import {
  type EthtoolFeatures,
  ethtoolChannelsParser,
  ethtoolCoalescingParser,
  ethtoolDriverParser,
  ethtoolFeaturesParser,
  ethtoolPauseParser,
  ethtoolRingsParser,
  isHoststackError,
} from "@hoststack/tools";
import type { BatchCommand, BatchResult } from "../host/batch.js";
import { unavailable } from "./unavailable.js";

/** Exit status of a shell that found no such program. */
const noProgram = 127;

type Setting = boolean | number | string;

const word = (value: Setting): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : String(value);

const settings = (values: Readonly<Record<string, Setting>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${word(value)}`)
    .join(", ");

/** Offloads in three lists; what the driver does not let be changed and is off says nothing. */
function offloads({ features }: EthtoolFeatures): string {
  const names = (wanted: (one: EthtoolFeatures["features"][string]) => boolean) =>
    Object.keys(features).filter((name) => {
      const feature = features[name];
      return feature !== undefined && wanted(feature);
    });
  const lists = [
    ["on", names(({ on, fixed }) => on && !fixed)],
    ["always on", names(({ on, fixed }) => on && fixed)],
    ["off", names(({ on, fixed }) => !on && !fixed)],
  ] as const;
  const shown = lists.filter(([, list]) => list.length > 0);
  return shown.map(([what, list]) => `${what}: ${list.join(", ")}`).join("; ");
}

/** What `ethtool` is asked of a card: the letter, the name of the fact, and how it is read. */
const questions = [
  ["-k", "nicOffloads", (text: string) => offloads(ethtoolFeaturesParser.parse(text))],
  ["-g", "nicRings", (text: string) => settings(ethtoolRingsParser.parse(text).current)],
  ["-l", "nicChannels", (text: string) => settings(ethtoolChannelsParser.parse(text).current)],
  ["-c", "nicCoalescing", (text: string) => settings(ethtoolCoalescingParser.parse(text).settings)],
  ["-a", "nicPause", (text: string) => settings(ethtoolPauseParser.parse(text).on)],
] as const;

/** The commands whose answers `readEthtoolFacts` takes; read-only, and no harm where they fail. */
export const ethtoolCommands = (nic: string): BatchCommand[] => [
  { argv: ["ethtool", "-i", nic] },
  ...questions.map(([letter]): BatchCommand => ({ argv: ["ethtool", letter, nic] })),
];

/** The last line of what a command complained of, or that it did not answer. */
function whyNot({ exitCode, stderr }: BatchResult): string {
  if (exitCode === noProgram) return unavailable("the host has no ethtool");
  const said = stderr.trim().split("\n").at(-1)?.trim();
  return unavailable(said || "ethtool does not tell it of this card");
}

function read(answer: BatchResult | undefined, of: (text: string) => string): string {
  if (answer === undefined) return unavailable("it was not asked for");
  if (answer.exitCode !== 0) return whyNot(answer);
  try {
    return of(answer.stdout) || whyNot(answer);
  } catch (error) {
    if (!isHoststackError(error)) throw error;
    return unavailable(error.message);
  }
}

/** Driver, firmware and settings of a card; what cannot be had says why. */
export function readEthtoolFacts(answers: readonly BatchResult[]): Record<string, string> {
  const [about, ...rest] = answers;
  const driver = (field: "driver" | "version" | "firmwareVersion" | "busInfo", why: string) =>
    read(about, (text) => ethtoolDriverParser.parse(text)[field] || unavailable(why));
  return {
    nicDriver: driver("driver", "the card names none"),
    nicDriverVersion: driver("version", "the driver tells none"),
    nicFirmware: driver("firmwareVersion", "the driver tells none"),
    nicBus: driver("busInfo", "the card is on no bus"),
    ...Object.fromEntries(questions.map(([, name, of], index) => [name, read(rest[index], of)])),
  };
}
