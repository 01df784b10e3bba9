const elfMagic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const class64 = 2;
const noteSegment = 4;
/** Of the notes named Xen: where a kernel is entered in 32-bit mode (Xen's public/elfnote.h, XEN_ELFNOTE_PHYS32_ENTRY). */
const entryNote = { owner: "Xen\0", type: 18 } as const;

const aligned = (bytes: number): number => Math.ceil(bytes / 4) * 4;

function hasEntryNote(notes: Buffer): boolean {
  for (let at = 0; at + 12 <= notes.length; ) {
    const [ownerBytes, valueBytes] = [notes.readUInt32LE(at), notes.readUInt32LE(at + 4)];
    const owner = notes.toString("latin1", at + 12, at + 12 + ownerBytes);
    if (owner === entryNote.owner && notes.readUInt32LE(at + 8) === entryNote.type) return true;
    at += 12 + aligned(ownerBytes) + aligned(valueBytes);
  }
  return false;
}

/**
 * Whether QEMU can enter an unpacked x86-64 kernel (an ELF file), which it does by the PVH protocol: a
 * kernel built without CONFIG_PVH has no such entry and boots only as the packed file it comes in.
 */
export function hasPvhEntry(kernel: Buffer): boolean {
  if (kernel.length < 64 || !kernel.subarray(0, 4).equals(elfMagic)) return false;
  if (kernel.readUInt8(4) !== class64) return false;
  const [first, size, count] = [
    Number(kernel.readBigUInt64LE(0x20)),
    kernel.readUInt16LE(0x36),
    kernel.readUInt16LE(0x38),
  ];
  const headers = Array.from({ length: count }, (_, index) =>
    kernel.subarray(first + index * size, first + (index + 1) * size),
  );
  return headers.some((header) => {
    if (header.length < 56 || header.readUInt32LE(0) !== noteSegment) return false;
    const [start, bytes] = [header.readBigUInt64LE(8), header.readBigUInt64LE(0x20)].map(Number);
    return hasEntryNote(kernel.subarray(start, (start ?? 0) + (bytes ?? 0)));
  });
}
