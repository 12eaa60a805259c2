/**
 * Protocol Buffers as far as this network speaks them: a message is described once, as names with field numbers, and
 * is read and written from that. A nested message may be described as plain bytes, which keeps it exactly as its author
 * wrote and signed it, fields of newer clients included. Unknown fields are skipped; what is no message is `Malformed`.
 */

/** The bytes are not what they were said to be. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

export interface Shape<T> {
  /** What is left out has its default. */
  encode(value: Partial<T>): Buffer;
  /** Bytes of the answer are views of those given. Throws `Malformed`. */
  decode(bytes: Uint8Array): T;
}

/** How one field is written and read. `wire` is the format's own word for what follows the tag. */
interface Field<T> {
  readonly number: number;
  readonly wire: number;
  initial(): T;
  write(out: Writer, value: T): void;
  read(input: Reader, sofar: T): T;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type ValueOf<F> = F extends Field<infer T> ? T : never;
export type Message<F extends Fields> = { -readonly [Name in keyof F]: ValueOf<F[Name]> };
export type Read<S> = S extends Shape<infer T> ? T : never;

const [varint, fixed64, lengthDelimited, fixed32] = [0, 1, 2, 5] as const;

export function shape<F extends Fields>(fields: F): Shape<Message<F>> {
  const described = Object.entries(fields) as [keyof F, Field<unknown>][];
  const byNumber = new Map(described.map((entry) => [entry[1].number, entry]));
  return {
    encode(value) {
      const out = new Writer();
      for (const [name, field] of described) if (value[name] !== undefined) field.write(out, value[name]);
      return out.done();
    },
    decode(bytes) {
      const input = new Reader(bytes);
      const message: Partial<Record<keyof F, unknown>> = {};
      for (const [name, field] of described) message[name] = field.initial();
      while (!input.ended()) {
        const tag = input.small();
        const [number, wire] = [tag >>> 3, tag & 7];
        const found = byNumber.get(number);
        if (found && found[1].wire === wire) message[found[0]] = found[1].read(input, message[found[0]]);
        else input.skip(wire);
      }
      return message as Message<F>;
    },
  };
}

export const uint64 = (number: number): Field<bigint> => ({
  number,
  wire: varint,
  initial: () => 0n,
  write: (out, value) => void (value !== 0n && out.tag(number, varint).varint(value)),
  read: (input) => input.varint(),
});

/** Also enumerations, whose numbers are small. */
export const uint32 = (number: number): Field<number> => ({
  number,
  wire: varint,
  initial: () => 0,
  write: (out, value) => void (value !== 0 && out.tag(number, varint).varint(BigInt(value))),
  read: (input) => Number(input.varint() & 0xffff_ffffn),
});

export const bool = (number: number): Field<boolean> => ({
  number,
  wire: varint,
  initial: () => false,
  write: (out, value) => void (value && out.tag(number, varint).varint(1n)),
  read: (input) => input.varint() !== 0n,
});

export const bytes = (number: number): Field<Buffer> => ({
  number,
  wire: lengthDelimited,
  initial: () => Buffer.alloc(0),
  write: (out, value) => void (value.length > 0 && out.tag(number, lengthDelimited).bytes(value)),
  read: (input) => input.bytes(),
});

export const text = (number: number): Field<string> => ({
  number,
  wire: lengthDelimited,
  initial: () => '',
  write: (out, value) => void (value !== '' && out.tag(number, lengthDelimited).bytes(Buffer.from(value))),
  read: (input) => input.text(),
});

/** A text whose absence means something else than an empty one. */
export const optionalText = (number: number): Field<string | undefined> => ({
  number,
  wire: lengthDelimited,
  initial: () => undefined,
  write: (out, value) => void (value !== undefined && out.tag(number, lengthDelimited).bytes(Buffer.from(value))),
  read: (input) => input.text(),
});

export const one = <T>(number: number, inner: Shape<T>): Field<T | undefined> => ({
  number,
  wire: lengthDelimited,
  initial: () => undefined,
  write: (out, value) => void (value !== undefined && out.tag(number, lengthDelimited).bytes(inner.encode(value))),
  read: (input) => inner.decode(input.bytes()),
});

/** A nested message as its own bytes; undefined when it is not there. */
export const raw = (number: number): Field<Buffer | undefined> => ({
  number,
  wire: lengthDelimited,
  initial: () => undefined,
  write: (out, value) => void (value !== undefined && out.tag(number, lengthDelimited).bytes(value)),
  read: (input) => input.bytes(),
});

export const many = <T>(number: number, inner: Shape<T>): Field<T[]> => ({
  number,
  wire: lengthDelimited,
  initial: () => [],
  write(out, values) {
    for (const value of values) out.tag(number, lengthDelimited).bytes(inner.encode(value));
  },
  read(input, sofar) {
    sofar.push(inner.decode(input.bytes()));
    return sofar;
  },
});

/** Repeated bytes: keys, ids, or messages that are already written. */
export const manyBytes = (number: number): Field<Buffer[]> => ({
  number,
  wire: lengthDelimited,
  initial: () => [],
  write(out, values) {
    for (const value of values) out.tag(number, lengthDelimited).bytes(value);
  },
  read(input, sofar) {
    sofar.push(input.bytes());
    return sofar;
  },
});

class Writer {
  readonly #pieces: Uint8Array[] = [];

  tag(number: number, wire: number): this {
    return this.varint(BigInt(number * 8 + wire));
  }

  varint(value: bigint): this {
    const piece: number[] = [];
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) piece.push(Number(rest & 0x7fn) | 0x80);
    this.#pieces.push(Uint8Array.of(...piece, Number(rest)));
    return this;
  }

  bytes(value: Uint8Array): void {
    this.varint(BigInt(value.length));
    this.#pieces.push(value);
  }

  done(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(source: Uint8Array) {
    this.#bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  }

  ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Malformed('a number never ends');
  }

  /** A tag or a length. */
  small(): number {
    const value = this.varint();
    if (value > 0xffff_ffffn) throw new Malformed('a tag or a length is too large');
    return Number(value);
  }

  bytes(): Buffer {
    return this.#take(this.small());
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  skip(wire: number): void {
    if (wire === varint) this.varint();
    else if (wire === lengthDelimited) this.bytes();
    else if (wire === fixed64) this.#take(8);
    else if (wire === fixed32) this.#take(4);
    else throw new Malformed('a field is of no kind there is');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Malformed('the bytes end in the middle of a number');
    this.#at += 1;
    return byte;
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new Malformed('the bytes end in the middle of a field');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
