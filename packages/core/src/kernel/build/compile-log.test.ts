import { expect, test } from "vitest";
import { CompileLog } from "./compile-log.js";

function read(text: string, pieceLength = 7): CompileLog {
  const log = new CompileLog();
  for (let at = 0; at < text.length; at += pieceLength) log.push(text.slice(at, at + pieceLength));
  return log;
}

test("objects are counted, of the kernel and of modules, not programs of the build", () => {
  const log = read(`  SYNC    include/config/auto.conf.cmd
  HOSTCC  scripts/basic/fixdep
  CC      init/main.o
  CC [M]  net/ipv4/tcp_bbr.o
  AS      arch/x86/entry/entry.o
  LD      vmlinux
`);
  expect(log.objects).toBe(3);
  expect(log.firstError).toBeUndefined();
});

test("objects an earlier build has left count as well", () => {
  expect(read("hoststack: goes on with 148 objects\n  CC      init/main.o\n").objects).toBe(149);
});

test("the first compiler error is told with its lines, not what follows", () => {
  const log = read(`  CC      net/a.o
  CC      net/b.o
net/a.c: In function 'f':
net/a.c:7:3: error: 'x' undeclared (first use in this function)
    7 |   x = 1;
      |   ^
  CC      net/c.o
make[2]: *** [scripts/Makefile.build:250: net/a.o] Error 1
net/c.c:1:1: error: second
make: *** [Makefile:2010: .] Error 2
`);
  expect(log.firstError).toBe(
    "net/a.c:7:3: error: 'x' undeclared (first use in this function)\n    7 |   x = 1;\n      |   ^",
  );
});

test("a linker's error goes before make's summary of it", () => {
  const log = read(`make[1]: *** [one] Error 1
ld: net/a.o: in function \`f':
net/a.c:(.text+0x5): undefined reference to \`g'
make: *** [Makefile:1: vmlinux] Error 2
`);
  expect(log.firstError).toMatch(/^ld: net\/a\.o.*\n.*undefined reference/);
  expect(read("make: *** No rule to make target 'x'.  Stop.\n").firstError).toMatch(/No rule/);
});
