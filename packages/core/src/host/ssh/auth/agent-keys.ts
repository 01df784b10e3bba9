import { connect, type Socket } from "node:net";

/** A key an agent holds. */
export interface AgentKey {
  readonly blob: Buffer;
  readonly comment: string;
}

const request = Buffer.from([0, 0, 0, 1, 11]);
const answerType = 12;
const longestAnswerBytes = 256 * 1024;
const timeoutMs = 10_000;

/**
 * The keys of an agent, of every type: ssh2's own question leaves out those it cannot use, so that
 * no one could say which. Rejects when there is no agent at the socket or it does not answer.
 */
export async function agentKeys(socketPath: string): Promise<AgentKey[]> {
  const socket = connect(socketPath);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error("the agent does not answer")));
  socket.write(request);
  try {
    return parseKeys(await readAnswer(socket));
  } finally {
    socket.destroy();
  }
}

/** One message: its length, then its type and content. */
async function readAnswer(socket: Socket): Promise<Buffer> {
  let seen = Buffer.alloc(0);
  for await (const chunk of socket) {
    seen = Buffer.concat([seen, chunk as Buffer]);
    if (seen.length > longestAnswerBytes) break;
    if (seen.length >= 4 && seen.length >= 4 + seen.readUInt32BE(0)) return seen.subarray(4);
  }
  throw new Error("the agent gave no whole answer");
}

/** Reads an identities answer: type, number of keys, then blob and comment of each. */
export function parseKeys(answer: Buffer): AgentKey[] {
  if (answer[0] !== answerType) throw new Error("the agent refused to list its keys");
  let at = 5;
  const next = (): Buffer => {
    const start = at + 4;
    at = start + answer.readUInt32BE(at);
    return answer.subarray(start, at);
  };
  return Array.from({ length: answer.readUInt32BE(1) }, () => ({
    blob: next(),
    comment: next().toString(),
  }));
}
