import { canaryArgument, handedIn } from "./image/init-script.js";
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
}

/** Network cards of a guest and the files it is handed in, paths relative to QEMU's directory. */
export interface GuestWiring {
  readonly managementMac: string;
  readonly dataMac: string;
  readonly wire: Wire;
  /** File by name below `opt/hoststack/`. */
  readonly files: Readonly<Record<string, string>>;
  /** Goes on from the state in the file `state` instead of booting. @default false */
  readonly resumed?: boolean;
}

/** Where a guest's state is read from and written to, relative to QEMU's directory. */
export const stateFile = "state";

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

/** Argv shared by guests and the canary; the console is written to `console.log` beside QEMU. */
function machineArgv(hardware: GuestHardware, extra: readonly string[]): [string, ...string[]] {
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
    ...["-chardev", "file,id=console,path=console.log", "-serial", "chardev:console"],
  ];
}

/** Argv of a guest's QEMU, which is talked to over its standard input and output (QMP). */
export function guestArgv(hardware: GuestHardware, wiring: GuestWiring): [string, ...string[]] {
  const files = Object.entries(wiring.files).flatMap(([name, file]) => [
    "-fw_cfg",
    `name=${handedIn}/${name},file=${file}`,
  ]);
  const card = (netdev: string, mac: string) =>
    `virtio-net-pci,netdev=${netdev},mac=${mac},romfile=`;
  return [
    ...machineArgv(hardware, []),
    ...files,
    ...["-chardev", "stdio,id=qmp,signal=off", "-mon", "chardev=qmp,mode=control"],
    // port 0: the kernel chooses a free one, QMP tells which
    ...["-netdev", "user,id=management,restrict=on,hostfwd=tcp:127.0.0.1:0-:22"],
    ...["-device", card("management", wiring.managementMac)],
    ...["-netdev", wireArgument(wiring.wire)],
    ...["-device", `${card("data", wiring.dataMac)},speed=10000,duplex=full`],
    // tells the kernel of a guest that goes on from a snapshot to seed its random numbers anew
    ...["-device", "vmgenid,guid=auto"],
    ...(wiring.resumed === true ? ["-incoming", `exec:cat ${stateFile}`] : []),
  ];
}

/** Argv of a guest that only shows whether guests run with this acceleration. */
export function canaryArgv(hardware: GuestHardware): [string, ...string[]] {
  return machineArgv(hardware, [canaryArgument]);
}

function wireArgument(wire: Wire): string {
  if (wire.kind === "udp") {
    const { ownPort, peerPort } = wire;
    return `socket,id=data,udp=127.0.0.1:${peerPort},localaddr=127.0.0.1:${ownPort}`;
  }
  const local = `local.type=unix,local.path=${wire.own}`;
  return `dgram,id=data,${local},remote.type=unix,remote.path=${wire.peer}`;
}
