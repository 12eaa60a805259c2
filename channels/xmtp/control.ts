/**
 * The operator's surface: which wallets there are and how they fare, and a new installation for one whose database is
 * lost. `GET /network`, `GET /wallets`, `POST /wallets/:address/renew`.
 */
import { Refused } from '#core/failure.ts';
import type { DriverHost } from '#ports/driver.ts';
import type { Wallet } from '#ports/wallets.ts';
import type { Engine } from './engine.ts';
import { NotNow, unavailable } from './faults.ts';
import type { NetworkLink } from './network-link.ts';
import { toBeMade } from './open-client.ts';

/** All an inbox can ever have. */
const maxInstallations = 10;

export interface WalletShown {
  readonly address: string;
  readonly account: string;
  readonly handle: string | null;
  readonly inboxId: string | null;
  /** `new`: not on the network yet. The last three say why it cannot be used. */
  readonly state: 'new' | 'open' | 'closed' | 'lost' | 'unreadable' | 'locked';
  readonly trouble: string | null;
  readonly installations: { readonly count: number | null; readonly of: number };
  readonly open: boolean;
}

export async function serveControl(
  request: Request,
  engine: Engine | null,
  link: NetworkLink,
  host: DriverHost,
): Promise<Response> {
  const parts = new URL(request.url).pathname.split('/').filter((part) => part !== '');
  if (parts[0] === 'xmtp') parts.shift();
  const [what, address, verb, ...rest] = parts;
  if (!engine) return fault(503, 'XMTP is not running; restart its connection');
  if (rest.length === 0 && what === 'network' && address === undefined) {
    return allowed(request, 'GET') ?? Response.json({ ok: true, up: link.isUp, ...link.route() });
  }
  if (rest.length === 0 && what === 'wallets' && address === undefined) {
    const list = [...host.wallets.all()].map((wallet) => shown(engine, wallet));
    return allowed(request, 'GET') ?? Response.json({ ok: true, wallets: list });
  }
  if (rest.length === 0 && what === 'wallets' && verb === 'renew' && address !== undefined) {
    return allowed(request, 'POST') ?? (await renew(engine, host, address));
  }
  return fault(404, 'There is GET /xmtp/network, GET /xmtp/wallets and POST /xmtp/wallets/:address/renew');
}

function shown({ clients, journal }: Engine, { address, account, handle, inboxId }: Wallet): WalletShown {
  const state = clients.state(address);
  const count = journal.installation(address)?.count ?? null;
  return {
    address,
    account,
    handle,
    inboxId,
    state: state === 'closed' && inboxId === null ? 'new' : state,
    trouble: clients.trouble(address),
    installations: { count, of: maxInstallations },
    open: state === 'open',
  };
}

/** What is there is put aside, never deleted; then the wallet signs in again as another of its inbox's installations. */
async function renew(engine: Engine, host: DriverHost, address: string): Promise<Response> {
  const wallet = host.wallets.at(address);
  if (!wallet) return fault(404, 'There is no wallet with that address here');
  const { clients, journal } = engine;
  try {
    // Only trying tells whether it is broken; the same try says so for one nobody has used yet.
    await clients.use(wallet.account, () => Promise.resolve(), { isBrief: true });
    return fault(409, 'This wallet works; there is nothing to renew');
  } catch (error) {
    const state = clients.state(wallet.address);
    if (error instanceof NotNow || (state !== 'lost' && state !== 'unreadable')) return asFault(error);
  }
  const spent = journal.installation(wallet.address)?.count ?? 0;
  if (spent >= maxInstallations) {
    return fault(
      409,
      `This wallet's inbox has had all of its ${maxInstallations} installations; give the account another wallet`,
    );
  }
  try {
    clients.putAside(wallet.address);
    const inboxId = wallet.inboxId ?? journal.installation(wallet.address)?.inboxId;
    if (inboxId) journal.keepInstallation(wallet.address, { inboxId, installationId: toBeMade, count: spent });
    await clients.use(wallet.account, () => Promise.resolve());
    host.log.info('xmtp.renewed', { account: wallet.account });
    return Response.json({ ok: true, wallet: shown(engine, wallet) });
  } catch (error) {
    return asFault(error);
  }
}

function asFault(error: unknown): Response {
  const { failure } = error instanceof Refused ? error : unavailable(error);
  return fault(503, failure.message);
}

const allowed = (request: Request, method: string): Response | undefined =>
  request.method === method ? undefined : fault(405, `Use ${method}`);

const fault = (status: number, error: string): Response => Response.json({ ok: false, error }, { status });
