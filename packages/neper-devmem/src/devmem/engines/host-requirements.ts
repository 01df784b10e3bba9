import { advised, judged, type NicQuestion, type Requirement } from "./requirement.js";

const mib = (bytes: number): number => Math.ceil(bytes / 1_048_576);

/** Buffers of the host's memory as dma-bufs. */
export function udmabufRequirements({ facts, options }: NicQuestion): Requirement[] {
  const { device, limitMib } = facts.udmabuf;
  const asked = mib(options.physLenBytes);
  const there = judged({ what: "udmabuf", wanted: "/dev/udmabuf" }, device, {
    found: device
      ? "there"
      : facts.config["UDMABUF"] === "n"
        ? "none: the kernel was built without CONFIG_UDMABUF"
        : "none",
    remedy: "load the module udmabuf, or take a kernel that has it",
  });
  if (!device) return [there];
  const limit = judged(
    { what: "udmabuf limit", wanted: `${asked} MiB for a flow` },
    limitMib === undefined || limitMib >= asked,
    {
      found: limitMib === undefined ? "not told" : `${limitMib} MiB`,
      remedy: `ask for a smaller physLenBytes, or: echo ${asked} > /sys/module/udmabuf/parameters/size_limit_mb`,
    },
  );
  return [there, limit];
}

/** What tcpd keeps on the stack of a thread beside the buffer itself, in bytes; what calls need besides is a guess. */
const ownStackBytes = { cuda: 240_000, udmabuf: 819_200 + 80_000 } as const;
const callStackBytes = 65_536;

/** Stack of a thread: tcpd has its buffers there. */
export function stackRequirement({ facts, options }: NicQuestion): Requirement {
  const { mode, bufferSizeBytes } = options;
  const own = mode === "default" ? 0 : ownStackBytes[mode];
  const wanted = bufferSizeBytes + own + callStackBytes;
  const { stack } = facts.limits;
  return judged(
    { what: "RLIMIT_STACK", wanted: `${wanted} bytes` },
    stack === undefined || stack >= wanted,
    {
      found: stack === undefined ? "no limit" : `${stack} bytes`,
      remedy: `raise it (ulimit -s ${Math.ceil(wanted / 1024)}), or ask for a smaller bufferSizeBytes`,
    },
  );
}

/** Memory the kernel pins while a buffer is sent without a copy. */
export function lockedRequirement({ facts, options }: NicQuestion): Requirement {
  const { locked } = facts.limits;
  const wanted = options.flows * options.bufferSizeBytes;
  return advised(
    { what: "RLIMIT_MEMLOCK", wanted: `${wanted} bytes for ${options.flows} flows` },
    locked === undefined || locked >= wanted,
    {
      found: locked === undefined ? "no limit" : `${locked} bytes`,
      remedy: "raise it (ulimit -l), or run as root",
    },
  );
}
