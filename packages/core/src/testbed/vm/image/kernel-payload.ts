/** The compressed kernel inside a bootable kernel file. */
export interface KernelPayload {
  readonly format: "gzip" | "xz" | "unknown";
  readonly content: Buffer;
}

const xzMagic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const gzipMagic = Buffer.from([0x1f, 0x8b]);

/**
 * Finds the payload of an x86 bzImage by its setup header (kernel
 * Documentation/arch/x86/boot: setup_sects at 0x1f1, payload_offset at 0x248, payload_length at
 * 0x24c, counted from the protected-mode code). Its last four bytes are the unpacked size, which is no
 * part of an xz stream.
 */
export function kernelPayload(bzImage: Buffer): KernelPayload {
  const unknown = { format: "unknown", content: Buffer.alloc(0) } as const;
  if (bzImage.length < 0x250 || bzImage.toString("latin1", 0x202, 0x206) !== "HdrS") return unknown;
  const sectors = bzImage.readUInt8(0x1f1) || 4;
  const start = (sectors + 1) * 512 + bzImage.readUInt32LE(0x248);
  const content = bzImage.subarray(start, start + bzImage.readUInt32LE(0x24c));
  if (content.subarray(0, 6).equals(xzMagic))
    return { format: "xz", content: content.subarray(0, -4) };
  if (content.subarray(0, 2).equals(gzipMagic)) return { format: "gzip", content };
  return unknown;
}
