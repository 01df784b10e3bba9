import type { KernelMessage } from "./kernel-log.js";

/** What the kernel complained about. */
export type KernelFaultKind =
  | "bug"
  | "lockup"
  | "oops"
  | "panic"
  | "rejected"
  | "symbol-version"
  | "unknown-symbol"
  | "vermagic"
  | "warning";

/** A complaint in the kernel's log. */
export interface KernelFault {
  readonly kind: KernelFaultKind;
  /** The line it begins with. */
  readonly line: string;
  /** Where the processor was, `name+0x1/0x2 [module]`. */
  readonly function?: string;
  /** The head of the call trace, innermost first. */
  readonly trace: readonly string[];
}

/** First lines, by kind, as regular expressions that JavaScript and `grep -E` read alike. */
const firstLines: readonly (readonly [kind: KernelFaultKind, pattern: string])[] = [
  ["unknown-symbol", ": Unknown symbol [^ ]+ \\(err "],
  ["symbol-version", ": disagrees about version of symbol "],
  ["vermagic", ": version magic '.*' should be '"],
  [
    "rejected",
    "^Loading of .*(unsigned|unavailable|is rejected)|unsigned module loading is restricted",
  ],
  ["panic", "^Kernel panic - not syncing"],
  ["lockup", "BUG: soft lockup|^INFO: task .* blocked for more than|detected.* stall"],
  ["oops", "^BUG: (kernel NULL pointer|unable to handle)|^Unable to handle kernel"],
  ["bug", "^kernel BUG at |^BUG: "],
  // what x86 and arm64 print when a fault kills the kernel's own code, whatever the fault is
  ["oops", "(: [0-9a-f]{4,}|Internal error:.*) \\[#[0-9]+\\]"],
  ["warning", "^WARNING: |^UBSAN: "],
];

/** `warning` or not: whether the kernel goes on as if nothing had been. */
export const isHarmless = (kind: KernelFaultKind): boolean => kind === "warning";

/** One expression for `grep -E` that finds the first lines of faults. */
export function faultPattern(wanted: (kind: KernelFaultKind) => boolean = () => true): string {
  const patterns = firstLines.filter(([kind]) => wanted(kind)).map(([, pattern]) => pattern);
  return patterns.join("|");
}

const patterns = firstLines.map(([kind, pattern]) => ({ kind, pattern: new RegExp(pattern) }));

/** Kinds that come as one line. */
const oneLine: ReadonlySet<KernelFaultKind> = new Set([
  "panic",
  "rejected",
  "symbol-version",
  "unknown-symbol",
  "vermagic",
]);

const traceShown = 6;
const place = String.raw`(\S+\+0x[0-9a-f]+\/0x[0-9a-f]+(?: \[\w+\])?)`;
const instruction = new RegExp(String.raw`^(?:RIP: [0-9a-f]+:|pc : )(?:${place}|(\S+))`);
const frame = new RegExp(String.raw`^ *(\? )?${place}`);

/** A fault whose lines still come. */
interface OpenFault {
  readonly kind: KernelFaultKind;
  readonly line: string;
  function?: string;
  inTrace: boolean;
  readonly sure: string[];
  /** Marked `?` by the kernel: found on the stack, perhaps left there. */
  readonly guessed: string[];
}

/** Finds the kernel's complaints among its messages, each with its cause as far as the kernel told it. */
export function kernelFaults(messages: readonly Pick<KernelMessage, "text">[]): KernelFault[] {
  const faults: KernelFault[] = [];
  let open: OpenFault | undefined;
  const close = () => {
    if (open !== undefined) faults.push(closed(open));
    open = undefined;
  };
  for (const { text } of messages) {
    const kind = patterns.find(({ pattern }) => pattern.test(text))?.kind;
    if (kind !== undefined && !belongsTo(open, kind)) {
      close();
      open = { kind, line: text, inTrace: false, sure: [], guessed: [] };
      if (oneLine.has(kind)) close();
    } else if (open !== undefined) {
      if (text.startsWith("---[ end ")) close();
      else readLine(open, text);
    }
  }
  close();
  return faults;
}

/** An oops is announced more than once: by its cause, then by its number. */
function belongsTo(open: OpenFault | undefined, kind: KernelFaultKind): boolean {
  return (open?.kind === "oops" || open?.kind === "bug") && kind === "oops";
}

function readLine(fault: OpenFault, text: string): void {
  const at = instruction.exec(text);
  if (at !== null) fault.function ??= at[1] ?? at[2] ?? "";
  if (/^Call [Tt]race:/.test(text)) fault.inTrace = true;
  else if (fault.inTrace) readFrame(fault, text);
}

function readFrame(fault: OpenFault, text: string): void {
  const [, guess, name] = frame.exec(text) ?? [];
  if (name !== undefined) (guess === undefined ? fault.sure : fault.guessed).push(name);
  else if (!text.startsWith(" ")) fault.inTrace = false;
}

function closed({ kind, line, function: at, sure, guessed }: OpenFault): KernelFault {
  const trace = (sure.length > 0 ? sure : guessed).slice(0, traceShown);
  return { kind, line, ...(at === undefined ? {} : { function: at }), trace };
}

/** One sentence: the kernel's own line, where it was and who had called it. */
export function faultWords({ line, function: at, trace }: KernelFault): string {
  const where = at === undefined || line.includes(at) ? "" : ` in ${at}`;
  const calls = trace.length === 0 ? "" : ` (called by ${trace.slice(0, 3).join(" < ")})`;
  return `${line}${where}${calls}`;
}

const remedies: Readonly<Record<KernelFaultKind, string>> = {
  bug: "correct the module's cause; then reboot the host, whose kernel is not to be trusted any more",
  lockup: "reboot the host and look at where the module waits or loops",
  oops: "correct the module's cause; then reboot the host, whose kernel is not to be trusted any more",
  panic: "look at the host's console; it has to be restarted",
  rejected:
    "the kernel takes signed modules only: sign the module, switch Secure Boot off, or boot without module.sig_enforce",
  "symbol-version":
    "build the module against the very kernel that runs: its headers are those of another build",
  "unknown-symbol":
    "load the module that has the symbol first, or boot the kernel whose patch exports it",
  vermagic: "build the module against the kernel that runs, or boot the one it is built for",
  warning: "look at the trace; where the warning is known to be harmless, accept warnings",
};

/** What a person can do about a fault. */
export const faultRemedy = ({ kind }: KernelFault): string => remedies[kind];
