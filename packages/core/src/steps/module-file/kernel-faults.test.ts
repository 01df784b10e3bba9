import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { faultPattern, faultWords, isHarmless, kernelFaults } from "./kernel-faults.js";
import { parseKernelLog } from "./kernel-log.js";

const messages = (text: string) => text.split("\n").map((line) => ({ text: line }));

const nullPointer = `loading out-of-tree module taints kernel.
BUG: kernel NULL pointer dereference, address: 0000000000000000
#PF: supervisor write access in kernel mode
PGD 0 P4D 0
Oops: 0002 [#1] PREEMPT SMP NOPTI
CPU: 0 PID: 57 Comm: insmod Tainted: G           OE      6.1.0-56-amd64 #1  Debian 6.1.192-2
RIP: 0010:begin+0x2e/0x1000 [lab]
Code: 00 00 90 65
Call Trace:
 <TASK>
 ? 0xffffffffc0225000
 ? __die_body.cold+0x1a/0x1f
 ? page_fault_oops+0xd2/0x2b0
 do_one_initcall+0x59/0x220
 do_init_module+0x4a/0x1f0
 </TASK>
Modules linked in: lab(OE+)
---[ end trace 0000000000000000 ]---
RIP: 0010:begin+0x2e/0x1000 [lab]
Kernel panic - not syncing: Fatal exception`;

test("an oops is told once, with its cause, place and callers; a panic after it apart", () => {
  expect(kernelFaults(messages(nullPointer))).toEqual([
    {
      kind: "oops",
      line: "BUG: kernel NULL pointer dereference, address: 0000000000000000",
      function: "begin+0x2e/0x1000 [lab]",
      trace: ["do_one_initcall+0x59/0x220", "do_init_module+0x4a/0x1f0"],
    },
    { kind: "panic", line: "Kernel panic - not syncing: Fatal exception", trace: [] },
  ]);
});

test("a BUG and a warning beside each other are two, by whatever line they end", () => {
  const faults = kernelFaults(
    messages(`------------[ cut here ]------------
WARNING: CPU: 1 PID: 89 at /src/lab.c:12 begin+0x30/0x60 [lab]
RIP: 0010:begin+0x30/0x60 [lab]
Call Trace:
 ? begin+0x11/0x60 [lab]
 ? do_one_initcall+0x4b/0x180
---[ end trace 0000000000000000 ]---
------------[ cut here ]------------
kernel BUG at /src/lab.c:14!
invalid opcode: 0000 [#1] PREEMPT SMP
RIP: 0010:0x0`),
  );
  expect(faults.map(({ kind, function: at }) => [kind, at])).toEqual([
    ["warning", "begin+0x30/0x60 [lab]"],
    ["bug", "0x0"],
  ]);
  expect(faults.map(faultWords)).toEqual([
    "WARNING: CPU: 1 PID: 89 at /src/lab.c:12 begin+0x30/0x60 [lab] (called by begin+0x11/0x60 [lab] < do_one_initcall+0x4b/0x180)",
    "kernel BUG at /src/lab.c:14! in 0x0",
  ]);
});

const firstLines = [
  ["oops", "general protection fault, probably for non-canonical address 0xcc: 0000 [#1] SMP"],
  ["oops", "Oops: general protection fault, probably for non-canonical address: 0000 [#1] SMP"],
  ["oops", "divide error: 0000 [#2] PREEMPT SMP"],
  ["oops", "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000"],
  ["oops", "Internal error: Oops: 0000000096000044 [#1] SMP"],
  ["bug", "BUG: KASAN: slab-out-of-bounds in begin+0x30/0x60 [lab]"],
  ["bug", "BUG: scheduling while atomic: insmod/57/0x00000002"],
  ["lockup", "watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [insmod:57]"],
  ["lockup", "INFO: task rmmod:61 blocked for more than 120 seconds."],
  ["lockup", "rcu: INFO: rcu_preempt self-detected stall on CPU"],
  ["unknown-symbol", "lab: Unknown symbol skb_attempt_defer_free (err -2)"],
  ["symbol-version", "lab: disagrees about version of symbol module_layout"],
  ["vermagic", "lab: version magic '6.2.0 SMP ' should be '6.1.0-56-amd64 SMP '"],
  ["rejected", "Loading of unsigned module is rejected"],
  ["rejected", "Loading of module with unavailable key is rejected"],
  [
    "rejected",
    "Lockdown: insmod: unsigned module loading is restricted; see man kernel_lockdown.7",
  ],
  ["warning", "UBSAN: array-index-out-of-bounds in /src/lab.c:14:2"],
] as const;

test.each(firstLines)("%s: %s", (kind, line) => {
  expect(kernelFaults(messages(`usual\n${line}\nusual`))).toMatchObject([{ kind, line }]);
});

test.each([
  "lab: loading out-of-tree module taints kernel.",
  "lab: module verification failed: signature and/or required key missing - tainting kernel",
  "Warning: PCIe bandwidth is low",
  "virtio_net virtio1 lab0: renamed from eth1",
])("no fault: %s", (line) => expect(kernelFaults(messages(line))).toEqual([]));

test("grep finds the same first lines, warnings only where they are asked for", () => {
  const input = `${firstLines.map(([, line]) => line).join("\n")}\nlab: loaded\n`;
  const grep = (pattern: string) =>
    execFileSync("grep", ["-E", pattern], { input, encoding: "utf8" }).trim().split("\n");
  expect(grep(faultPattern())).toEqual(firstLines.map(([, line]) => line));
  const serious = firstLines.filter(([kind]) => !isHarmless(kind)).map(([, line]) => line);
  expect(grep(faultPattern((kind) => !isHarmless(kind)))).toEqual(serious);
});

test("the log is read from a position on, without what programs wrote into it", () => {
  const log = `6,1,10,-;old
4,2,20,-;new
 SUBSYSTEM=net
12,3,30,-;BUG: says a program
4,4,40,-,caller=T57;a line; with more
`;
  expect(parseKernelLog(log, 1)).toEqual([
    { sequence: 2, timeUs: 20, text: "new" },
    { sequence: 4, timeUs: 40, text: "a line; with more" },
  ]);
  expect(parseKernelLog("")).toEqual([]);
});
