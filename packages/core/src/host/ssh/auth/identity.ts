import ssh2, { createAgent, type ParsedKey } from "ssh2";
import { type Asking, KeyLocked } from "./asking.js";
import type { KeyFile } from "./key-file.js";

/** A key to log in with, whoever holds its private half. */
export interface Identity {
  readonly key: ParsedKey;
  /** Where it comes from: a file as configured, or an agent. */
  readonly origin: { readonly file: string } | "agent";
  sign(data: Buffer, hash: string | undefined): Promise<Buffer>;
  /** Why it could not sign, once that was tried. */
  readonly problem: () => string | undefined;
}

/** How a login treats encrypted keys. */
export interface Unlocking {
  readonly asking: Asking;
  /** Most times a passphrase is asked for. */
  readonly prompts: number;
}

/** An identity file whose private half is there. */
type PrivateKeyFile = KeyFile & { readonly privateText: string };

/** A key that an agent signs with. */
export function agentIdentity(key: ParsedKey, socketPath: string): Identity {
  const agent = createAgent(socketPath);
  let problem: string | undefined;
  const sign = (data: Buffer, hash: string | undefined) =>
    new Promise<Buffer>((resolve, reject) => {
      const options = hash === undefined ? {} : { hash: hash as "sha256" };
      agent.sign(key, data, options, (error, signature) => {
        if (signature !== undefined && !error) return resolve(signature);
        problem = "the agent did not sign";
        reject(error ?? new Error(problem));
      });
    });
  return { key, origin: "agent", sign, problem: () => problem };
}

/**
 * A key of a file. An encrypted one is unlocked when the server has accepted its public half, as
 * `ssh` does, so that nobody is asked in vain.
 */
export function fileIdentity(
  file: PrivateKeyFile,
  { key, unlocking }: { key: ParsedKey; unlocking: Unlocking },
): Identity {
  let problem: string | undefined;
  const unlock = async (): Promise<ParsedKey> => {
    try {
      return file.encrypted
        ? await unlocked(file, unlocking)
        : privateKey(ssh2.utils.parseKey(file.privateText));
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      throw error;
    }
  };
  return {
    key,
    origin: { file: file.name },
    sign: async (data, hash) => (await unlock()).sign(data, hash),
    problem: () => problem,
  };
}

async function unlocked(file: PrivateKeyFile, { asking, prompts }: Unlocking): Promise<ParsedKey> {
  const { secrets } = asking;
  if (secrets === undefined)
    throw new Error("encrypted, and nobody may be asked: no `ask` was given");
  const name = `key ${file.path}`;
  return await secrets.key(`${name}\n${file.privateText}`, async () => {
    for (let tries = 0; tries < prompts; tries++) {
      const hint = tries === 0 ? "" : " (the last one was wrong)";
      const passphrase = await secrets.get(name, `Passphrase of the key ${file.name}${hint}: `);
      // An empty answer means "not this key".
      if (passphrase === "") break;
      const parsed = ssh2.utils.parseKey(file.privateText, passphrase);
      if (!(parsed instanceof Error)) return privateKey(parsed);
      await secrets.forget(name, passphrase);
    }
    await secrets.forget(name, "");
    throw new KeyLocked("wrong passphrase");
  });
}

function privateKey(parsed: ParsedKey | Error): ParsedKey {
  if (parsed instanceof Error)
    throw new KeyLocked("damaged, or of a kind the ssh2 carrier cannot read");
  return parsed;
}
