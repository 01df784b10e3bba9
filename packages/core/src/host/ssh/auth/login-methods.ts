import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, Prompt } from "ssh2";
import type { ResolvedHost } from "../config/resolve-target.js";
import type { Asking } from "./asking.js";
import { KeyRing } from "./key-ring.js";
import type { LoginKeys } from "./login-keys.js";

/** What a login tries with, and what it learns. */
export interface LoginAttempt {
  readonly host: ResolvedHost;
  /** How messages call the host. */
  readonly where: string;
  readonly keys: Promise<LoginKeys>;
  readonly asking: Asking;
  /** Told of everything that was tried, for the error of a login that fails. */
  readonly journal: LoginJournal;
}

/** What happened during a login. */
export interface LoginJournal {
  ring?: KeyRing;
  keys?: LoginKeys;
  /** Methods the server would go on with, by its last word. */
  offered?: readonly string[];
  /** Other methods that were refused, or not tried with the reason. */
  readonly notes: string[];
  /** Ends the login with this error. */
  failure?: unknown;
}

interface Server {
  left: readonly string[];
  partial: boolean;
}

/** Rounds of methods a server may ask for, one after the other (AuthenticationMethods). */
const mostRounds = 4;

/** Feeds ssh2 one method after the other, in the order of the configuration. */
export function loginMethods(attempt: LoginAttempt): AuthHandlerMiddleware {
  const server: Server = { left: [], partial: false };
  const methods = methodsOf(attempt, server);
  return (left: AuthenticationType[] | null, partial, next) => {
    server.left = left ?? [];
    server.partial = partial === true;
    attempt.journal.offered = server.left;
    // `false` ends the login; the types of ssh2 do not know it.
    const over = () => (next as (step: AnyAuthMethod | false) => void)(false);
    methods.next().then(
      (step) => (step.done === true ? over() : next(step.value)),
      (error: unknown) => {
        attempt.journal.failure = error;
        over();
      },
    );
  };
}

async function* methodsOf(attempt: LoginAttempt, server: Server): AsyncGenerator<AnyAuthMethod> {
  const { username, none } = basics(attempt);
  // Logs in nowhere; the answer says what the server takes.
  yield none;
  for (let round = 0; round < mostRounds; round++) {
    const wanted = attempt.host.methods.filter((method) => server.left.includes(method));
    let wentOn = false;
    for (const method of wanted) {
      if (method === "publickey") {
        wentOn = yield* publicKeys(attempt, server);
      } else if (method === "password" || method === "keyboard-interactive") {
        wentOn = yield* askedFor(attempt, { server, method, username });
      }
      if (wentOn) break;
    }
    if (!wentOn) return;
  }
}

function basics({ host }: LoginAttempt) {
  const username = host.user;
  return { username, none: { type: "none", username } satisfies AnyAuthMethod };
}

/** Offers every key. True when the server took one and wants something else in addition. */
async function* publicKeys(
  attempt: LoginAttempt,
  server: Server,
): AsyncGenerator<AnyAuthMethod, boolean> {
  const { journal, host } = attempt;
  if (journal.ring !== undefined) return false;
  journal.keys = await attempt.keys;
  journal.ring = new KeyRing(journal.keys.identities);
  if (journal.keys.identities.length === 0) return false;
  const { none } = basics(attempt);
  yield { type: "agent", username: host.user, agent: journal.ring };
  if (attempt.asking.refusal() !== undefined) throw attempt.asking.refusal();
  if (!journal.ring.someAccepted) return false;
  // ssh2 keeps to itself what the server said to a key.
  const before = server.left.join();
  yield none;
  return server.left.join() !== before;
}

interface Asked {
  readonly server: Server;
  readonly method: "keyboard-interactive" | "password";
  readonly username: string;
}

/** Tries what a person knows. True when the server took it and wants something else in addition. */
async function* askedFor(
  attempt: LoginAttempt,
  { server, method, username }: Asked,
): AsyncGenerator<AnyAuthMethod, boolean> {
  const { asking, journal, where, host } = attempt;
  const { secrets } = asking;
  if (secrets === undefined) {
    journal.notes.push(`${method} (nobody may be asked: no \`ask\` was given)`);
    return false;
  }
  const name = `password ${where}`;
  for (let tries = 0; tries < host.passwordPrompts; tries++) {
    const hint = tries === 0 ? "" : " (the last one was refused)";
    let given = "";
    if (method === "password") {
      given = await secrets.get(name, `Password of ${where}${hint}: `);
      yield { type: method, username, password: given };
    } else {
      const answer = async (prompt: Prompt): Promise<string> => {
        const text = `${where}: ${prompt.prompt}`;
        if (!/password/i.test(prompt.prompt)) return await askFresh(secrets, text);
        given = await secrets.get(name, text);
        return given;
      };
      yield { type: method, username, prompt: promptsWith(answer, journal) };
    }
    if (asking.refusal() !== undefined) throw asking.refusal();
    if (server.partial) return true;
    await secrets.forget(name, given);
    if (!server.left.includes(method)) break;
  }
  journal.notes.push(`${method} (refused)`);
  return false;
}

/** An answer that holds only once, such as a one-time code. */
async function askFresh(secrets: NonNullable<Asking["secrets"]>, text: string): Promise<string> {
  const answer = await secrets.get(text, text);
  await secrets.forget(text, answer);
  return answer;
}

type PromptHandler = Extract<AnyAuthMethod, { type: "keyboard-interactive" }>["prompt"];

/** Answers the server's prompts one by one. */
function promptsWith(
  answer: (prompt: Prompt) => Promise<string>,
  journal: LoginJournal,
): PromptHandler {
  return (...[, , , prompts, finish]) => {
    const answers = prompts.reduce<Promise<string[]>>(
      async (before, prompt) => [...(await before), await answer(prompt)],
      Promise.resolve([]),
    );
    answers.then(finish, (error: unknown) => {
      journal.failure = error;
      finish([]);
    });
  };
}
