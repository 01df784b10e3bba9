import { describe, expect, test } from "vitest";
import { contextOf, hostView } from "../../test/support/host.js";
import { pingPong } from "./ping-pong.js";
import { shortMessages } from "./short-messages.js";

const optionsOf = async <O>(
  {
    options,
  }: { readonly options: { readonly "~standard": { validate(value: unknown): unknown } } },
  given: Readonly<Record<string, unknown>>,
): Promise<O> => {
  const outcome = (await options["~standard"].validate(given)) as {
    readonly value: O;
    readonly issues?: readonly { readonly message: string; readonly path: readonly string[] }[];
  };
  const [issue] = outcome.issues ?? [];
  if (issue === undefined) return outcome.value;
  throw new Error(`${issue.path.join(".")} ${issue.message}`);
};

const shortArgv = async (given: Readonly<Record<string, unknown>>) =>
  shortMessages
    .processes(contextOf(await optionsOf(shortMessages, given)))
    .map(({ argv }) => argv.join(" "));

describe("command lines of messages", () => {
  test("a ping-pong over dcPIM, pinned before a socket is opened, for as long as was asked", async () => {
    const specs = pingPong.processes(contextOf(await optionsOf(pingPong, { durationS: 4 })));
    expect(specs.map(({ argv }) => argv.join(" "))).toEqual([
      "env DCPIM_SECONDS=4 taskset -c 0 /b/pingpong_server --port 12000 --count 1 --flowsize 64 --dcpim",
      "env DCPIM_SECONDS=4 taskset -c 0 /b/pingpong_client 10.77.0.2:12000 --sp 12000 --count 1 --flowsize 64 --iodepth 1 --dcpim ping",
    ]);
    // its files have no need of a directory, its end none of a signal to all programs of a name
    expect(specs.map(({ ends, collects }) => [ends, collects])).toEqual([
      ["itself", undefined],
      ["itself", undefined],
    ]);
  });

  test("short messages over dcPIM, with their rate and clock", async () => {
    expect(await shortArgv({ clients: 3, messageBytes: 1024 })).toEqual([
      "env DCPIM_SECONDS=10 taskset -c 0 /b/pingpong_server --port 12000 --count 3 --flowsize 1024 --dcpim --oneside",
      "env DCPIM_SECONDS=10 DCPIM_MESSAGES_PER_S=100 DCPIM_CLOCK=corrected taskset -c 0 /b/pingpong_client 10.77.0.2:12000 --sp 12000 --count 3 --flowsize 1024 --iodepth 1 --dcpim --oneside ping",
    ]);
  });

  test("over TCP, one connection or one each, never the same by another name", async () => {
    const [server, client] = await shortArgv({ protocol: "tcp" });
    expect(server).toMatch(/--flowsize 64 --oneside$/);
    expect(client).toMatch(/--tcp --oneside ping$/);
    const each = await shortArgv({ protocol: "tcp", connections: "per-message" });
    expect(each[0]).toMatch(/--flowsize 64 --shortflow$/);
    expect(each[1]).toMatch(/--tcp --shortflow ping$/);
    const titles = await Promise.all(
      ["one", "per-message"].map(async (connections) =>
        shortMessages.title(await optionsOf(shortMessages, { protocol: "tcp", connections })),
      ),
    );
    expect(new Set(titles).size).toBe(2);
  });
});

describe("options of messages", () => {
  test("are the same for both protocols, with the same defaults", async () => {
    const over = (protocol: string) => optionsOf<object>(shortMessages, { protocol });
    expect(await over("tcp")).toEqual({ ...(await over("dcpim")), protocol: "tcp" });
  });

  test("a message larger than dcPIM takes with the knobs of a host is refused, by name and number", async () => {
    const sized = async (given: Readonly<Record<string, unknown>>, server = false) => {
      const view = hostView({ host: "client", cpus: 4 });
      const machine = { virtual: !server, linkGbps: { lab0: 100 } };
      const part = { ...view, facts: { ...view.facts, ...(server ? { machine } : {}) } };
      const chosen = await optionsOf(pingPong, given);
      return () => pingPong.conditions?.(chosen as never, part);
    };
    const small = { rttUs: 100, messageBytes: 131_072 };
    const tooLarge =
      /messageBytes is larger than dcPIM takes with the knobs of client: 12000 bytes/;
    expect(await sized(small)).toThrow(tooLarge);
    // what comes next is that no module was built for this host
    expect(await sized({ ...small, protocol: "tcp" })).toThrow(/has no module/);
    expect(await sized({ messageBytes: 131_072 })).toThrow(/has no module/);
    // the same round trip at a server's rate takes them
    expect(await sized(small, true)).toThrow(/has no module/);
  });

  test("a connection for each message is TCP's", async () => {
    await expect(optionsOf(shortMessages, { connections: "per-message" })).rejects.toThrow(
      /connections a connection for each message is something upstream's server has for TCP only/,
    );
  });

  test.each([{ messageBytes: 0 }, { clients: 0 }, { clients: 16 }, { durationS: 0 }])(
    "%j is refused, where upstream's programs take it for an error of words or divide by it",
    async (given) => {
      await expect(optionsOf(shortMessages, given)).rejects.toThrow();
    },
  );
});
