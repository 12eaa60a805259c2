/**
 * Loads XMTP's SDK, once and only when it is wanted: it brings a native library, and a gateway that carries no XMTP, or
 * runs where that library cannot, does without. On a Linux whose C library is too old for it a fitted copy is loaded
 * from a cache folder; the installed package is never touched.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as bindings from '@xmtp/node-bindings';
import type * as sdk from '@xmtp/node-sdk';
import { type Fit, type GlibcVersion, fitToGlibc } from './fit-glibc.ts';

export type XmtpSdk = typeof sdk;
export type XmtpBindings = typeof bindings;

/** XMTP cannot run here. The message says why, `mend` what to do about it. */
export class BindingUnusable extends Error {
  override readonly name = 'BindingUnusable';
  readonly mend: string;

  constructor(message: string, mend: string, cause?: unknown) {
    super(message, { cause });
    this.mend = mend;
  }
}

export type BindingReport =
  | { readonly state: 'loads'; readonly detail: string }
  | { readonly state: 'fitted'; readonly detail: string }
  | { readonly state: 'unusable'; readonly detail: string; readonly mend: string };

/** The C library XMTP's binding was linked with: from here on it loads as it is. */
const linkedWith: GlibcVersion = { major: 2, minor: 38 };
/** The variable by which the binding is told where its native part is. */
const pathVariable = 'NAPI_RS_NATIVE_LIBRARY_PATH';
const newerHost =
  'Run on a system with glibc 2.38 or newer (Debian 13, Ubuntu 24.04), or leave xmtp out of CLAWGATE_CHANNELS';
const reinstall = 'Run npm install again, or leave xmtp out of CLAWGATE_CHANNELS';

let loaded: Promise<XmtpSdk> | undefined;
let bound: Promise<XmtpBindings> | undefined;

/**
 * The SDK; the same for every caller of the process. `cacheDir` is made when it is needed. Throws `BindingUnusable`, and
 * again every time: a library that could not be loaded stays so until the process is another.
 */
export function loadXmtpSdk(cacheDir: string): Promise<XmtpSdk> {
  loaded ??= load(cacheDir, () => import('@xmtp/node-sdk'));
  return loaded;
}

/**
 * What the SDK itself stands on, one level below it: only there can a message be prepared and known by its id before it
 * is published, and a database be let go. The same rules as for the SDK; whichever comes first loads for both.
 */
export function loadXmtpBindings(cacheDir: string): Promise<XmtpBindings> {
  bound ??= load(cacheDir, async () => {
    const path = fromSdk().resolve('@xmtp/node-bindings');
    return (await import(pathToFileURL(path).href)) as XmtpBindings;
  });
  return bound;
}

/** What loading would do on this system, or on another, without doing it: for the doctor. Changes nothing. */
export async function examineBinding(host: GlibcVersion | null = hostGlibc()): Promise<BindingReport> {
  const described = host ? `glibc ${versionText(host)}` : process.platform;
  try {
    if (!host || !isOlder(host, linkedWith)) return { state: 'loads', detail: `loads as it is (${described})` };
    const { fit } = await fitted(host);
    if (fit.outcome === 'fits') return { state: 'loads', detail: `loads as it is (${described})` };
    return { state: 'fitted', detail: `a copy fitted to ${described} is loaded` };
  } catch (error) {
    if (error instanceof BindingUnusable) return { state: 'unusable', detail: error.message, mend: error.mend };
    throw error;
  }
}

async function load<Library>(cacheDir: string, bring: () => Promise<Library>): Promise<Library> {
  const copy = await fittedCopy(cacheDir);
  if (copy !== null) process.env[pathVariable] = copy;
  try {
    return await bring();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new BindingUnusable(`XMTP's native library cannot be loaded: ${reason}`, reinstall, error);
  } finally {
    // Child processes and other bindings have no use for it.
    if (copy !== null) delete process.env[pathVariable];
  }
}

/** Where the fitted copy is; null when none is needed, or the person has named a library of their own. */
async function fittedCopy(cacheDir: string): Promise<string | null> {
  const host = hostGlibc();
  if (!host || !isOlder(host, linkedWith) || process.env[pathVariable]) return null;
  const { fit, digest } = await fitted(host);
  if (fit.outcome !== 'fitted') return null;
  const path = join(cacheDir, `xmtp-${digest.slice(0, 16)}-glibc-${versionText(host)}.node`);
  // A copy that another program cut short or changed is made anew.
  const kept = await readFile(path).catch(() => null);
  if (!kept?.equals(fit.bytes)) await writeWhole(path, fit.bytes);
  return path;
}

async function fitted(host: GlibcVersion): Promise<{ fit: Exclude<Fit, { outcome: 'refused' }>; digest: string }> {
  const path = bindingPath();
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new BindingUnusable(`XMTP's native library is not installed for linux-${process.arch}`, reinstall, error);
  }
  const fit = fitToGlibc(bytes, host);
  if (fit.outcome === 'refused') {
    throw new BindingUnusable(
      `XMTP's native library cannot run on glibc ${versionText(host)}: ${fit.reason}`,
      newerHost,
    );
  }
  return { fit, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** As the SDK finds it: a second copy of the library would be 200 MB of its own, and know nothing of the first. */
const fromSdk = () => createRequire(createRequire(import.meta.url).resolve('@xmtp/node-sdk/package.json'));

function bindingPath(): string {
  try {
    return join(dirname(fromSdk().resolve('@xmtp/node-bindings')), `bindings_node.linux-${process.arch}-gnu.node`);
  } catch (error) {
    throw new BindingUnusable("XMTP's native library is not installed", reinstall, error);
  }
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const half = `${path}.${process.pid}`;
  try {
    await writeFile(half, bytes, { mode: 0o700 });
    await rename(half, path);
  } catch (error) {
    rmSync(half, { force: true });
    throw new BindingUnusable(`XMTP's native library cannot be copied to ${dirname(path)}`, 'Make it writable', error);
  }
}

/** The C library of this process; null where there is none of GNU's. */
function hostGlibc(): GlibcVersion | null {
  if (process.platform !== 'linux') return null;
  // Looking at the network as well would take seconds where names are resolved slowly.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(header.glibcVersionRuntime ?? '') ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
}

const versionText = ({ major, minor }: GlibcVersion): string => `${major}.${minor}`;

function isOlder(one: GlibcVersion, other: GlibcVersion): boolean {
  return one.major < other.major || (one.major === other.major && one.minor < other.minor);
}
