import { stat } from "node:fs/promises";
import { endKept } from "../testbed/kept/end.js";
import { allKept, type KeptTestbed, type UnreadableTestbed } from "../testbed/kept/list.js";
import { pidOf } from "../testbed/kept/liveness.js";
import { type LeftoverOf, thisMachine } from "./leftover.js";

/** Kept testbeds: dead ones, and those that are kept on purpose. */
export async function leftTestbeds(): Promise<LeftoverOf<"testbed">[]> {
  const { testbeds, unreadable } = await allKept();
  return [...testbeds.map(leftover), ...(await Promise.all(unreadable.map(unreadableOne)))];
}

async function unreadableOne({ name, directory, error }: UnreadableTestbed) {
  const changed = await stat(directory).then(
    ({ mtime }) => mtime,
    () => new Date(),
  );
  return {
    kind: "testbed",
    name,
    where: thisMachine,
    what: `testbed "${name}": ${directory}`,
    since: changed.toISOString(),
    why: error.message,
    action: `none; ${error.remedy}`,
    reapable: false,
  } as const;
}

function leftover({ name, directory, ledger, state }: KeptTestbed): LeftoverOf<"testbed"> {
  const holder = `process ${pidOf(ledger.holder)}`;
  const why = {
    dead: `${holder}, which held it, has ended`,
    elsewhere: `it belongs to ${ledger.machine}`,
    lost: `one of its hosts has ended, and ${holder}, which held it, with it`,
    open: `it is kept on purpose, by ${holder}`,
    opening: `${holder} is opening it`,
  }[state];
  const reapable = state === "dead" || state === "lost";
  return {
    kind: "testbed",
    name,
    where: thisMachine,
    what: `testbed "${name}" (${ledger.kind}): ${directory}`,
    since: ledger.createdAt,
    why,
    action: reapable ? "remove its directory" : `none; testbed down --name ${name} takes it down`,
    reapable,
  };
}

/** Takes a dead testbed's files away; one that lives again stays. */
export async function reapTestbed({ name }: LeftoverOf<"testbed">): Promise<void> {
  const now = (await leftTestbeds()).find((one) => one.name === name);
  if (now?.reapable) await endKept(name);
}
