import { pairNicsWithGpus, pciAddressOf } from "../discovery/pairs.js";
import { advised, judged, type NicQuestion, nicOf, type Requirement } from "./requirement.js";

/** Payload of a page and headers of TCP with its usual option, so that each packet fills a page. */
const leastMtuBytes = 4096 + 20 + 20 + 12;

/** Queues that a run takes, beyond those that plain traffic keeps. */
export function queueRequirement(question: NicQuestion, least = 0): Requirement {
  const { queueStart, queueCount } = question.options;
  const wanted = Math.max(queueStart + queueCount, least);
  const { rxQueues } = nicOf(question);
  return judged({ what: "queues", wanted: `${wanted} receive queues` }, rxQueues >= wanted, {
    found: `${rxQueues} in use`,
    remedy: `ask the NIC for more channels (ethtool -L), or take lower queues: queueStart ${queueStart}, queueCount ${queueCount}`,
  });
}

/** Steering rules bring each flow to its queue. */
export function steeringRequirement(question: NicQuestion): Requirement {
  const { ntuple } = nicOf(question);
  return judged(
    { what: "steering rules", wanted: "n-tuple filters that can be switched on" },
    ntuple === "on" || (ntuple !== undefined && !ntuple.endsWith("[fixed]")),
    { found: ntuple ?? "not told by ethtool", remedy: "take a NIC whose driver steers flows" },
  );
}

/** Payload in whole pages. */
export function mtuRequirement(question: NicQuestion): Requirement {
  const { mtuBytes } = nicOf(question);
  return advised(
    { what: "MTU", wanted: `at least ${leastMtuBytes} bytes: payload in whole pages` },
    (mtuBytes ?? 0) >= leastMtuBytes,
    {
      found: mtuBytes === undefined ? "not told" : `${mtuBytes} bytes`,
      remedy: "raise it on both ends, e.g. to 8244 bytes",
    },
  );
}

/** Whether ethtool shows the rings, and how long they are. */
export function ringRequirement(question: NicQuestion): Requirement {
  const { ringDescriptors } = nicOf(question);
  return judged(
    { what: "ring", wanted: "receive rings that ethtool shows" },
    ringDescriptors !== undefined,
    {
      found: ringDescriptors === undefined ? "none" : `${ringDescriptors} descriptors`,
      remedy: "take a NIC whose driver tells its rings (ethtool -g)",
    },
  );
}

/** The NIC as a PCI device. */
export function pciRequirement(question: NicQuestion): Requirement {
  const { path, driver } = nicOf(question);
  const address = path === undefined ? undefined : pciAddressOf(path);
  return judged({ what: "PCI address", wanted: "a PCI device" }, address !== undefined, {
    found: address ?? `${driver === undefined ? "no device" : `driver ${driver}`}, not on PCI`,
    remedy: "take a NIC that is hardware",
  });
}

/** The GPU beside the NIC, where its memory is used. */
export function gpuRequirement(question: NicQuestion): Requirement {
  const { facts, nic } = question;
  const placed = Object.entries(facts.nics).flatMap(([name, { path }]) =>
    path === undefined ? [] : [{ name, path }],
  );
  const gpus = facts.gpus.map(({ pciAddress, path }) => ({ name: pciAddress, path }));
  const pair = pairNicsWithGpus(placed, gpus).find((one) => one.nic === nic);
  const about = { what: "GPU", wanted: "a GPU on the NIC's PCI switch" };
  if (pair === undefined) {
    const found = gpus.length === 0 ? "the host has no GPU" : "none is left for this NIC";
    return judged(about, false, {
      found,
      remedy: "use the memory of the host instead: --memory udmabuf",
    });
  }
  return advised(about, pair.nearness === "same switch", {
    found: `${pair.gpu}, ${pair.nearness}, ${pair.hops} hops`,
    remedy: "data goes through the processor; take a NIC beside a GPU",
  });
}
