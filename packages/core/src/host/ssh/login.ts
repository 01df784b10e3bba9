import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { hoststackError } from "../../errors/error.js";

/** A channel whose login shell has become an `sh` that waits for its script. */
export interface Session {
  readonly channel: ClientChannel;
  /** Process id of the waiting `sh`, and of the program it will become. */
  readonly pid: number;
  /** The shell leads a process group of its own. */
  readonly leadsGroup: boolean;
  /** How the process ended, once the channel is closed; undefined when the server did not say. */
  readonly closed: Promise<SessionEnd | undefined>;
}

/** What a server says of the end of a process. */
interface SessionEnd {
  readonly exitCode?: number;
  readonly signal?: string;
}

/** Listens from the start: a short program is gone before its caller gets to hear of it. */
function watchEnd(channel: ClientChannel): Promise<SessionEnd | undefined> {
  let end: SessionEnd | undefined;
  channel.once("exit", (code: number | null, name?: string) => {
    if (code !== null) end = { exitCode: code };
    else end = { signal: name?.startsWith("SIG") ? name : `SIG${name}` };
  });
  return new Promise((resolve) => channel.once("close", () => resolve(end)));
}

/** Most bytes a login shell may print before the marker is looked for in what follows only. */
const noiseWindow = 4096;

/**
 * The one command text a login shell ever sees: no quote, backslash, `!` or newline within the single
 * quotes, so that csh and fish read it as sh does. The `sh` says which process it is (on both streams:
 * whatever the login shell printed before is dropped), then waits for a script of a given length.
 */
function loginText(token: string, becomeLeader: boolean): string {
  const marker = `echo "hoststack:$$:$g:${token}"`;
  const script = [
    "read -r p c s q g r </proc/$$/stat",
    `${marker} >&2`,
    marker,
    'read -r n && eval "$(head -c "$n")"',
  ].join("; ");
  return `exec ${becomeLeader ? "setsid " : ""}sh -c '${script}'`;
}

/**
 * Reads a stream up to and including the first match, leaving every later byte in it. Rejects with
 * what was read when the stream ends first.
 */
export function readUntil(stream: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const stop = () => stream.off("data", take).off("end", ended).off("close", ended);
    const ended = () => {
      stop();
      reject(new Error(seen.toString().trim()));
    };
    const take = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const found = pattern.exec(seen.toString("latin1"));
      if (found === null) {
        if (seen.length > 2 * noiseWindow) seen = seen.subarray(-noiseWindow);
        return;
      }
      stop();
      stream.pause();
      const rest = seen.subarray(found.index + found[0].length);
      if (rest.length > 0) stream.unshift(rest);
      resolve(found);
    };
    // Adding a listener does not resume a stream that was paused by an earlier reading.
    stream.on("data", take).on("end", ended).on("close", ended).resume();
  });
}

/** The server refused one more channel (`MaxSessions` of OpenSSH), which ends nothing else. */
export class ChannelRefused extends Error {}

function openChannel(client: Client, text: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(text, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject("reason" in error ? new ChannelRefused(error.message) : error);
    });
  });
}

/** Opens a session on a connection. Throws ChannelRefused, or HOST_UNREACHABLE when no `sh` comes up. */
export async function openSession(
  client: Client,
  options: { where: string; becomeLeader: boolean },
): Promise<Session> {
  const token = randomBytes(12).toString("hex");
  const channel = await openChannel(client, loginText(token, options.becomeLeader));
  channel.on("error", () => {});
  const closed = watchEnd(channel);
  const marker = new RegExp(`hoststack:(\\d+):(\\d*):${token}\\n`);
  const errors = readUntil(channel.stderr, marker);
  try {
    const [out] = await Promise.all([readUntil(channel, marker), errors]);
    return { channel, pid: Number(out[1]), leadsGroup: out[1] === out[2], closed };
  } catch (cause) {
    channel.destroy();
    const words = [cause, await errors.catch((error: unknown) => error)]
      .map((one) => (one instanceof Error ? one.message : ""))
      .filter((text) => text !== "");
    throw hoststackError(
      "HOST_UNREACHABLE",
      `the login shell of ${options.where} did not start sh${words.length > 0 ? `: ${words.join(" ")}` : ""}`,
      { cause, remedy: "log in with ssh and check that the account's shell runs commands" },
    );
  }
}

/** Hands a waiting session its script. */
export function giveScript(session: Session, script: string): void {
  const body = Buffer.from(script);
  session.channel.write(Buffer.concat([Buffer.from(`${body.length}\n`), body]));
}
