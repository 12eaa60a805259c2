/**
 * The operator's surface: which wallets there are and how they fare, and a new installation for one whose database is
 * lost, or for all of them. `GET /network`, `GET /wallets`, `POST /wallets/:address/renew`, `POST /wallets/renew`.
 */
import { failureOf } from '#core/failure.ts';
import type { DriverHost } from '#ports/driver.ts';
import type { Wallet } from '#ports/wallets.ts';
import type { Engine } from './engine.ts';
import type { NetworkLink } from './network-link.ts';
import { maxInstallations, renew, renewBroken } from './renew.ts';
import { standingOf } from './standing.ts';

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
    const list = [...host.wallets.all()].map((wallet) => shown(engine, host, wallet));
    return allowed(request, 'GET') ?? Response.json({ ok: true, wallets: list });
  }
  if (rest.length === 0 && what === 'wallets' && verb === 'renew' && address !== undefined) {
    return allowed(request, 'POST') ?? (await renewed(engine, host, address));
  }
  if (what === 'wallets' && address === 'renew' && verb === undefined) {
    return allowed(request, 'POST') ?? Response.json({ ok: true, ...(await renewBroken(engine, host)) });
  }
  return fault(404, `There is no such path; there are ${paths}`);
}

const paths =
  'GET /xmtp/network, GET /xmtp/wallets, POST /xmtp/wallets/:address/renew and, for all that are lost, POST /xmtp/wallets/renew';

function shown(engine: Engine, host: DriverHost, { address, account, handle, inboxId }: Wallet): WalletShown {
  const { state, trouble } = standingOf(engine, host, address);
  const count = engine.journal.installation(address)?.count ?? null;
  return {
    address,
    account,
    handle,
    inboxId,
    state: state === 'closed' && inboxId === null ? 'new' : state,
    trouble,
    installations: { count, of: maxInstallations },
    open: state === 'open',
  };
}

async function renewed(engine: Engine, host: DriverHost, address: string): Promise<Response> {
  const wallet = host.wallets.at(address);
  if (!wallet) return fault(404, 'There is no wallet with that address here');
  try {
    await renew(engine, host, wallet);
    return Response.json({ ok: true, wallet: shown(engine, host, wallet) });
  } catch (error) {
    const { code, message } = failureOf(error);
    return fault(code === 'conflict' ? 409 : 503, message);
  }
}

const allowed = (request: Request, method: string): Response | undefined =>
  request.method === method ? undefined : fault(405, `Use ${method}`);

const fault = (status: number, error: string): Response => Response.json({ ok: false, error }, { status });
