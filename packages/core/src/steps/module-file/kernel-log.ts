/** A message of the kernel itself, not of a program that wrote to its log. */
export interface KernelMessage {
  /** Grows with each message of one boot. */
  readonly sequence: number;
  /** Time since boot. */
  readonly timeUs: number;
  readonly text: string;
}

/**
 * Prints the kernel's log, one `PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT` each, as /dev/kmsg has it: every
 * read is one record, and no new one is waited for. Where `dd` cannot read so, dmesg's text is brought into
 * that form, with the time since boot for the sequence. Needs root on most hosts.
 */
export const kernelLogText = `
kernel_log() {
  records=$(dd if=/dev/kmsg iflag=nonblock bs=8192 2>/dev/null)
  [ -n "$records" ] || records=$(dmesg -r 2>/dev/null |
    sed -n 's/^<\\([0-9]*\\)>\\[ *\\([0-9]*\\)\\.\\([0-9]*\\)\\] \\(.*\\)/\\1,\\2\\3,\\2\\3,-;\\4/p')
  printf '%s\\n' "$records" | grep '^[0-9]*,[0-9]*,'
}
log_position() {
  position=$(kernel_log | tail -n 1) position=\${position#*,} position=\${position%%,*}
  echo "\${position:-0}"
}
log_since() {
  log=$(kernel_log)
  # without that record the log has gone round since, and all of it is new
  if printf '%s\\n' "$log" | grep -q "^[0-9]*,$1,"; then
    log=$(printf '%s\\n' "$log" | sed "1,/^[0-9]*,$1,/d")
  fi
  printf '%s\\n' "$log" | sed -n 's/^[0-7],[^;]*;//p'
}
`;

/** Prints the kernel's log. */
export const kernelLogScript = `${kernelLogText}
kernel_log
`;

/** Facility 0 is the kernel; its priorities are 0 to 7. */
const firstForeignPriority = 8;

/** Reads what {@link kernelLogScript} printed; only the kernel's own messages, after a position. */
export function parseKernelLog(stdout: string, after = 0): readonly KernelMessage[] {
  return [...stdout.matchAll(/^(\d+),(\d+),(\d+),[^;\n]*;(.*)$/gm)].flatMap(
    ([, priority, sequence, timeUs, text = ""]) => {
      const message = { sequence: Number(sequence), timeUs: Number(timeUs), text };
      const wanted = Number(priority) < firstForeignPriority && message.sequence > after;
      return wanted ? [message] : [];
    },
  );
}
