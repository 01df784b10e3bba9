import { chmod, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { quoteArgv } from "../../../command/quote.js";
import type { AskSecret } from "../config/target.js";

/** Hands the question to us and prints the answer: the secret is in no argument, variable or file. */
const client = `
const socket = require("node:net").connect({ path: process.argv[2], allowHalfOpen: true });
const kind = process.env.SSH_ASKPASS_PROMPT || "secret";
let answer = "";
socket.on("data", (chunk) => { answer += chunk; });
socket.on("end", () => {
  if (answer[0] !== "+") process.exit(1);
  process.stdout.write(answer.slice(1) + "\\n");
});
socket.on("error", () => process.exit(1));
socket.end(JSON.stringify({ kind, text: process.argv[3] || "" }));
`;

/** Answers ssh's questions while a connection is made. */
export interface Askpass {
  /** Variables that make ssh ask here instead of on a terminal (`SSH_ASKPASS_REQUIRE`: OpenSSH 8.4). */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

/** Lets ssh ask for passphrases and passwords; no other question is answered. */
export async function openAskpass(directory: string, ask: AskSecret): Promise<Askpass> {
  const path = join(directory, "ask");
  const program = join(directory, "askpass");
  const script = join(directory, "askpass.cjs");
  const argv = quoteArgv([process.execPath, script, path]);
  await Promise.all([
    writeFile(script, client),
    writeFile(program, `#!/bin/sh\nunset NODE_OPTIONS\nexec ${argv} "$1"\n`),
  ]);
  await chmod(program, 0o700);
  const server = createServer({ allowHalfOpen: true }, (socket) => answer(socket, ask));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(path, resolve);
  });
  server.unref();
  return {
    environment: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: "force" },
    close: () => server.close(),
  };
}

function answer(socket: Socket, ask: AskSecret): void {
  let question = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    question += String(chunk);
  });
  socket.on("end", () => {
    answerTo(question, ask).then(
      (text) => socket.end(text),
      () => socket.end(),
    );
  });
}

async function answerTo(question: string, ask: AskSecret): Promise<string> {
  const { kind, text } = JSON.parse(question) as { kind: string; text: string };
  // "none" only tells something, "confirm" wants a decision: neither is a secret, nor ours to give.
  if (kind !== "secret" || /\(yes\/no/.test(text)) return "";
  return `+${await ask({ text: text.trim(), secret: true })}`;
}

/** Asks each question once for all connections; again only when the answer was refused. */
export function askOnce(ask: AskSecret): () => AskSecret {
  const answers = new Map<string, Promise<string>>();
  return () => {
    const used = new Set<string>();
    return (question) => {
      const known = used.has(question.text) ? undefined : answers.get(question.text);
      used.add(question.text);
      const given = known ?? ask(question);
      answers.set(question.text, given);
      return given;
    };
  };
}
