import { type Command, hoststackError } from "@hoststack/core";

/** An image with tcpd built for CUDA in it. */
export interface ImageOptions {
  /** `registry/name:tag`. */
  readonly image: string;
  /** Tree of tcpd with the kernel's headers in `usr/include`, on the machine that builds the image. */
  readonly tree: string;
  /** What it is built on. @default "nvidia/cuda:12.0.0-devel-ubuntu22.04" */
  readonly base?: string;
}

/** Needs no file of the tree beside the sources: its text comes in on standard input. */
const dockerfile = `ARG BASE
FROM $BASE
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update && apt-get install -y --no-install-recommends build-essential ethtool iproute2 util-linux && rm -rf /var/lib/apt/lists/*
WORKDIR /neper
COPY . .
RUN make clean && make tcp_stream WITH_TCPDEVMEM_CUDA=1
WORKDIR /logs
`;

const defaultBase = "nvidia/cuda:12.0.0-devel-ubuntu22.04";

/** Builds the image from a tree. */
export function imageBuildCommand({ image, tree, base = defaultBase }: ImageOptions): Command & {
  readonly stdin: string;
} {
  const argv = ["docker", "build", "--tag", image, "--build-arg", `BASE=${base}`] as const;
  return { argv: [...argv, "--file", "-", tree], stdin: dockerfile };
}

/** One run in a container on one host. */
export interface ContainerOptions {
  readonly image: string;
  /** Free on the host; with a run's own id in it two runs do not meet. */
  readonly name: string;
  /** Where logs stay on the host after the container is gone. */
  readonly logDirectory: string;
  /** Device files of the GPUs that are there, e.g. `/dev/nvidia0`, beside those of the driver itself. */
  readonly gpuDevices: readonly string[];
  /** Where `libcuda.so` is on the host. @default "/var/lib/nvidia/lib64" */
  readonly cudaLibraryDirectory?: string;
  /** What runs in it: see `tcpStreamArgv`. */
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const driverDevices = ["/dev/nvidia-uvm", "/dev/nvidiactl"];
const libraries = "/usr/local/nvidia/lib64";

const nameFits = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

function checkContainer({ name, gpuDevices, logDirectory }: ContainerOptions): void {
  const wrong = !nameFits.test(name)
    ? ["name", "must be a container's name"]
    : gpuDevices.length === 0
      ? ["gpuDevices", "must name the GPUs of the host"]
      : !logDirectory.startsWith("/")
        ? ["logDirectory", "must be an absolute path"]
        : undefined;
  if (wrong === undefined) return;
  const [field, text] = wrong;
  throw hoststackError("OPTIONS_INVALID", `container: "${field}" ${text}`, { details: { field } });
}

/**
 * Runs tcp_stream in a container on the host's own network, without a terminal; logs stay in a directory of the host.
 * Throws OPTIONS_INVALID.
 */
export function containerCommand(options: ContainerOptions): Command {
  checkContainer(options);
  const { image, name, logDirectory, gpuDevices, argv, environment = {} } = options;
  const { cudaLibraryDirectory = "/var/lib/nvidia/lib64" } = options;
  const variables = { LD_LIBRARY_PATH: libraries, ...environment };
  return {
    argv: [
      ...(["docker", "run", "--rm", "--name", name, "--user", "0", "--network", "host"] as const),
      ...["--userns", "host", "--cap-add", "IPC_LOCK", "--cap-add", "NET_ADMIN"],
      ...["--shm-size", "1g", "--ulimit", "memlock=-1", "--ulimit", "stack=67108864"],
      ...["--volume", `${cudaLibraryDirectory}:${libraries}:ro`],
      ...["--volume", `${logDirectory}:/logs`, "--workdir", "/logs"],
      ...[...gpuDevices, ...driverDevices].flatMap((device) => ["--device", device]),
      ...Object.entries(variables).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      ...[image, ...argv],
    ],
  };
}

/** Takes a container away that is there still. */
export const containerRemovalCommand = (name: string): Command => ({
  argv: ["docker", "rm", "--force", name],
});

/** Ports of a run that a firewall has to let in. */
export interface FirewallOpening {
  /** Marks the rules as ours. */
  readonly name: string;
  /** The client's data address. */
  readonly from: string;
  /** First and last port, both included. */
  readonly ports: readonly (readonly [first: number, last: number])[];
}

/**
 * Opens a host's firewall for one client and the ports of a run alone, and closes exactly that again. Each rule is named
 * after the run, so one that is left behind can be told.
 */
export function firewallCommands({ name, from, ports }: FirewallOpening): {
  readonly open: readonly Command[];
  readonly close: readonly Command[];
} {
  const rule = ([first, last]: readonly [number, number]) => [
    ...["INPUT", "-p", "tcp", "-s", from, "--dport", `${first}:${last}`],
    ...["-m", "comment", "--comment", name, "-j", "ACCEPT"],
  ];
  const change = (flag: string) =>
    ports.map((range): Command => ({ argv: ["iptables", "-w", flag, ...rule(range)] }));
  return { open: change("-I"), close: change("-D").reverse() };
}
