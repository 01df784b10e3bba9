import type { ResolvedHost } from "../config/resolve-target.js";
import { expandFile, expandTilde, fileTokens } from "../config/tokens.js";
import { keyType } from "../host-key.js";
import { type AgentKey, agentKeys } from "./agent-keys.js";
import { agentIdentity, fileIdentity, type Identity, type Unlocking } from "./identity.js";
import { offeredKey } from "./key-blob.js";
import { type KeyFile, readKeyFile } from "./key-file.js";

/** A key that is not tried, and why. */
interface SkippedKey {
  readonly label: string;
  readonly why: string;
  /** The openssh carrier can use it. */
  readonly opensshCan: boolean;
}

/** The keys of one login, in OpenSSH's order. */
export interface LoginKeys {
  readonly identities: readonly Identity[];
  readonly skipped: readonly SkippedKey[];
}

/**
 * Gathers keys as OpenSSH orders them: those of the agent that the configuration names, the agent's
 * others (unless IdentitiesOnly), then those only files have. Never throws: what cannot be used is
 * told when no other key does.
 */
export async function gatherKeys(host: ResolvedHost, unlocking: Unlocking): Promise<LoginKeys> {
  const skipped: SkippedKey[] = certificatesOf(host);
  const [files, agent] = await Promise.all([keyFiles(host, skipped), heldByAgent(host, skipped)]);
  const inAgent = (file: KeyFile) => agent.keys.find(({ blob }) => file.blob?.equals(blob));
  const named = files.flatMap((file) => inAgent(file) ?? []);
  const others = host.identitiesOnly ? [] : agent.keys.filter((key) => !named.includes(key));
  const fromAgent = [...new Set([...named, ...others])].flatMap(({ blob, comment }) => {
    const key = usable(blob, { label: `agent key ${comment}`, skipped });
    return key === undefined ? [] : [agentIdentity(key, agent.socketPath)];
  });
  const fromFiles = files
    .filter((file) => inAgent(file) === undefined)
    .flatMap((file) => fromFile(file, { skipped, unlocking }));
  return { identities: [...fromAgent, ...fromFiles], skipped };
}

function certificatesOf(host: ResolvedHost): SkippedKey[] {
  const skipped = host.certificateFiles.map((file) => ({
    label: `certificate ${file}`,
    why: "the ssh2 carrier cannot log in with certificates",
    opensshCan: true,
  }));
  if (host.pkcs11Provider === undefined) return skipped;
  const why = "the ssh2 carrier cannot use smart cards";
  return [...skipped, { label: `PKCS11Provider ${host.pkcs11Provider}`, why, opensshCan: true }];
}

async function keyFiles(host: ResolvedHost, skipped: SkippedKey[]): Promise<KeyFile[]> {
  const tokens = fileTokens(host);
  const read = async (name: string): Promise<KeyFile | undefined> => {
    try {
      return await readKeyFile(name, expandFile(name, tokens));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      skipped.push({ label: name, why, opensshCan: true });
      return undefined;
    }
  };
  const files = await Promise.all(host.identityFiles.map(read));
  return files.filter((file) => file !== undefined);
}

async function heldByAgent(
  host: ResolvedHost,
  skipped: SkippedKey[],
): Promise<{ keys: AgentKey[]; socketPath: string }> {
  const socketPath = agentSocket(host.identityAgent);
  if (socketPath === undefined) return { keys: [], socketPath: "" };
  try {
    return { keys: await agentKeys(socketPath), socketPath };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    skipped.push({ label: `agent at ${socketPath}`, why, opensshCan: false });
    return { keys: [], socketPath };
  }
}

/** IdentityAgent: `none`, a socket, or the name of a variable; SSH_AUTH_SOCK where it is not set. */
function agentSocket(configured: string | undefined): string | undefined {
  if (configured === "none") return undefined;
  if (configured === undefined || configured === "SSH_AUTH_SOCK") {
    return process.env["SSH_AUTH_SOCK"] || undefined;
  }
  if (configured.startsWith("$")) {
    return process.env[configured.slice(1).replace(/^\{(.*)\}$/, "$1")] || undefined;
  }
  return expandTilde(configured);
}

function fromFile(
  file: KeyFile,
  { skipped, unlocking }: { skipped: SkippedKey[]; unlocking: Unlocking },
): Identity[] {
  const label = file.name;
  if (file.certificate) {
    const why = "the ssh2 carrier cannot log in with certificates";
    skipped.push({ label: `certificate ${label}-cert.pub`, why, opensshCan: true });
  }
  const key = file.blob === undefined ? undefined : usable(file.blob, { label, skipped });
  const { problem, privateText } = file;
  if (problem !== undefined) skipped.push({ label, why: problem, opensshCan: false });
  if (key === undefined || problem !== undefined) return [];
  if (privateText !== undefined) {
    return [fileIdentity({ ...file, privateText }, { key, unlocking })];
  }
  skipped.push({ label, why: "only its public half is there", opensshCan: false });
  return [];
}

/** The key as ssh2 offers it; one it cannot use is noted. */
function usable(blob: Buffer, { label, skipped }: { label: string; skipped: SkippedKey[] }) {
  const type = keyType(blob);
  const isCertificate = type.includes("-cert-v0");
  const key = isCertificate ? undefined : offeredKey(type, blob);
  if (key !== undefined) return key;
  const what = isCertificate ? "certificates" : type.startsWith("sk-") ? "FIDO keys" : type;
  skipped.push({ label, why: `the ssh2 carrier cannot log in with ${what}`, opensshCan: true });
  return undefined;
}
