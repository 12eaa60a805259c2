/**
 * Text messages as WebSocket frames (RFC 6455, section 5.2: whole, unmasked, uncompressed), many in one buffer. A batch
 * that goes to many sockets is encoded once, and a socket that gets many messages in a tick is written to once.
 */
const finalText = 0x81;
const longestShort = 125;
const longestMedium = 0xffff;

/** The frames of these messages, back to back. */
export function pack(texts: readonly string[]): Buffer {
  const sizes = texts.map((text) => Buffer.byteLength(text));
  const packet = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + headerBytes(size) + size, 0));
  let at = 0;
  texts.forEach((text, index) => {
    const size = sizes[index] ?? 0;
    at = writeHeader(packet, at, size);
    // A text as long in bytes as in characters is plain ASCII, which is copied faster.
    at += packet.write(text, at, size, size === text.length ? 'latin1' : 'utf8');
  });
  return packet;
}

const packets = new WeakMap<readonly string[], Buffer>();

/** `pack`, remembered for as long as the list itself lives: for one list handed to many sockets. */
export function packOnce(texts: readonly string[]): Buffer {
  const known = packets.get(texts);
  if (known) return known;
  const packet = pack(texts);
  packets.set(texts, packet);
  return packet;
}

/** Neighbouring texts share a buffer; what came packed stays as it is, because other sockets write it too. */
export function packed(pieces: readonly (string | Buffer)[]): Buffer[] {
  const buffers: Buffer[] = [];
  let texts: string[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      texts.push(piece);
      continue;
    }
    if (texts.length > 0) buffers.push(pack(texts));
    texts = [];
    buffers.push(piece);
  }
  if (texts.length > 0) buffers.push(pack(texts));
  return buffers;
}

function headerBytes(size: number): number {
  if (size <= longestShort) return 2;
  return size <= longestMedium ? 4 : 10;
}

function writeHeader(packet: Buffer, start: number, size: number): number {
  packet[start] = finalText;
  if (size <= longestShort) {
    packet[start + 1] = size;
    return start + 2;
  }
  if (size <= longestMedium) {
    packet[start + 1] = 126;
    return packet.writeUInt16BE(size, start + 2);
  }
  packet[start + 1] = 127;
  return packet.writeBigUInt64BE(BigInt(size), start + 2);
}
