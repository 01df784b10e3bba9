import { type HoststackError, isHoststackError } from "@hoststack/tools";
import { didYouMean } from "../../errors/did-you-mean.js";
import { hoststackError } from "../../errors/error.js";
import { type Ledger, type LedgerHost, type OpenLedger, readLedger } from "./ledger.js";
import { type KeptState, stateOf } from "./liveness.js";
import { directoryOf, keptNames } from "./place.js";

/** A kept testbed as it is found. */
export interface KeptTestbed {
  readonly name: string;
  readonly directory: string;
  readonly state: KeptState;
  readonly ledger: Ledger;
}

/** A kept testbed that can be used. */
export interface UsableTestbed extends KeptTestbed {
  readonly ledger: OpenLedger;
}

/** The kept testbed of a name; `undefined` when there is none. Throws OPTIONS_INVALID, TESTBED_INVALID. */
export async function findKept(name: string): Promise<KeptTestbed | undefined> {
  const directory = directoryOf(name);
  const ledger = await readLedger(directory);
  return ledger && { name, directory, ledger, state: stateOf(ledger) };
}

/** A kept testbed whose ledger cannot be read: another version's, another account's, or damaged. */
export interface UnreadableTestbed {
  readonly name: string;
  readonly directory: string;
  /** TESTBED_INVALID. */
  readonly error: HoststackError;
}

/** All kept testbeds, by name; one that cannot be read hides no other. */
export async function allKept(): Promise<{
  readonly testbeds: readonly KeptTestbed[];
  readonly unreadable: readonly UnreadableTestbed[];
}> {
  const testbeds: KeptTestbed[] = [];
  const unreadable: UnreadableTestbed[] = [];
  for (const name of await keptNames()) {
    try {
      const found = await findKept(name);
      if (found !== undefined) testbeds.push(found);
    } catch (error) {
      if (!isHoststackError(error, "TESTBED_INVALID")) throw error;
      unreadable.push({ name, directory: directoryOf(name), error });
    }
  }
  return { testbeds, unreadable };
}

/** All kept testbeds that can be read, by name. */
export async function keptTestbeds(): Promise<readonly KeptTestbed[]> {
  return (await allKept()).testbeds;
}

const notUsable: Readonly<Record<Exclude<KeptState, "open">, string>> = {
  dead: "is dead: the process that held it has ended",
  elsewhere: "is of another computer or container",
  lost: "has lost a host",
  opening: "is not open yet",
};

function unusable({ name, state }: KeptTestbed): Error {
  const why = state === "open" ? "is not open yet" : notUsable[state];
  const again = `take it down (testbed down --name ${name}) and up again`;
  const remedies = { opening: "wait until it is up", elsewhere: "use it there" };
  const remedy = state === "opening" || state === "elsewhere" ? remedies[state] : again;
  return hoststackError("TESTBED_LOST", `the testbed "${name}" ${why}`, {
    remedy,
    details: { name, state },
  });
}

/** The kept testbed of a name, open. Throws OPTIONS_INVALID when there is none, TESTBED_LOST when it cannot be used. */
export async function usableTestbed(name: string): Promise<UsableTestbed> {
  const found = await findKept(name);
  if (found === undefined) {
    const names = await keptNames();
    const has = names.length === 0 ? "" : `there is ${names.join(", ")}; `;
    throw hoststackError("OPTIONS_INVALID", `there is no kept testbed "${name}"`, {
      remedy: `${didYouMean(name, names)}${has}testbed up --name ${name} makes it`,
      details: { field: "name" },
    });
  }
  const { ledger, state } = found;
  if (state !== "open" || ledger.state !== "open") throw unusable(found);
  return { ...found, ledger };
}

/** A host of a kept testbed. */
export interface KeptHost {
  readonly testbed: UsableTestbed;
  readonly host: LedgerHost;
}

/** Where the host of a name is: in the testbed that is named, else in the one that has it. */
async function candidates(testbed: string | undefined): Promise<UsableTestbed[]> {
  if (testbed !== undefined) return [await usableTestbed(testbed)];
  return (await keptTestbeds()).flatMap(({ ledger, state, ...one }): UsableTestbed[] =>
    state === "open" && ledger.state === "open" ? [{ ...one, ledger, state }] : [],
  );
}

/**
 * The host of a name in the open testbed of a name, or in the only one that has such a host. Throws
 * OPTIONS_INVALID when there is none or more than one, TESTBED_LOST when the testbed cannot be used.
 */
export async function keptHost(name: string, testbedName?: string): Promise<KeptHost> {
  const found = await candidates(testbedName);
  const fitting = found.flatMap((testbed): KeptHost[] => {
    const host = testbed.ledger.hosts.find((one) => one.name === name);
    return host === undefined ? [] : [{ testbed, host }];
  });
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined) {
    const names = fitting.map(({ testbed }) => testbed.name).join(" and ");
    throw hoststackError("OPTIONS_INVALID", `there is a host "${name}" in ${names}`, {
      remedy: "say which one with --name",
      details: { field: "name" },
    });
  }
  const hosts = [...new Set(found.flatMap(({ ledger }) => ledger.hosts.map((one) => one.name)))];
  const remedy =
    found.length === 0
      ? "no testbed is open: testbed up makes one"
      : `${didYouMean(name, hosts)}hosts are ${hosts.join(", ")}`;
  throw hoststackError("OPTIONS_INVALID", `there is no host "${name}" in a kept testbed`, {
    remedy,
    details: { field: "host" },
  });
}
