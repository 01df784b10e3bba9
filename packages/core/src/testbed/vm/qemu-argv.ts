import { cardDevice, cardDriver, type DataCard } from "./data-card.js";
import { canaryArgument, cardArgument } from "./image/init-script.js";
import { type QemuVersion, qemuProgram } from "./qemu-version.js";

/** How guests are run: by the processor itself or emulated. */
export type Acceleration = "kvm" | "tcg";

/** One end of the wire between the data cards of two guests. */
export type Wire =
  | { readonly kind: "unix"; readonly own: string; readonly peer: string }
  | { readonly kind: "udp"; readonly ownPort: number; readonly peerPort: number };

/** What a guest boots and how much of the computer it gets. */
export interface GuestHardware {
  readonly acceleration: Acceleration;
  readonly kernel: string;
  readonly initramfs: string;
  readonly memoryMib: number;
  readonly cpus: number;
  /** @default "virtio-net" */
  readonly dataCard?: DataCard | undefined;
  /** @default false */
  readonly iommu?: boolean | undefined;
}

/** Network cards of a guest. */
export interface GuestWiring {
  readonly managementMac: string;
  readonly dataMac: string;
  readonly wire: Wire;
  /** Goes on from the state in the file `state` instead of booting. @default false */
  readonly resumed?: boolean;
}

/** Where a guest's state is read from and written to, relative to QEMU's directory. */
export const stateFile = "state";

/** Where a guest's console is logged, relative to QEMU's directory. */
export const consoleFile = "console.log";
/** File descriptor, a socket, at which a guest is told who it is. */
export const consoleDescriptor = 3;

/** The wires QEMU of this version can have: datagrams over unix sockets came with 7.2. */
export function wireKind(version: QemuVersion): Wire["kind"] {
  return version.major > 7 || (version.major === 7 && version.minor >= 2) ? "unix" : "udp";
}

const kernelArguments = [
  "console=ttyS0",
  "quiet",
  // with -no-reboot, a panic ends QEMU, which is how it is seen
  "panic=-1",
  "oops=panic",
  "mitigations=off",
  "nokaslr",
  "tsc=reliable",
  "no_timer_check",
  "cryptomgr.notests",
  "random.trust_cpu=on",
  "audit=0",
  "8250.nr_uarts=1",
];

/** Argv shared by guests and the canary, which have the console in common. */
function machineArgv(
  hardware: GuestHardware,
  console: string,
  extra: readonly string[],
): [string, ...string[]] {
  const { acceleration, kernel, initramfs, memoryMib, cpus } = hardware;
  const accel =
    acceleration === "kvm"
      ? ["-accel", "kvm", "-cpu", "host"]
      : // without RDRAND the guest waits a second for entropy before SSH answers
        ["-accel", "tcg,thread=multi", "-cpu", "qemu64,+rdrand"];
  return [
    qemuProgram,
    ...["-no-user-config", "-nodefaults", "-no-reboot", "-display", "none"],
    ...["-machine", "q35", ...accel, "-smp", `${cpus}`, "-m", `${memoryMib}`],
    ...["-rtc", "base=utc,clock=host"],
    ...["-kernel", kernel, "-initrd", initramfs],
    ...["-append", [...kernelArguments, ...extra].join(" ")],
    ...["-chardev", console, "-serial", "chardev:console"],
  ];
}

const guestConsole = `socket,id=console,fd=${consoleDescriptor},logfile=${consoleFile}`;

/**
 * Argv of a guest's QEMU, which is talked to over its standard input and output (QMP); the guest itself
 * over the socket `consoleDescriptor`, and what it says there is logged in `consoleFile`.
 */
export function guestArgv(hardware: GuestHardware, wiring: GuestWiring): [string, ...string[]] {
  const driver = cardDriver(hardware.dataCard);
  return [
    ...machineArgv(
      hardware,
      guestConsole,
      driver === undefined ? [] : [`${cardArgument}${driver}`],
    ),
    ...["-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control"],
    // before the cards, which would not be behind it otherwise
    ...(hardware.iommu === true ? ["-device", "intel-iommu"] : []),
    // port 0: the kernel chooses a free one, QMP tells which
    ...["-netdev", "user,id=management,restrict=on,hostfwd=tcp:127.0.0.1:0-:22"],
    ...["-device", `virtio-net-pci,netdev=management,mac=${wiring.managementMac},romfile=`],
    ...["-netdev", wireArgument("data", wiring.wire)],
    ...["-device", cardDevice(hardware.dataCard, wiring.dataMac)],
    // tells the kernel of a guest that goes on from a snapshot to seed its random numbers anew
    ...["-device", "vmgenid,guid=auto"],
    ...(wiring.resumed === true ? ["-incoming", `exec:cat ${stateFile}`] : []),
  ];
}

/** Argv of a guest that only shows whether guests run with this acceleration. */
export function canaryArgv(hardware: GuestHardware): [string, ...string[]] {
  return machineArgv(hardware, `file,id=console,path=${consoleFile}`, [canaryArgument]);
}

/** Argv of a QEMU without a machine that is only a hub: what it gets on one wire it sends on all others. */
export function hubArgv(wires: readonly Wire[]): [string, ...string[]] {
  const ports = wires.flatMap((wire, index) => [
    ...["-netdev", wireArgument(`wire${index}`, wire)],
    ...["-netdev", `hubport,id=port${index},hubid=0,netdev=wire${index}`],
  ]);
  return [
    qemuProgram,
    ...["-no-user-config", "-nodefaults", "-display", "none", "-machine", "none"],
    ...["-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control"],
    ...ports,
  ];
}

function wireArgument(id: string, wire: Wire): string {
  if (wire.kind === "udp") {
    const { ownPort, peerPort } = wire;
    return `socket,id=${id},udp=127.0.0.1:${peerPort},localaddr=127.0.0.1:${ownPort}`;
  }
  const local = `local.type=unix,local.path=${wire.own}`;
  return `dgram,id=${id},${local},remote.type=unix,remote.path=${wire.peer}`;
}
