import type { RunRecord } from "../../result/record.js";
import { runRecordJsonSchema } from "../../result/record.js";

/** Roles, usual accounts and places: they are everybody's, and tell of nobody. */
const everybodys = [
  ..."client server sender receiver source sink left right host guest node peer local localhost".split(
    " ",
  ),
  ..."root admin nobody user users daemon runner ubuntu debian fedora centos vagrant ec2-user".split(
    " ",
  ),
  ..."localdomain lan home internal intranet local example test invalid lab linux machine".split(
    " ",
  ),
];

/** Keys and choices of a schema, at any depth. */
function schemaWords(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(schemaWords);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === "properties" && typeof value === "object" && value !== null) {
      return [...Object.keys(value), ...schemaWords(Object.values(value))];
    }
    if (key === "enum" && Array.isArray(value)) return value.map(String);
    return schemaWords(value);
  });
}

/** Words a record and its tools need as they are: replaced, nothing could be read any more. */
export function neededWords(record: RunRecord): ReadonlySet<string> {
  const { variants, trials, system } = record;
  const words = [
    ...everybodys,
    ...schemaWords(runRecordJsonSchema()),
    ...variants.flatMap(({ id, experiment, options }) => [id, experiment, ...Object.keys(options)]),
    ...trials.flatMap(({ samples }) => samples.flatMap(({ metric }) => metric.split("."))),
    ...trials.flatMap(({ processes }) => processes.flatMap(({ id, argv }) => [id, argv[2] ?? ""])),
    ...system.name.split("-"),
    system.name,
  ];
  return new Set(words.map((word) => word.toLowerCase()));
}
