import { expect, test } from "vitest";
import { foreignUse } from "./foreign-use.js";
import { type ProcessReading, processReading } from "./process-times.js";

/** Parent, own ticks, ticks of children, start and flags of a process. */
interface Given {
  readonly parent?: number;
  readonly own?: number;
  readonly children?: number;
  readonly start?: number;
  readonly name?: string;
  readonly flags?: number;
}

const stat = (pid: number, given: Given): string => {
  const { parent = 1, own = 0, children = 0, start = 100, name = `p${pid}`, flags = 0 } = given;
  return `${pid} (${name}) S ${parent} 1 1 0 -1 ${flags} 1 2 3 4 ${own} 0 ${children} 0 20 0 1 0 ${start} 4096`;
};

function reading(uptimeS: number, processes: Readonly<Record<number, Given>>): ProcessReading {
  const files = new Map([
    ["/proc/uptime", `${uptimeS} 0`],
    ["/proc/stat", "cpu  1 2\ncpu0 1 2\ncpu1 1 2\nctxt 5"],
    ...Object.entries({ 1: {}, ...processes }).map(
      ([pid, given]) => [`/proc/${pid}/stat`, stat(Number(pid), given)] as const,
    ),
  ]);
  const read = processReading({ token: "", kind: "full", uptimeS, files });
  if (read === undefined) throw new Error("it holds processes");
  return read;
}

/** A run whose controller is 20, under a shell 10, on 2 CPUs, over 2 s. */
const used = (before: Readonly<Record<number, Given>>, after: Readonly<Record<number, Given>>) => {
  const run = { 10: { own: 50 }, 20: { parent: 10 } };
  return foreignUse(reading(5, { ...run, ...before }), reading(7, { ...run, ...after }), {
    pids: [20],
  });
};

const shares = ({ processes }: ReturnType<typeof used>) =>
  Object.fromEntries(processes.map(({ pid, cpus }) => [pid, cpus]));

test("shares are of CPUs, over the time between the readings", () => {
  const use = used({ 30: { own: 10, name: "a) (b\n" } }, { 30: { own: 110, name: "a) (b\n" } });
  expect(use).toEqual({
    ...{ overS: 2, machineCpus: 2, foreignCpus: 0.5 },
    processes: [{ pid: 30, command: "a) (b?", cpus: 0.5 }],
  });
});

test("the run's processes, what carries them and threads of the kernel are not foreign", () => {
  const use = used(
    { 21: { parent: 20 } },
    {
      10: { own: 250 },
      20: { parent: 10, own: 200 },
      21: { parent: 20, own: 200 },
      22: { parent: 21, own: 200 },
      40: { own: 200, flags: 0x0020_8040 },
      41: { parent: 10, own: 20 },
    },
  );
  expect(shares(use)).toEqual({ 41: 0.1 });
});

test("what short-lived processes used counts for the one that waited for them", () => {
  const before = { 30: { children: 100 }, 31: { parent: 30, own: 70 } };
  // of the 31st, 70 were used before; 130 more by it and others that were never seen
  expect(shares(used(before, { 30: { children: 300 } }))).toEqual({ 30: 0.65 });
});

test("a login that waits for the run's processes is not given their time", () => {
  const login = (children: number) => ({ 30: { name: "sshd-session", children } });
  expect(used(login(0), login(400)).foreignCpus).toBe(0);
});

test.each(["sshd", "sshd-session", "dropbear"])(
  "all of a connection that %s serves is the run's, another's is not",
  (name) => {
    const before = {
      2: { name },
      30: { parent: 2, name },
      31: { parent: 30, name: "sh" },
      32: { parent: 30, name: "sh" },
      40: { parent: 2, name },
      41: { parent: 40, name: "cc1" },
    };
    const after = {
      ...before,
      32: { parent: 30, name: "sh", own: 40 },
      33: { parent: 32, name: "sleep", own: 20 },
      41: { parent: 40, name: "cc1", own: 50 },
    };
    const use = foreignUse(reading(5, before), reading(7, after), { pids: [31], overSsh: [31] });
    expect(shares(use)).toEqual({ 41: 0.25 });
  },
);

test("a process that was given an id of another began anew", () => {
  const use = used({ 30: { own: 500, start: 100 } }, { 30: { own: 40, start: 550 } });
  expect(shares(use)).toEqual({ 30: 0.2 });
});

test("a snapshot without processes is none", () => {
  const files = new Map([["/proc/42/stat", "42 (cut"]]);
  expect(processReading({ token: "", kind: "full", uptimeS: 1, files })).toBeUndefined();
});
