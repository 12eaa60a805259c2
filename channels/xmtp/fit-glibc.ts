/**
 * Fits XMTP's native binding to a host whose C library is older than the one it was linked with. The binding asks for
 * a newer one only to read numbers (`__isoc23_strtol` and its like), by names that older libraries have without the
 * prefix: a copy of it is made to ask for those. Bytes in, bytes out; whatever else is too new is a refusal, since a
 * program that asks for what is not there would fail later and worse.
 */

/** A version of glibc: 2.36 is `{ major: 2, minor: 36 }`. */
export interface GlibcVersion {
  readonly major: number;
  readonly minor: number;
}

export type Fit =
  /** It loads as it is. */
  | { readonly outcome: 'fits' }
  | { readonly outcome: 'fitted'; readonly bytes: Buffer; readonly symbols: readonly string[] }
  | { readonly outcome: 'refused'; readonly reason: string };

const prefix = '__isoc23_';
const libc = 'libc.so.6';
/** The version of its first symbols, by machine as ELF numbers them: x86-64 and arm64. */
const baseVersions: Readonly<Record<number, string>> = { 62: 'GLIBC_2.2.5', 183: 'GLIBC_2.17' };
/** "It is no matter if this version is missing": said of a version that no symbol asks for any more. */
const weakFlag = 2;
const versionMask = 0x7fff;

const [loadSegment, dynamicSegment] = [1, 2];
const [tagHash, tagStrings, tagSymbols] = [4, 5, 6];
const [tagVersions, tagNeeds, tagNeedCount] = [0x6fff_fff0, 0x6fff_fffe, 0x6fff_ffff];
const [headerBytes, dynamicBytes, symbolBytes, versionBytes] = [64, 16, 24, 2];

class Unreadable extends Error {}

/** The bytes given are left as they are. */
export function fitToGlibc(binding: Buffer, host: GlibcVersion): Fit {
  try {
    return fit(Buffer.from(binding), host);
  } catch (error) {
    // A read beyond the end says the same as a wrong number found in time.
    if (!(error instanceof Unreadable) && !(error instanceof RangeError)) throw error;
    const reason = error instanceof Unreadable ? error.message : 'it ends too soon';
    return { outcome: 'refused', reason: `the binding is not a library this can read: ${reason}` };
  }
}

function fit(bytes: Buffer, host: GlibcVersion): Fit {
  const tables = readTables(bytes);
  const needs = readNeeds(bytes, tables);
  const isTooNew = (name: string): boolean => {
    const version = /^GLIBC_(\d+)\.(\d+)/.exec(name);
    if (!version) return false;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    return major > host.major || (major === host.major && minor > host.minor);
  };
  const base = needs.find(({ file, name }) => file === libc && name === tables.baseVersion);
  const byIndex = new Map(needs.map((need) => [need.index, need]));
  const [symbols, beyond]: [string[], string[]] = [[], []];
  for (let number = 0; number < tables.symbolCount; number += 1) {
    const versionAt = tables.versions + number * versionBytes;
    const need = byIndex.get(bytes.readUInt16LE(versionAt) & versionMask);
    if (!need || !isTooNew(need.name)) continue;
    const symbolAt = tables.symbols + number * symbolBytes;
    const nameAt = bytes.readUInt32LE(symbolAt);
    const name = textAt(bytes, tables.strings + nameAt);
    if (need.file === libc && name.startsWith(prefix) && base) {
      // Names are kept as offsets into one text, so the older name is the end of the newer one.
      bytes.writeUInt32LE(nameAt + prefix.length, symbolAt);
      bytes.writeUInt16LE(base.index, versionAt);
      symbols.push(name);
    } else beyond.push(`${name} of ${need.name}`);
  }
  if (beyond.length > 0) return { outcome: 'refused', reason: `the binding needs ${beyond.join(', ')}` };
  const unmet = needs.filter(({ name }) => isTooNew(name));
  if (unmet.length === 0) return { outcome: 'fits' };
  for (const { at } of unmet) bytes.writeUInt16LE(bytes.readUInt16LE(at + 4) | weakFlag, at + 4);
  return { outcome: 'fitted', bytes, symbols };
}

interface Tables {
  readonly strings: number;
  readonly symbols: number;
  readonly symbolCount: number;
  readonly versions: number;
  readonly needs: number;
  readonly needCount: number;
  readonly baseVersion: string;
}

/** Where in the file the dynamic linker's tables are. */
function readTables(bytes: Buffer): Tables {
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== 0x7f45_4c46 || bytes[4] !== 2 || bytes[5] !== 1) {
    throw new Unreadable('it is no 64-bit little-endian ELF file');
  }
  const baseVersion = baseVersions[bytes.readUInt16LE(18)];
  if (baseVersion === undefined) throw new Unreadable('it is for another machine');
  const segments = readSegments(bytes);
  const fileOffset = (address: number): number => {
    const segment = segments.find(
      ({ type, from, length }) => type === loadSegment && address >= from && address < from + length,
    );
    if (!segment) throw new Unreadable('a table is outside of what is loaded');
    return address - segment.from + segment.offset;
  };
  const dynamic = segments.find(({ type }) => type === dynamicSegment);
  if (!dynamic) throw new Unreadable('it is not linked dynamically');
  const entries = new Map<number, number>();
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.length; at += dynamicBytes) {
    const tag = wordAt(bytes, at);
    if (tag === 0) break;
    if (!entries.has(tag)) entries.set(tag, wordAt(bytes, at + 8));
  }
  const entry = (tag: number): number => {
    const value = entries.get(tag);
    if (value === undefined) throw new Unreadable('a table of the dynamic linker is missing');
    return value;
  };
  return {
    strings: fileOffset(entry(tagStrings)),
    symbols: fileOffset(entry(tagSymbols)),
    // The second word of the hash table is the number of symbols.
    symbolCount: bytes.readUInt32LE(fileOffset(entry(tagHash)) + 4),
    versions: fileOffset(entry(tagVersions)),
    needs: fileOffset(entry(tagNeeds)),
    needCount: entry(tagNeedCount),
    baseVersion,
  };
}

function readSegments(bytes: Buffer) {
  const [table, size, count] = [wordAt(bytes, 32), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  return Array.from({ length: count }, (_, number) => {
    const at = table + number * size;
    return {
      type: bytes.readUInt32LE(at),
      offset: wordAt(bytes, at + 8),
      from: wordAt(bytes, at + 16),
      length: wordAt(bytes, at + 32),
    };
  });
}

interface Need {
  readonly file: string;
  readonly name: string;
  readonly index: number;
  readonly at: number;
}

/** Which versions of which libraries the file asks for. Both lists say how far it is to the next of theirs. */
function readNeeds(bytes: Buffer, { strings, needs, needCount }: Tables): readonly Need[] {
  const found: Need[] = [];
  let fileAt = needs;
  for (let library = 0; library < needCount; library += 1) {
    const file = textAt(bytes, strings + bytes.readUInt32LE(fileAt + 4));
    let at = fileAt + bytes.readUInt32LE(fileAt + 8);
    for (let left = bytes.readUInt16LE(fileAt + 2); left > 0; left -= 1) {
      const name = textAt(bytes, strings + bytes.readUInt32LE(at + 8));
      found.push({ file, name, index: bytes.readUInt16LE(at + 6) & versionMask, at });
      at += bytes.readUInt32LE(at + 12);
    }
    const toNext = bytes.readUInt32LE(fileAt + 12);
    // The last says 0, whatever the count says.
    if (toNext === 0) break;
    fileAt += toNext;
  }
  return found;
}

function wordAt(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new Unreadable('a name never ends');
  return bytes.toString('latin1', at, end);
}
