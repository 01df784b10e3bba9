import { expect, test } from "vitest";
import { parseHostConfig } from "./parse-config.js";

/** What OpenSSH 9.2 printed for a host, without the lists of ciphers and without what is not read. */
const printed = `host lab
user someone
hostname 10.0.0.7
port 2222
addressfamily inet6
batchmode no
identitiesonly yes
kbdinteractiveauthentication yes
gssapiauthentication yes
hostbasedauthentication no
passwordauthentication no
pubkeyauthentication true
hashknownhosts yes
stricthostkeychecking accept-new
proxyusefdpass no
numberofpasswordprompts 3
serveralivecountmax 3
serveraliveinterval 0
hostkeyalgorithms ssh-ed25519,rsa-sha2-512
identityagent /run/user/1000/agent
identityfile ~/.ssh/id_%r
identityfile /keys/two words
certificatefile none
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
userknownhostsfile /home/a b/known_hosts /tmp/more
bindinterface none
connecttimeout 5
proxyjump user@outer:2200,middle
logverbose
`;

test("reads what ssh -G prints", () => {
  expect(parseHostConfig(printed)).toEqual({
    hostname: "10.0.0.7",
    port: 2222,
    user: "someone",
    hostKeyAlias: undefined,
    addressFamily: 6,
    bindAddress: undefined,
    bindInterface: undefined,
    proxyJump: "user@outer:2200,middle",
    proxyCommand: undefined,
    proxyUseFdpass: false,
    identityFiles: ["~/.ssh/id_%r", "/keys/two words"],
    certificateFiles: [],
    identitiesOnly: true,
    identityAgent: "/run/user/1000/agent",
    pkcs11Provider: undefined,
    methods: ["gssapi-with-mic", "publickey", "keyboard-interactive"],
    passwordPrompts: 3,
    batch: false,
    userKnownHostsFiles: ["/home/a b/known_hosts", "/tmp/more"],
    globalKnownHostsFiles: ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"],
    revokedHostKeys: undefined,
    hashKnownHosts: true,
    acceptNew: true,
    hostKeyAlgorithms: ["ssh-ed25519", "rsa-sha2-512"],
    connectTimeoutMs: 5000,
    aliveIntervalMs: undefined,
    aliveCountMax: 3,
  });
});

const least = "hostname h\nport 22\nuser u\n";

test.each<[string, string, object]>([
  ["no jump", "proxyjump none", { proxyJump: undefined }],
  ["a proxy with a comment sign", "proxycommand nc %h # %p", { proxyCommand: "nc %h # %p" }],
  ["no agent, as said", "identityagent none", { identityAgent: "none" }],
  ["strict checking", "stricthostkeychecking true", { acceptNew: false }],
  ["checking switched off", "stricthostkeychecking false", { acceptNew: false }],
  ["no known_hosts", "userknownhostsfile none", { userKnownHostsFiles: [] }],
  ["relative files", "userknownhostsfile one two", { userKnownHostsFiles: ["one", "two"] }],
  ["either kind of address", "addressfamily any", { addressFamily: 0 }],
  [
    "an order of methods",
    "preferredauthentications password,publickey,none\npubkeyauthentication yes\npasswordauthentication yes",
    { methods: ["password", "publickey"] },
  ],
])("reads %s", (_, lines, expected) => {
  expect(parseHostConfig(`${least}${lines}\n`)).toMatchObject(expected);
});

test.each([
  ["", "hostname"],
  ["hostname h\nuser u\n", "port"],
  ["hostname h\nport twenty\nuser u\n", "port"],
  ["usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy]\n", "usage"],
])("refuses %j", (text, named) => {
  expect(() => parseHostConfig(text)).toThrow(
    expect.objectContaining({
      code: "PARSE_FAILED",
      message: expect.stringContaining(named),
    }),
  );
});
