import { z } from "zod";
import { trafficRisks } from "../traffic/traffic.js";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    "has other characters than letters, digits, dots, dashes and underscores",
  );

const text = z.string().min(1, "is empty");

const sshSchema = z.strictObject({
  destination: text
    .describe("as for `ssh`: an alias of the SSH configuration, a host name, or user@host")
    .meta({ examples: ["alice@192.0.2.7"] }),
  config: text
    .optional()
    .describe("SSH configuration to read instead of the user's, relative to this file")
    .meta({ examples: ["./ssh_config"] }),
  jump: text
    .optional()
    .describe("jump hosts, comma separated, as for `ssh -J`")
    .meta({ examples: ["gate.example.org"] }),
  carrier: z
    .enum(["ssh2", "openssh"])
    .optional()
    .describe("SSH client: the one within this process, or the `ssh` program; default ssh2"),
  sudo: z
    .boolean()
    .optional()
    .describe("run everything as root through sudo; default false, the account as it is"),
  hostKeys: z
    .enum(["known", "accept-new"])
    .optional()
    .describe(
      "which host keys are trusted: those in known_hosts, or new ones too; default: known, unless the SSH configuration says accept-new",
    ),
});

const hostSchema = z
  .strictObject({
    ssh: z
      .union([text, sshSchema])
      .optional()
      .describe("how to reach it: a destination, or a destination with options")
      .meta({ examples: ["node0"] }),
    local: z.literal(true).optional().describe("it is the machine hoststack runs on"),
  })
  .meta({ examples: [{ ssh: "node0" }] });

const address = z.union([z.ipv4(), z.ipv6()]).meta({ examples: ["10.0.0.1"] });

const endSchema = z.strictObject({
  host: name.describe("name of a host above").meta({ examples: ["client"] }),
  nic: text
    .max(15, "is longer than the 15 characters an interface name has")
    .optional()
    .describe("network interface of the link, never the one SSH comes in on")
    .meta({ examples: ["ens1f0np0"] }),
  mac: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i, "is no MAC address")
    .optional()
    .describe("MAC address of the interface, where its name is not known")
    .meta({ examples: ["52:54:00:12:34:56"] }),
  addresses: z
    .array(address)
    .min(1, "is empty")
    .optional()
    .describe("addresses without prefix length; default: those the interface has")
    .meta({ examples: [["10.0.0.1"]] }),
});

const linkSchema = z.strictObject({
  name: name.describe("name of the link in messages and records").meta({ examples: ["data"] }),
  mtuBytes: z
    .int()
    .min(68)
    .max(65_535)
    .optional()
    .describe("MTU that both interfaces must have; default: the one they have"),
  ends: z
    .array(endSchema)
    .min(2)
    .describe("the interfaces: two, or all that are on one switch, which is a link for each pair"),
});

const trafficSchema = z.strictObject({
  maxRateGbps: z
    .number()
    .positive()
    .optional()
    .describe("highest rate a trial may send at, in Gbit/s; default no limit"),
  maxSeconds: z
    .number()
    .positive()
    .optional()
    .describe("longest time a trial may send, in seconds; default no limit"),
  allow: z
    .array(z.enum(trafficRisks))
    .optional()
    .describe("what is not refused here; default nothing")
    .meta({ examples: [["default-route"]] }),
});

const roleSchema = (role: string, example: string) =>
  z
    .union([name, z.array(name).min(1, "is empty")])
    .optional()
    .describe(`host that is the ${role}, or a list of those that are`)
    .meta({ examples: [example] });

/** What a testbed file says. */
export const testbedFileSchema = z.strictObject({
  $schema: z.string().optional().describe("address of this schema, for editors"),
  version: z.literal(1).describe("version of this format"),
  hosts: z
    .record(name, hostSchema)
    .describe("the hosts by name, each with `ssh` or `local`")
    .meta({ examples: [{ client: { ssh: "node0" }, server: { ssh: "node1" } }] }),
  links: z
    .array(linkSchema)
    .min(1, "is empty: experiments need a link")
    .describe("what joins them; experiments use the first link that fits their roles"),
  evidence: z
    .enum(["hardware", "guest", "namespace"])
    .optional()
    .describe("what the hosts are, shown beside every figure; default: what they turn out to be"),
  roles: z
    .strictObject({ client: roleSchema("client", "node0"), server: roleSchema("server", "node1") })
    .optional()
    .describe("hosts of each role of an experiment; default: the ends of the first link in order"),
  traffic: trafficSchema.optional().describe("limits of what experiments may send"),
});

/** A testbed file as it is written. */
export type TestbedFile = z.input<typeof testbedFileSchema>;

/** A host of a testbed file. */
export type TestbedFileHost = TestbedFile["hosts"][string];

/** One end of a link in a testbed file. */
export type TestbedFileEnd = TestbedFile["links"][number]["ends"][number];

/** The JSON Schema (draft 2020-12) of a testbed file, as shipped in `schema/testbed.schema.json`. */
export function testbedFileJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(testbedFileSchema, { target: "draft-2020-12", io: "input" }),
    title: "hoststack testbed",
  };
}
