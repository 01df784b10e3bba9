/** One reason why a kernel counts itself as tainted. */
export interface TaintFlag {
  readonly bit: number;
  /** As the kernel prints it after `Tainted:` in its reports. */
  readonly letter: string;
  readonly meaning: string;
}

/** By bit, from the kernel's Documentation/admin-guide/tainted-kernels.rst. */
const flags: readonly (readonly [letter: string, meaning: string])[] = [
  ["P", "a proprietary module was loaded"],
  ["F", "a module was loaded by force"],
  ["S", "the kernel runs on a system out of specification"],
  ["R", "a module was unloaded by force"],
  ["M", "a processor reported a machine check exception"],
  ["B", "a bad page was referenced or had unexpected flags"],
  ["U", "a program asked for the taint"],
  ["D", "the kernel died: there was an oops or a BUG"],
  ["A", "an ACPI table was overridden"],
  ["W", "the kernel issued a warning"],
  ["C", "a staging driver was loaded"],
  ["I", "a severe bug of the platform's firmware was worked around"],
  ["O", "a module built outside the kernel's tree was loaded"],
  ["E", "an unsigned module was loaded"],
  ["L", "a soft lockup occurred"],
  ["K", "the kernel was patched live"],
  ["X", "the distribution's own taint is set"],
  ["T", "the kernel was built with randomised structures"],
  ["N", "a test inside the kernel was run"],
  ["J", "a program used a debug operation of fwctl that changes devices"],
];

/** What the number in /proc/sys/kernel/tainted says, lowest bit first; a bit of a newer kernel has the letter `?`. */
export function taintFlags(tainted: number): readonly TaintFlag[] {
  const bits = Array.from({ length: 53 }, (_, bit) => bit);
  return bits
    .filter((bit) => Math.floor(tainted / 2 ** bit) % 2 === 1)
    .map((bit) => {
      const [letter, meaning] = flags[bit] ?? ["?", `bit ${bit}, which this version does not know`];
      return { bit, letter, meaning };
    });
}

/** In one line: `4096: O (a module built outside the kernel's tree was loaded)`; `0: not tainted`. */
export function taintWords(tainted: number): string {
  const words = taintFlags(tainted).map(({ letter, meaning }) => `${letter} (${meaning})`);
  return `${tainted}: ${words.length === 0 ? "not tainted" : words.join(", ")}`;
}
