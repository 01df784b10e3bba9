import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { openVmTestbed, type VmTestbed } from "../../src/testbed/vm/open-vm-testbed.js";
import type { GuestRecipe } from "../../src/testbed/vm/recipe.js";
import { crashContract } from "../support/crash-contract.js";
import { crashCase } from "../support/crash-guest.js";

/** With curl, as the wget of a busybox that is linked statically crashes where it looks for an address. */
const recipe: GuestRecipe = {
  ...{ packages: ["curl", "git"], modules: [], kernel: "linux-image-amd64" },
  ...{ memoryMib: 1024, cpus: 2, linkMtuBytes: 1500, bringUp: [], capabilities: [] },
};

const text = "fetched\n";
const url = "http://127.0.0.1:8000/file";
const sha256 = createHash("sha256").update(text).digest("hex");
/** What git calls the one commit below, by all that it is made of. */
const commit = "19f9306e7a96dd167428daf9bfc893a7716d9db6";
const work = "/srv/work";

/** A repository and a web server as upstreams have them, and a directory with files of the user's. */
const prepare = `
mkdir -p ${work} /srv/web /srv/upstream/src && cd /srv/upstream || exit 1
printf 'CC=gcc\\n' | tee src/Makefile >${work}/Makefile
printf '*.o\\n' >.gitignore
printf 'mine\\n' >${work}/mine && chmod 640 ${work}/mine && touch -d @1500000000 ${work}/mine
printf '${text.trim()}\\n' >/srv/web/file
busybox httpd -p 127.0.0.1:8000 -h /srv/web || exit 1
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_AUTHOR_DATE='1700000000 +0000'
export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b GIT_COMMITTER_DATE='1700000000 +0000'
git init -q && git add . && git commit -qm one && git rev-parse HEAD
`;

/** All that the steps below may touch, and copies that are kept for them. */
const show = `
find ${work} | sort
find ${work} -type f -exec stat -c '%n %a %u:%g %Y' {} + -exec sha256sum {} + | sort
ls -A /var/lib/hoststack/saved 2>/dev/null
`;

const edits = [{ pattern: "CC=gcc\n", replacement: "CC=gcc\nCFLAGS += -g\n" }];
const checkout = {
  step: "git-checkout",
  options: { repository: "/srv/upstream", commit, path: `${work}/tree`, mayChange: ["src/*"] },
};
const editInside = {
  step: "pattern-edit",
  options: {
    path: `${work}/tree/src/Makefile`,
    edits,
    after: `git-checkout:${work}/tree`,
  },
};

describe("a guest with git and a web server of its own", async () => {
  let testbed: VmTestbed | undefined;
  const output = async (script: string) => {
    const [shown] = (await testbed?.hosts[0]?.batch([{ argv: ["sh", "-c", script] }])) ?? [];
    return shown?.stdout ?? "";
  };
  beforeAll(async () => {
    testbed = await openVmTestbed({ recipe, hosts: ["client", "server"] });
    expect(await output(prepare)).toBe(`${commit}\n`);
  }, 600_000);
  afterAll(() => testbed?.[Symbol.asyncDispose]());

  const open = async () => {
    const [login] = testbed?.logins ?? [];
    return crashCase({
      host: testbed?.hosts[0],
      login: login && { ...login, hostKeys: [login.hostKey] },
      surroundings: () => output(show),
    });
  };
  for (const [steps, at] of [
    [[{ step: "pattern-edit", options: { path: `${work}/Makefile`, edits } }], 0],
    [[{ step: "download", options: { url, sha256, path: `${work}/new`, mode: 0o600 } }], 0],
    [[{ step: "download", options: { url, sha256, path: `${work}/mine` } }], 0],
    [[{ step: "built-binary", options: { localPath: "/bin/true", path: `${work}/program` } }], 0],
    [[{ step: "built-binary", options: { localPath: "/bin/true", path: `${work}/mine` } }], 0],
    [[checkout], 0],
    [[checkout, editInside], 1],
  ] as const) {
    await crashContract(steps, at, open);
  }
});
