import { once } from "node:events";
import type { AddressInfo } from "node:net";
import ssh2, { type KeyboardAuthContext } from "ssh2";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { AskSecret } from "../../src/host/ssh/config/target.js";
import { connectRoute } from "../../src/host/ssh/jump/connect-route.js";
import { planRoute } from "../../src/host/ssh/jump/route.js";
import { makeKeyPair } from "../../src/host/ssh/key-pair.js";
import { alias, openSshUser, type SshUser } from "../support/ssh-user.js";

type Login = (context: KeyboardAuthContext) => void;

const password = "correct horse";
const host = makeKeyPair();
const client = makeKeyPair();
/** How the server conducts the conversation of a login. */
let converse: Login;
/** Whether it wants a key first. */
let keyFirst = false;
let user: SshUser;

const server = new ssh2.Server({ hostKeys: [host.openssh] }, (connection) => {
  const state = { key: false };
  connection.on("error", () => {});
  connection.on("authentication", (context) => {
    const talks = !keyFirst || state.key;
    if (context.method === "publickey" && keyFirst) {
      // Asked without a signature first: whether such a key would do.
      if (context.signature === undefined) return context.accept();
      state.key = true;
      return context.reject(["keyboard-interactive"], true);
    }
    if (context.method === "keyboard-interactive" && talks) return converse(context);
    context.reject([talks ? "keyboard-interactive" : "publickey"]);
  });
});

beforeAll(async () => {
  user = await openSshUser();
  await user.put("key", client.openssh);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const place = { host: "127.0.0.1", port, user: "guest", privateKey: "" };
  await user.know({ ...place, hostKeys: [host.publicLine] });
  await user.config(...alias("lab", { ...place, hostKeys: [] }), "NumberOfPasswordPrompts 2");
});
afterEach(() => {
  keyFirst = false;
});
afterAll(async () => {
  server.close();
  await user[Symbol.asyncDispose]();
});

/** A person who knows some answers to each question, the last of them for good. */
function person(answers: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const ask: AskSecret = async ({ text }) => {
    asked.push(text);
    const [word = "", known = []] =
      Object.entries(answers).find(([one]) => text.includes(one)) ?? [];
    const times = asked.filter((one) => one.includes(word)).length;
    return known[Math.min(times, known.length) - 1] ?? "";
  };
  return { ask, asked };
}

async function logIn(ask: AskSecret | undefined): Promise<void> {
  const route = await planRoute({ destination: "lab", configFile: `${user.directory}/config` });
  const more = { hostKeyPolicy: undefined, connectTimeoutMs: undefined, signal: undefined };
  const connection = await connectRoute(route, { ask, ...more });
  connection.end();
  await once(connection, "close");
}

/** As PAM does: the password, a code in a second question, then words without a question. */
const withCode: Login = (context) => {
  context.prompt(
    [{ prompt: "Password: ", echo: false }, "Verification code: "],
    ([given, code]) => {
      if (given !== password || code !== "123456") return context.reject(["keyboard-interactive"]);
      context.prompt([], "", "Welcome", () => context.accept());
    },
  );
};

test("asks what the server asks, the password once and a code each time", async () => {
  converse = withCode;
  const { ask, asked } = person({ "Password: ": [password], "code: ": ["123456"] });
  await logIn(ask);
  await logIn(ask);
  const where = expect.stringMatching(/^guest@127\.0\.0\.1:\d+ \("lab"\): /);
  expect(asked).toEqual([where, where, where]);
  expect(asked.map((text) => text.replace(/^.*: (?=\w)/, ""))).toEqual([
    "Password: ",
    "Verification code: ",
    "Verification code: ",
  ]);
});

test("comes after a key where the server wants both", async () => {
  converse = withCode;
  keyFirst = true;
  const { ask, asked } = person({ "Password: ": [password], "code: ": ["123456"] });
  await logIn(ask);
  expect(asked).toHaveLength(2);
});

/** Takes nothing but the password. */
const passwordOnly: Login = (context) => {
  context.prompt("Password: ", ([given]) => {
    if (given === password) context.accept();
    else context.reject(["keyboard-interactive"]);
  });
};

test("asks again after a wrong answer, as often as the configuration allows", async () => {
  converse = passwordOnly;
  const second = person({ "Password: ": ["wrong", password] });
  await logIn(second.ask);
  expect(second.asked).toHaveLength(2);
  const never = person({ "Password: ": ["wrong"] });
  await expect(logIn(never.ask)).rejects.toMatchObject({
    code: "HOST_UNREACHABLE",
    message: expect.stringContaining("keyboard-interactive (refused)"),
  });
  expect(never.asked).toHaveLength(2);
});

test("says that nobody may be asked, and passes on a refusal to answer", async () => {
  converse = passwordOnly;
  await expect(logIn(undefined)).rejects.toMatchObject({
    code: "HOST_UNREACHABLE",
    message: expect.stringContaining("keyboard-interactive (nobody may be asked"),
  });
  const refusing = () => Promise.reject(new Error("not now"));
  await expect(logIn(refusing)).rejects.toMatchObject({
    code: "INTERRUPTED",
    message: expect.stringContaining("not now"),
  });
});
