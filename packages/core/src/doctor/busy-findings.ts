import type { Business, BusyProcess } from "./busy-answer.js";
import type { Finding } from "./finding.js";

/** Above this many runnable tasks per CPU, measured processes wait for others. */
const quietLoadPerCpu = 0.25;
/** A process that takes more of a CPU than this is worth a line. */
const heavyShare = 0.2;
/** Lines about processes, at most. */
const mostProcesses = 5;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const processText = ({ command, pid, share, user, own }: BusyProcess): string =>
  `${command} (${pid}, ${own ? "your own" : `user ${user}`}) ${percent(share)} of a CPU`;

function loadFinding(host: string, { load, cpus }: Business): Finding {
  const wanted = `a load of at most ${(quietLoadPerCpu * cpus).toFixed(2)} on ${cpus} CPUs`;
  const why = "what else runs takes CPU time and cache from what is measured";
  const about = {
    host,
    what: "load",
    found: `${load.toFixed(2)} over the last minute`,
    wanted,
    why,
  };
  if (load <= quietLoadPerCpu * cpus) return { ...about, state: "met" };
  return { ...about, state: "warning", remedy: "wait until the machine is quiet" };
}

function processFinding(host: string, { processes }: Business): Finding {
  const heavy = processes.filter(({ share }) => share > heavyShare);
  const wanted = `no process above ${percent(heavyShare)} of a CPU`;
  const why = "it shares CPUs, caches and links with what is measured";
  const about = { host, what: "processes", wanted, why };
  if (heavy.length === 0) return { ...about, state: "met", found: "none" };
  const more = heavy.length - mostProcesses;
  const named = heavy.slice(0, mostProcesses).map(processText);
  return {
    ...about,
    state: "warning",
    found: [...named, ...(more > 0 ? [`${more} more`] : [])].join("; "),
    remedy: heavy.some(({ own }) => !own)
      ? "agree with its user on a time, or wait"
      : "end it, or wait until it has ended",
  };
}

function governorFinding(host: string, { governors }: Business): Finding[] {
  if (governors.length === 0) return [];
  const others = governors.filter((governor) => governor !== "performance");
  const about = {
    ...{ host, what: "governor", wanted: "performance" },
    why: "another governor changes the CPUs' frequency while figures are taken",
  };
  if (others.length === 0) return [{ ...about, state: "met", found: "performance" }];
  const found = `${[...new Set(others)].join(", ")} on ${others.length} of ${governors.length}`;
  const remedy = "cpupower frequency-set -g performance, as root";
  return [{ ...about, state: "warning", found, remedy }];
}

function throttleFinding(host: string, { throttled }: Business): Finding[] {
  if (throttled === undefined) return [];
  const about = {
    ...{ host, what: "temperature", wanted: "no CPU throttled", found: "not throttled" },
    why: "a CPU that is too hot runs slower than it says",
  };
  if (throttled <= 0) return [{ ...about, state: "met" }];
  const found = `throttled ${throttled} times within a second`;
  return [{ ...about, state: "warning", found, remedy: "let it cool down, or look at its fans" }];
}

/** What may spoil figures on a machine that is busy; never a reason to refuse a run. */
export function busyFindings(host: string, business: Business): Finding[] {
  return [
    loadFinding(host, business),
    processFinding(host, business),
    ...governorFinding(host, business),
    ...throttleFinding(host, business),
  ];
}
