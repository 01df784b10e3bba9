import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { openQmp, parseForwardedPort } from "./qmp.js";

test("the forwarded port is the one of the guest's SSH", () => {
  const text = [
    "Hub -1 (management):",
    "  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ",
    "  TCP[HOST_FORWARD]  13       127.0.0.1 38483       10.0.2.15    22     0     0",
    "  TCP[ESTABLISHED]   14       127.0.0.1 11111       10.0.2.15    22     0     0",
  ].join("\r\n");
  expect(parseForwardedPort(text)).toBe(38483);
  expect(parseForwardedPort(text.replace("38483", "    0"))).toBeUndefined();
});

test("commands are answered, refused or ended in order, events aside", async () => {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  stdout.write('{"QMP": {}}\n{"return": {}}\n');
  const qmp = await openQmp(stdin, stdout);
  const answer = qmp.execute("query-status");
  stdout.write('{"event": "RESUME"}\n{"return": {"status": "running"}}\n');
  expect(await answer).toEqual({ status: "running" });
  const refused = qmp.execute("nonsense");
  stdout.write('{"error": {"class": "CommandNotFound", "desc": "no such command"}}\n');
  await expect(refused).rejects.toThrow("QEMU refused nonsense: no such command");
  const ended = qmp.execute("quit");
  stdout.end();
  await expect(ended).rejects.toThrow("QEMU ended");
  await expect(qmp.execute("quit")).rejects.toThrow("QEMU ended");
});
