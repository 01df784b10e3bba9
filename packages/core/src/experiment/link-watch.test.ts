import { expect, test } from "vitest";
import { LinkWatch, longestSilence } from "./link-watch.js";

const readings = (...bytes: number[]) => bytes.map((sum, s) => ({ atMs: s * 1000, bytes: sum }));
const whole = { fromMs: 0, toMs: 60_000 };

test("a link that stops is silent from its last traffic on", () => {
  const dies = readings(0, 1e6, 2e6, 3e6, 3e6, 3e6 + 90, 3e6 + 90);
  expect(longestSilence(dies, whole)).toEqual({ fromMs: 3000, toMs: 6000 });
});

test("one that rests for a while and goes on is told as well, one that never carried from the begin", () => {
  expect(longestSilence(readings(0, 1e6, 1e6, 1e6, 1e6, 2e6), whole)).toEqual({
    fromMs: 1000,
    toMs: 4000,
  });
  expect(longestSilence(readings(5, 5, 5, 5), whole)).toEqual({ fromMs: 0, toMs: 3000 });
});

test("a link that carries, and silence outside the window, are no findings", () => {
  expect(longestSilence(readings(0, 1e6, 2e6, 2e6, 3e6), whole)).toBeUndefined();
  const after = readings(0, 1e6, 2e6, 2e6, 2e6, 2e6);
  expect(longestSilence(after, { fromMs: 0, toMs: 2200 })).toBeUndefined();
});

test("a window that opens before the first reading says nothing of the time until then", () => {
  const late = [
    { atMs: 1100, bytes: 5e8 },
    { atMs: 2100, bytes: 1e9 },
    { atMs: 3100, bytes: 1.5e9 },
  ];
  expect(longestSilence(late, { fromMs: 100, toMs: 3100 })).toBeUndefined();
});

test("a link whose ends are asked one after the other carries, though one of them receives next to nothing", () => {
  const end = (host: string) => ({ host, nic: "lab0", addresses: ["10.0.0.1"] as const });
  const [client, server] = [end("left"), end("right")];
  const link = { name: "a", mtuBytes: 1500, ends: [client, server] as const };
  const watch = new LinkWatch([{ client, server, link }]);
  const take = (host: string, atMs: number, bytes: number) => {
    const text = `Inter-|   Receive  |  Transmit\nlab0: ${bytes} 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0`;
    const files = new Map([["/proc/net/dev", text]]);
    watch.take(host, { token: "t", kind: "tick", uptimeS: atMs / 1000, files }, atMs);
  };
  for (const second of [1, 2, 3]) {
    take("left", second * 1000, second * 100);
    take("right", second * 1000 + 5, second * 1e9);
  }
  expect(watch.silences({ fromMs: 0, toMs: 3005 })).toEqual([]);
});

test("of two links the silent one is named, by what both of its ends received", () => {
  const end = (host: string, nic: string) => ({ host, nic, addresses: ["10.0.0.1"] as const });
  const ends = (name: string, nic: string) => {
    const [client, server] = [end("left", nic), end("right", nic)] as const;
    return { client, server, link: { name, mtuBytes: 1500, ends: [client, server] as const } };
  };
  const links = [ends("a", "lab0"), ends("b", "lab1")];
  const watch = new LinkWatch(links);
  const row = (nic: string, bytes: number) => `${nic}: ${bytes} 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0`;
  const text = (...rows: string[]) =>
    ["Inter-|   Receive  |  Transmit", " face |bytes |bytes", ...rows].join("\n");
  const snapshot = (second: number) => ({
    ...({ token: "t", kind: "tick", uptimeS: second } as const),
    files: new Map([["/proc/net/dev", text(row("lab0", second * 1e6), row("lab1", 7))]]),
  });
  let atMs = 0;
  const clock = () => atMs;
  for (const second of [0, 1, 2, 3]) {
    atMs = second * 1000;
    for (const host of ["left", "right"]) watch.take(host, snapshot(second), clock());
  }
  expect(watch.silences(undefined)).toEqual([{ ends: links[1], fromMs: 0, toMs: 3000 }]);
});

test("links that share a host's NIC are each watched", () => {
  const end = (host: string) => ({ host, nic: "lab0", addresses: ["10.0.0.1"] as const });
  const pair = (first: string, second: string) => {
    const [client, server] = [end(first), end(second)] as const;
    const link = { name: `${first}-${second}`, mtuBytes: 1500, ends: [client, server] as const };
    return { client, server, link };
  };
  const links = [pair("a", "c"), pair("b", "c")];
  const watch = new LinkWatch(links);
  for (const second of [0, 1, 2, 3]) {
    for (const host of ["a", "c", "b"]) {
      const text = `Inter-|   Receive  |  Transmit\nlab0: 7 1 0 0 0 0 0 0 0 1 0 0 0 0 0 0`;
      const files = new Map([["/proc/net/dev", text]]);
      watch.take(host, { token: "t", kind: "tick", uptimeS: second, files }, second * 1000);
    }
  }
  expect(watch.silences(undefined).map(({ ends }) => ends)).toEqual(links);
});
