import type { HostRequirement } from "@hoststack/core";
import { moduleName } from "../module/build.js";
import type { HostState } from "./host-state.js";
import { advised, type DoctorQuestion, met, unmet } from "./question.js";

/** Kernels from 6.1 take TCP's tables for those of any protocol, unless they have DCCP. */
function dccpRequirement({ facts: { state } }: DoctorQuestion): HostRequirement[] {
  const [major = 0, minor = 0] = state.kernel.split(".").map(Number.parseFloat);
  if (major < 6 || (major === 6 && minor < 1)) return [];
  const about = {
    what: "CONFIG_IP_DCCP",
    wanted: "y or m: without it sockets land in TCP's tables",
  };
  const { dccp } = state;
  if (dccp === undefined) {
    const found = `no configuration of ${state.kernel} to look at`;
    return [advised({ ...about, found }, "keep it as /boot/config-RELEASE")];
  }
  const found = `${dccp} in ${state.kernel}`;
  if (dccp !== "n") return [met({ ...about, found })];
  return [
    unmet({ ...about, found }, "boot a kernel that has it: Debian's 6.1, or 6.0.3 as upstream"),
  ];
}

/** Names of sshd's marks whose DSCP is odd, i.e. has the bit the patch takes for dcPIM's. */
function oddMarks(marks: readonly string[]): string[] {
  return marks.filter(
    (mark) => mark === "le" || (/^(0x)?[0-9a-f]+$/i.test(mark) && (Number(mark) & 4) !== 0),
  );
}

function patchRequirement({ facts: { state, kernel } }: DoctorQuestion): HostRequirement {
  const about = { what: "DSCP", wanted: "no packets of others with an odd DSCP" };
  if (kernel.patch !== "present") {
    const words = kernel.patch === "absent" ? "no patch that" : "nothing known that";
    return met({ ...about, found: `${words} takes their mark; protocol 0xFE then has one queue` });
  }
  const odd = oddMarks(state.sshdMarks);
  if (odd.length > 0) {
    const found = `sshd marks logins with ${odd.join(" and ")}, which the patch takes for dcPIM's`;
    return unmet({ ...about, found }, "set IPQoS in sshd_config to others, e.g. af21 cs1");
  }
  const found = "patched: packets with an odd DSCP, as LE (1), are taken for dcPIM's and lost";
  return advised({ ...about, found }, "route nothing marked so through this host");
}

function moduleRequirement({ facts: { state, modules } }: DoctorQuestion): HostRequirement {
  const about = { what: "module", wanted: `${moduleName} built for ${state.kernel}` };
  const releases = Object.values(modules).flatMap((one) =>
    one === undefined ? [] : [one.release],
  );
  if (releases.includes(state.kernel)) return met({ ...about, found: "built" });
  const [other] = releases;
  const remedy = "setup builds it; --build-on controller builds it elsewhere";
  if (other !== undefined) {
    return advised({ ...about, found: `built for ${other} alone` }, `boot that, or: ${remedy}`);
  }
  if (state.headers) return advised({ ...about, found: "not built; headers are there" }, remedy);
  const headers = `linux-headers-${state.kernel}`;
  return advised({ ...about, found: "not built, and no headers" }, `install ${headers}; ${remedy}`);
}

function loadedRequirement({ facts: { state } }: DoctorQuestion): HostRequirement {
  const about = { what: "module loaded", wanted: "by nobody else" };
  if (!state.loaded) return met({ ...about, found: "not loaded" });
  const remedy = `end what uses it, then: rmmod ${moduleName} (restore, where hoststack loaded it)`;
  return unmet({ ...about, found: `${moduleName} is loaded already` }, remedy);
}

/** What one-way latency needs of clocks that are not compared; nothing where they are, or none is asked for. */
export function clockRequirements(
  { clockKeepers }: Pick<HostState, "clockKeepers">,
  { wanted }: { readonly wanted: boolean },
): HostRequirement[] {
  if (!wanted) return [];
  const about = { what: "clock", wanted: "kept with the other end's by PTP" };
  const found =
    clockKeepers.length === 0 ? "kept by nothing" : `kept by ${clockKeepers.join(", ")}`;
  if (clockKeepers.includes("ptp4l")) return [met({ ...about, found })];
  return [advised({ ...about, found }, "run PTP on the link, or leave out --clock own")];
}

/** What dcPIM needs of a host's kernel and module. */
export const kernelRequirements = (question: DoctorQuestion): HostRequirement[] => [
  ...dccpRequirement(question),
  patchRequirement(question),
  moduleRequirement(question),
  loadedRequirement(question),
];
