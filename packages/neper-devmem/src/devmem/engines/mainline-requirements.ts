import { lockedRequirement, udmabufRequirements } from "./host-requirements.js";
import {
  gpuRequirement,
  mtuRequirement,
  pciRequirement,
  queueRequirement,
  ringRequirement,
  steeringRequirement,
} from "./nic-requirements.js";
import { judged, type NicQuestion, nicOf, type Requirement } from "./requirement.js";

/** Commands of the generic netlink family `netdev`, and the first kernels that have them. */
const bindOperations = {
  server: { word: "bind-rx", number: 13, since: "6.12" },
  client: { word: "bind-tx", number: 15, since: "6.16" },
} as const;

/** Errno of Linux where a driver does not know how, and where a caller may not. */
const notSupported = 95;
const notPermitted = 1;

/** Whether the kernel has the operation, asked of itself. */
function interfaceRequirement({ facts, role }: NicQuestion): Requirement {
  const { word, number, since } = bindOperations[role];
  const { kernelAnswers: answers, kernel, config } = facts;
  const about = { what: "kernel interface", wanted: `${word} (Linux ${since} or newer)` };
  if ("notAsked" in answers) {
    const found = `${kernel} was not asked: ${answers.notAsked}`;
    return judged(about, false, { found, remedy: "install a C compiler on the host to ask it" });
  }
  const has = answers.operations.includes(number);
  const built = config["NET_DEVMEM"] === "n" ? ", built without CONFIG_NET_DEVMEM" : "";
  return judged(about, has && answers.sockopts["80"] === 0 && built === "", {
    found: `${kernel} ${has ? "has" : "has no"} ${word}${built}`,
    remedy: `boot a kernel of ${since} or newer with CONFIG_NET_DEVMEM`,
  });
}

/** What the driver answers; a dma-buf is never bound to find out. */
function bindRequirement({ facts, nic, role }: NicQuestion): Requirement[] {
  const { kernelAnswers: answers } = facts;
  if ("notAsked" in answers) return [];
  const { word } = bindOperations[role];
  const answer = (role === "server" ? answers.bindRx : answers.bindTx)[nic];
  const about = { what: "driver", wanted: `${word} is not refused` };
  if (answer === undefined) {
    const remedy = "take a NIC of the host's own namespace";
    return [judged(about, false, { found: "no answer for this NIC", remedy })];
  }
  const { errno, words } = answer;
  if (errno === notPermitted) {
    return [judged(about, false, { found: "not permitted", remedy: "run as root" })];
  }
  const said = words === "" ? "" : `: ${words}`;
  const remedy = "take a NIC whose driver has it: gve, bnxt_en, mlx5, fbnic and newer others";
  return [
    judged(about, errno !== notSupported, {
      found: errno === notSupported ? `not supported${said}` : `not refused (errno ${errno})`,
      remedy,
    }),
  ];
}

/** The first ethtool that sets it. */
const leastEthtool = [6, 7] as const;

function knowsDataSplit(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? "0").split(".").map(Number);
  return major > leastEthtool[0] || (major === leastEthtool[0] && minor >= leastEthtool[1]);
}

function headerSplitRequirement(question: NicQuestion): Requirement {
  const { tcpDataSplit } = nicOf(question);
  const about = { what: "header split", wanted: "tcp-data-split that can be switched on" };
  if (tcpDataSplit === undefined || tcpDataSplit === "n/a") {
    const found = tcpDataSplit ?? "not told by ethtool";
    return judged(about, false, { found, remedy: "take a NIC whose driver splits headers off" });
  }
  const { ethtool } = question.facts;
  return judged(about, tcpDataSplit === "on" || knowsDataSplit(ethtool), {
    found: tcpDataSplit === "on" ? "on" : `${tcpDataSplit}, ethtool ${ethtool ?? "not there"}`,
    remedy: `install ethtool ${leastEthtool.join(".")} or newer`,
  });
}

/** All that device memory of Linux itself needs of a NIC in its role. */
export function mainlineRequirements(question: NicQuestion): Requirement[] {
  const { role, options } = question;
  const memory =
    options.mode === "cuda" ? [gpuRequirement(question)] : udmabufRequirements(question);
  return [
    ...[interfaceRequirement(question), ...bindRequirement(question), pciRequirement(question)],
    ...(role === "server"
      ? [
          headerSplitRequirement(question),
          steeringRequirement(question),
          queueRequirement(question),
          ringRequirement(question),
        ]
      : []),
    ...[mtuRequirement(question), ...memory, lockedRequirement(question)],
  ];
}
