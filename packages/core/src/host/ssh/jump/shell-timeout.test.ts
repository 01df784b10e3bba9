import { expect, test } from "vitest";
import type { ResolvedHost } from "../config/resolve-target.js";
import { shellTimeoutOf } from "./shell-timeout.js";

const host = (connectTimeoutMs: number | undefined) => ({ connectTimeoutMs }) as ResolvedHost;

test.each([
  { how: "20 s by default", hosts: [undefined], limit: 20_000 },
  { how: "as long as a login may take", hosts: [undefined, 60_000], limit: 60_000 },
  { how: "not as short as one", hosts: [5000], limit: 20_000 },
  { how: "not what a jump host may take", hosts: [60_000, undefined], limit: 20_000 },
  { how: "what is asked for, also when it is short", hosts: [60_000], given: 700, limit: 700 },
])("the first shell may take $how", ({ hosts, given, limit }) => {
  const [first, ...rest] = hosts;
  expect(shellTimeoutOf([host(first), ...rest.map(host)], given)).toBe(limit);
});
