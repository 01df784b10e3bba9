import type { ServerHostKeyAlgorithm } from "ssh2";
import { hoststackError } from "../../../errors/error.js";
import type { ResolvedHost } from "../config/resolve-target.js";
import { keyType } from "../host-key.js";
import { preferTypes } from "../server-key-algorithms.js";
import { findKnown, type KnownEntry } from "./known-entries.js";
import { recordKey } from "./record-key.js";
import { certifiedHost, changedKey, revokedKey, type Shown, unknownKey } from "./rejections.js";
import { revokedKeys } from "./revoked-keys.js";

/** What is known of a host's keys before it shows one. */
export interface HostTrust {
  /** Signature algorithms to ask for, those of known keys first. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /** Throws HOST_KEY_REJECTED unless the key is known, or new and may be recorded. */
  verify(key: Buffer): Promise<void>;
}

/** How a host's keys are judged. */
export interface TrustRules {
  /** How messages call the host. */
  readonly where: string;
  /** Record the key of a host that is not known yet. */
  readonly acceptNew: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Known {
  readonly name: string;
  /** Lines of the very name and port. */
  readonly exact: readonly KnownEntry[];
  /** Lines of the host without its port: they can make a key known, but not changed. */
  readonly portless: readonly KnownEntry[];
  readonly revoked: readonly Buffer[];
}

const standardPort = 22;

/** Looks a host up as `ssh` does. Throws TOOL_MISSING, OPTIONS_INVALID, INTERRUPTED. */
export async function loadTrust(host: ResolvedHost, rules: TrustRules): Promise<HostTrust> {
  let known = await loadKnown(host, rules.signal);
  const plain = [...known.exact, ...known.portless].filter(({ marker }) => marker === undefined);
  const types = plain.map(({ key }) => keyType(key));
  const allowed = host.hostKeyAlgorithms;
  const algorithms = preferTypes(types).filter(
    (name) => allowed.length === 0 || allowed.includes(name),
  );
  if (algorithms.length === 0) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `HostKeyAlgorithms of ${rules.where} allows nothing the ssh2 carrier can check`,
      { remedy: 'use carrier "openssh", or allow ssh-ed25519', details: { allowed } },
    );
  }
  const judged = (key: Buffer) => {
    const shown: Shown = { host, where: rules.where, name: known.name, key };
    return { shown, judgement: judge(shown, known) };
  };
  const recordNew = async (key: Buffer, file: string): Promise<void> => {
    // Another login may have recorded a key since.
    known = await loadKnown(host, rules.signal);
    const { judgement } = judged(key);
    if (judgement === "new") {
      await recordKey({ file, name: known.name, key, hashed: host.hashKnownHosts });
    } else if (judgement !== undefined) throw judgement;
  };
  return {
    algorithms,
    verify: async (key) => {
      const { shown, judgement } = judged(key);
      if (judgement === undefined) return;
      if (judgement !== "new") throw judgement;
      const [file] = host.userKnownHostsFiles;
      if (!rules.acceptNew || file === undefined) throw unknownKey(shown);
      await recordNew(key, file);
    },
  };
}

async function loadKnown(host: ResolvedHost, signal: AbortSignal | undefined): Promise<Known> {
  const { port, hostKeyAlias } = host;
  const hostname = host.hostname.toLowerCase();
  const hasPort = hostKeyAlias === undefined && port !== standardPort;
  const name = hostKeyAlias ?? (hasPort ? `[${hostname}]:${port}` : hostname);
  const files = [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles];
  const [exact, revoked] = await Promise.all([
    findKnown(name, { files, signal }),
    host.revokedHostKeys === undefined ? [] : revokedKeys(host.revokedHostKeys),
  ]);
  const needsPortless = hasPort && !exact.some(({ marker }) => marker === undefined);
  const portless = needsPortless ? await findKnown(hostname, { files, signal }) : [];
  return { name, exact, portless, revoked };
}

/** Undefined for a known key, "new" for a host without any, or why the key is refused. */
function judge(shown: Shown, known: Known): Error | "new" | undefined {
  const same = ({ key }: KnownEntry) => key.equals(shown.key);
  const all = [...known.exact, ...known.portless];
  const revoked = all.find((entry) => entry.marker === "REVOKED" && same(entry));
  if (revoked !== undefined) return revokedKey(shown, `${revoked.file}:${revoked.line}`);
  if (known.revoked.some((key) => key.equals(shown.key))) {
    return revokedKey(shown, shown.host.revokedHostKeys ?? "RevokedHostKeys");
  }
  const plain = (entries: readonly KnownEntry[]) =>
    entries.filter(({ marker }) => marker === undefined);
  if (plain(all).some(same)) return undefined;
  const expected = plain(known.exact);
  if (expected.length > 0) return changedKey(shown, expected);
  const authority = all.find(({ marker }) => marker === "CA");
  return authority === undefined ? "new" : certifiedHost(shown, authority);
}
