import { type HostRequirement, managementReason } from "@hoststack/core";
import { longFlowPlan, steeringNeeds } from "../steering/plans.js";
import { advised, type DoctorQuestion, met, nicOf, unmet } from "./question.js";

const otherCard = "take a card whose driver has it";

function groRequirement(question: DoctorQuestion): HostRequirement {
  const { [groName]: gro } = nicOf(question).features;
  const about = {
    what: "GRO",
    wanted: "on: without it every packet ends in TCP as a checksum error",
  };
  if (gro === undefined) return advised({ ...about, found: "not told" }, "install ethtool");
  if (gro === "off [fixed]") return unmet({ ...about, found: gro }, otherCard);
  return met({ ...about, found: gro.startsWith("on") ? "on" : "off; on for the time of a trial" });
}

const groName = "generic-receive-offload";

/** Control packets say where their checksum is, which those of upstream do not. */
function checksumRequirement(question: DoctorQuestion): HostRequirement {
  const checksumming = nicOf(question).features["tx-checksumming"];
  const about = { what: "TX checksum", wanted: "on, or packets that say where theirs is" };
  if (checksumming?.startsWith("on")) return met({ ...about, found: "on" });
  const found = `${checksumming ?? "not told"}: the kernel fills it in; upstream's would be dropped`;
  return met({ ...about, found });
}

function segmentRequirement(question: DoctorQuestion): HostRequirement {
  const { gsoMaxBytes, mtuBytes } = nicOf(question);
  const about = { what: "gso_max_size", wanted: "the MTU on a kernel without the patch" };
  if (question.facts.kernel.patch === "present")
    return met({ ...about, found: "any, the kernel is patched" });
  if (gsoMaxBytes === undefined) {
    return unmet({ ...about, found: "not told by ip" }, "install iproute2 5.17 or newer");
  }
  const same = gsoMaxBytes === mtuBytes;
  const found = same ? `${gsoMaxBytes}` : `${gsoMaxBytes}; ${mtuBytes} for the time of a trial`;
  return met({ ...about, found });
}

/** Upstream's scripts leave these behind, and packets as small as one message. */
const leftOff = ["generic-segmentation-offload", "tcp-segmentation-offload", groName];
const leastMtuBytes = 1500;

function leftoverRequirement(question: DoctorQuestion): HostRequirement {
  const { features, mtuBytes } = nicOf(question);
  // a card that sums nothing up cannot cut packets either, whoever ran before
  const may = features["tx-checksumming"] === "on" ? leftOff : [groName];
  const off = may.filter((name) => features[name] === "off");
  const small = mtuBytes !== undefined && mtuBytes < leastMtuBytes;
  const about = {
    what: "left by a run",
    wanted: "an MTU of 1500 or more, and no offload switched off",
  };
  if (off.length === 0 && !small) return met({ ...about, found: "nothing" });
  const found = [...off.map((name) => `${name} off`), ...(small ? [`an MTU of ${mtuBytes}`] : [])];
  const { nic } = question;
  const remedy = `unless it is meant: ethtool -K ${nic} gro on gso on tso on; ip link set ${nic} mtu 9000`;
  return advised({ ...about, found: found.join(", ") }, remedy);
}

function rulesRequirement(question: DoctorQuestion): HostRequirement {
  const { rings, rules } = nicOf(question);
  const needs = steeringNeeds(longFlowPlan());
  const wanted = `${needs.rules} rules and ${needs.queues} queues, for 15 flows on a patched kernel`;
  const about = { what: "steering", wanted };
  if (question.facts.kernel.patch !== "present") {
    return met({ ...about, found: "not used: cards know no ports of protocol 0xFE" });
  }
  if (rings === undefined || rules === undefined) {
    return advised(
      { ...about, found: "no n-tuple rules" },
      "other flows share a queue; or another card",
    );
  }
  const found = `${rings} queues, ${rules} rules of others`;
  if (rings >= needs.queues && rules === 0) return met({ ...about, found });
  const remedy =
    rings < needs.queues
      ? `fewer flows, or more queues: ethtool -L ${question.nic} combined ${needs.queues}`
      : `see ethtool -u ${question.nic}; nothing of others is overwritten`;
  return advised({ ...about, found }, remedy);
}

function managementRequirement({ nic, facts }: DoctorQuestion): HostRequirement {
  const about = { what: "data NIC", wanted: "a card of its own, beside that of logins" };
  const reason = managementReason(nic, facts.management);
  if (reason === undefined) return met({ ...about, found: nic });
  return unmet({ ...about, found: reason }, "name another NIC in the testbed file");
}

/** What dcPIM needs of a host's data NIC. */
export const nicRequirements = (question: DoctorQuestion): HostRequirement[] => [
  managementRequirement(question),
  groRequirement(question),
  checksumRequirement(question),
  segmentRequirement(question),
  leftoverRequirement(question),
  rulesRequirement(question),
];
