import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { hoststackError } from "../../errors/error.js";
import { tokenPattern } from "../../host/process-token.js";

/** Version of the ledger's format; another one is refused. */
export const ledgerVersion = 1;

const token = z
  .string()
  .regex(tokenPattern)
  .describe("process as `<pid>-<start>-<namespace>-<boot>`, which no other process ever is");

const hostSchema = z.strictObject({
  name: z.string(),
  process: token.describe("its QEMU, or the first process of its namespaces"),
  sshPort: z.int().optional().describe("port on 127.0.0.1 at which a guest's SSH server answers"),
  console: z.string().optional().describe("path of a guest's console log"),
});

const endSchema = z.strictObject({
  host: z.string(),
  nic: z.string(),
  addresses: z.tuple([z.string()], z.string()),
});

const linkSchema = z.strictObject({
  name: z.string(),
  mtuBytes: z.int(),
  ends: z.tuple([endSchema, endSchema]),
});

const common = {
  version: z.literal(ledgerVersion),
  name: z.string(),
  kind: z.enum(["netns", "vm"]),
  system: z.string().describe("name of the system it was made for"),
  machine: z.string().describe("name of the computer it runs on"),
  holder: token.describe("the process all of it dies with"),
  createdAt: z.iso.datetime(),
};

const openFields = {
  openedAt: z.iso.datetime(),
  hosts: z.array(hostSchema),
  links: z.tuple([linkSchema], linkSchema),
  evidence: z.enum(["guest", "namespace"]),
  userNamespace: z.boolean().describe("the namespaces belong to a user namespace, entered first"),
  capabilities: z.array(z.enum(["own-kernel", "rdma", "root", "separate-machines"])),
  provenance: z.record(z.string(), z.string()),
  notices: z.array(z.string()),
};

const ledgerSchema = z.discriminatedUnion("state", [
  z.strictObject({ ...common, state: z.literal("opening") }),
  z.strictObject({ ...common, state: z.literal("open"), ...openFields }),
  z.strictObject({
    ...common,
    state: z.literal("lost"),
    ...openFields,
    lostAt: z.iso.datetime(),
    why: z.string().describe("last words of the host that ended"),
  }),
]);

/** What is written about a kept testbed: while it opens, when it is open, and when a host was lost. */
export type Ledger = z.infer<typeof ledgerSchema>;

/** The ledger of a testbed that came up. */
export type OpenLedger = Exclude<Ledger, { readonly state: "opening" }>;

/** A host in a ledger. */
export type LedgerHost = OpenLedger["hosts"][number];

/** Name of the ledger in a testbed's directory. */
const ledgerFile = "testbed.json";

/** Writes a private file of a testbed's directory; readers see the old content or the new one. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  await writeFile(beside, text, { mode: 0o600, flag: "wx" });
  await rename(beside, path);
}

/** Writes the ledger of a testbed into its directory, at once and whole. */
export async function writeLedger(directory: string, ledger: Ledger): Promise<void> {
  await writePrivate(join(directory, ledgerFile), `${JSON.stringify(ledger, null, 2)}\n`);
}

/**
 * Reads the ledger of a testbed's directory; `undefined` when there is none. Throws TESTBED_INVALID
 * when it is not one this version reads.
 */
export async function readLedger(directory: string): Promise<Ledger | undefined> {
  const path = join(directory, ledgerFile);
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
    throw hoststackError("TESTBED_INVALID", `${path} cannot be read: ${cause.message}`, {
      cause,
      remedy: "use the account that keeps the testbed",
    });
  });
  if (text === undefined) return undefined;
  try {
    return ledgerSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw hoststackError("TESTBED_INVALID", `${path} is no ledger this version reads`, {
      cause,
      remedy: "take the testbed down with the version that made it, or remove its directory",
    });
  }
}
