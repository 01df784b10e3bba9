import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure } from "../kernel/text.js";

const name = "lscpu-topology";

const count = z.int().min(0);
const cpu = z.strictObject({
  cpu: count,
  core: count,
  socket: count,
  /** Absent on kernels without NUMA. */
  node: count.exactOptional(),
  online: z.boolean(),
});

const result = z.strictObject({ cpus: z.array(cpu).min(1) });

/** Which CPUs share a core, a socket and a NUMA node. */
export type LscpuTopology = z.infer<typeof result>;

const columns = ["CPU", "Core", "Socket", "Node", "Online"] as const;

function rowOf(text: string): unknown {
  const fields = text.split(",");
  const whole = fields.length === columns.length && /^[YN]$/.test(fields[4] ?? "");
  const numbers = fields.slice(0, 4).every((field) => /^\d*$/.test(field));
  if (!whole || !numbers) throw parseFailure(name, `"${text}" is not a CPU`);
  const [id, core, socket, node] = fields;
  return {
    cpu: id === "" ? undefined : Number(id),
    core: Number(core),
    socket: Number(socket),
    ...(node === "" ? {} : { node: Number(node) }),
    online: fields[4] === "Y",
  };
}

/** `lscpu -p=CPU,CORE,SOCKET,NODE,ONLINE` (lscpu(1)). */
export const lscpuTopologyParser = defineParser<LscpuTopology>({
  name,
  version: 1,
  schema: result,
  reader: () => {
    let header = false;
    const cpus: unknown[] = [];
    return {
      line(text) {
        if (text.startsWith("# CPU,")) {
          header = text.trim() === `# ${columns.join(",")}`;
          if (!header) throw parseFailure(name, `the columns are not ${columns.join(",")}`);
        } else if (header && text.trim() !== "") cpus.push(rowOf(text.trim()));
      },
      end() {
        if (!header || cpus.length === 0) throw parseFailure(name, "no CPUs");
        return { cpus };
      },
    };
  },
});
