import type { KernelAnswers } from "../discovery/facts.js";
import { pciAddressOf } from "../discovery/pairs.js";
import { lockedRequirement, stackRequirement, udmabufRequirements } from "./host-requirements.js";
import {
  gpuRequirement,
  mtuRequirement,
  pciRequirement,
  queueRequirement,
  ringRequirement,
  steeringRequirement,
} from "./nic-requirements.js";
import { judged, type NicQuestion, nicOf, type Requirement } from "./requirement.js";

/** Numbers of the option that gives buffers back: in Google's kernels, and in Linux. */
const oldOption = "97";
const mainlineOption = "80";

function interfaceFound({ sockopts }: KernelAnswers, kernel: string): string {
  const word = (option: string) => (sockopts[option] === 0 ? "taken" : "refused");
  return `${kernel}: socket option ${oldOption} ${word(oldOption)}, ${mainlineOption} ${word(mainlineOption)}`;
}

/** The kernel's interface, which no released Linux has. */
function interfaceRequirement({ facts }: NicQuestion): Requirement {
  const { kernelAnswers: answers, kernel } = facts;
  const about = { what: "kernel interface", wanted: "TCPDirect of Google's own kernels" };
  if ("notAsked" in answers) {
    const found = `${kernel} was not asked: ${answers.notAsked}`;
    return judged(about, false, { found, remedy: "install a C compiler on the host to ask it" });
  }
  const { sockopts } = answers;
  return judged(about, sockopts[oldOption] === 0 && sockopts[mainlineOption] !== 0, {
    found: interfaceFound(answers, kernel),
    remedy: "boot Google's kernel; on Linux 6.12 or newer use the engine mainline",
  });
}

/** Private flags of Google's driver that the receiver is reset by. */
const resetFlags = [
  "enable-header-split",
  "enable-strict-header-split",
  "enable-max-rx-buffer-size",
] as const;

function headerSplitRequirement(question: NicQuestion): Requirement {
  const { privateFlags, driver } = nicOf(question);
  const missing = resetFlags.filter((flag) => privateFlags[flag] === undefined);
  return judged(
    { what: "header split", wanted: `private flags ${resetFlags.join(", ")}` },
    missing.length === 0,
    {
      found: missing.length === 0 ? `driver ${driver}` : `no ${missing.join(", no ")}`,
      remedy: "take Google's own gve driver on a kernel before 6.8",
    },
  );
}

function driverRequirement(question: NicQuestion): Requirement {
  const { driver } = nicOf(question);
  return judged({ what: "driver", wanted: "gve" }, driver === "gve", {
    found: driver ?? "none: the NIC is no device",
    remedy: "only Google's virtual NIC has this interface",
  });
}

/** tcp_stream reads addresses of no other PCI domain. */
function domainRequirement(question: NicQuestion): Requirement {
  const address = pciAddressOf(nicOf(question).path ?? "");
  const one = pciRequirement(question);
  if (address === undefined) return one;
  return judged({ what: one.what, wanted: "in PCI domain 0000" }, address.startsWith("0000:"), {
    found: address,
    remedy: "tcp_stream reads only domain 0000; take another NIC",
  });
}

/** What the receiver's reset spreads plain traffic over. */
export const resetQueues = 16;

/** All that tcpd with Google's kernel interface needs of a NIC in its role. */
export function legacyRequirements(question: NicQuestion): Requirement[] {
  const { role, options } = question;
  const memory =
    options.mode === "udmabuf" ? udmabufRequirements(question) : [gpuRequirement(question)];
  return [
    ...[interfaceRequirement(question), driverRequirement(question), domainRequirement(question)],
    ...(role === "server"
      ? [
          headerSplitRequirement(question),
          steeringRequirement(question),
          queueRequirement(question, resetQueues),
          ringRequirement(question),
        ]
      : []),
    ...[mtuRequirement(question), ...memory],
    ...[stackRequirement(question), lockedRequirement(question)],
  ];
}
