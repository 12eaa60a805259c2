/**
 * Reads the presentation language in which MLS (RFC 9420) writes its structures: big-endian numbers, and vectors whose
 * length is written in one, two or four bytes. Throws `Malformed` where the bytes end too soon.
 */
import { Malformed } from './protobuf.ts';

export class TlsReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16BE();
  }

  take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new Malformed('the bytes end in the middle of a structure');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  vector(): Buffer {
    const first = this.#bytes[this.#at];
    if (first === undefined) throw new Malformed('the bytes end before a vector');
    const prefix = first >> 6;
    if (prefix === 3) throw new Malformed('a length is of no kind there is');
    const width = 1 << prefix;
    const length = this.take(width).readUIntBE(0, width) & ((1 << (8 * width - 2)) - 1);
    // One length has one spelling: the shortest.
    if (prefix > 0 && length < 1 << (8 * (width >> 1) - 2)) throw new Malformed('a length is written too long');
    return this.take(length);
  }

  /** What was read since an earlier `position`. */
  since(position: number): Buffer {
    return this.#bytes.subarray(position, this.#at);
  }

  get position(): number {
    return this.#at;
  }

  /** Throws when anything is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new Malformed('there is more after the end');
  }
}

/** A vector as MLS writes it, for what is signed. */
export function tlsVector(content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 1 << 6) return Buffer.concat([Buffer.of(length), content]);
  const head = Buffer.alloc(length < 1 << 14 ? 2 : 4);
  head.writeUIntBE(length, 0, head.length);
  head[0] = (head[0] ?? 0) | (head.length === 2 ? 0x40 : 0x80);
  return Buffer.concat([head, content]);
}
