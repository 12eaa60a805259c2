/**
 * Where this protocol is reached: the WebSocket at `/`, and `POST /api/send`. Who is let in is the house's door; a socket
 * may also bring its key in its first frame.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { failureOf, refuse, type Failure } from '#core/failure.ts';
import type { Mount } from '#http/app.ts';
import type { Door } from '#http/authenticate.ts';
import { credentialOf } from '#http/credential.ts';
import { retryAfterSeconds, waitMsOf } from '#http/failures.ts';
import { mountPost, type Posted } from '#http/mount-post.ts';
import { refuseUpgrade, type Sockets } from '#http/sockets.ts';
import type { UpgradeHandler } from '#http/upgrades.ts';
import { peerOf, visitOf, type Caller } from '#http/visit.ts';
import { createDocumented, type AnswerDocumented } from './documented.ts';
import { renderFailure } from './failures.ts';
import { readFrame, refused, type DocumentedRequest } from './frames.ts';
import { closes, Session, type SessionDependencies } from './session.ts';

/** Generous: it only has to stop a client that runs in circles. */
const frameAllowance = { perSecond: 2_000, burst: 20_000 };
/** Sockets that have not said who they are, of one visitor and of all. */
const strangers = { ofOne: 64, ofAll: 1_024 };
const socketsPerAccount = 200;

export interface OpenClawDependencies extends Omit<SessionDependencies, 'allowance' | 'answerDocumented'> {
  readonly door: Door;
  readonly sockets: Sockets;
  /** False: as many sockets and frames as anybody likes, for benches on loopback. */
  readonly limits: boolean;
}

export interface OpenClaw {
  readonly socketDoor: UpgradeHandler;
  readonly mount: Mount;
}

export function createOpenClaw(deps: OpenClawDependencies): OpenClaw {
  const answerDocumented = createDocumented(deps.methods);
  return { socketDoor: socketDoor(deps, answerDocumented), mount: sendMount(deps, answerDocumented) };
}

function socketDoor(deps: OpenClawDependencies, answerDocumented: AnswerDocumented): UpgradeHandler {
  const session: SessionDependencies = { ...deps, answerDocumented, allowance: deps.limits ? frameAllowance : null };
  const waiting = countedVisitors(deps.limits);
  const open = new Map<string, number>();

  /** Throws `rate_limited` for an account with too many sockets; answers how to give the place back. */
  const seat = ({ account }: Caller): (() => void) => {
    const count = (open.get(account.id) ?? 0) + 1;
    if (deps.limits && count > socketsPerAccount) {
      throw refuse('rate_limited', `This account has ${socketsPerAccount} open sockets; close one first`, {
        retryAfterMs: 5_000,
      });
    }
    open.set(account.id, count);
    return () => {
      const left = (open.get(account.id) ?? 1) - 1;
      if (left > 0) open.set(account.id, left);
      else open.delete(account.id);
    };
  };

  async function enter(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const brought = credentialOf(request);
    const caller = brought === undefined ? null : await deps.door.admit(request);
    if (caller && caller.account.state !== 'active') {
      return deps.sockets.turnAway(request, socket, head, closes.accountStopped.code, 'Account suspended');
    }
    const leave: (() => void)[] = [caller ? seat(caller) : waiting.take(peerOf(request))];
    const outcome = deps.sockets.accept(request, socket, head, {
      account: null,
      limit: null,
      open: (link) => {
        const admit = async (token: string): Promise<Caller> => {
          const admitted = await deps.door.admitAs(request, token === '' ? undefined : token);
          leave.push(seat(admitted));
          return admitted;
        };
        const opened = new Session(session, admit, link, () => {
          for (const give of leave.splice(0)) give();
        });
        if (caller) void opened.enter(caller);
        return opened;
      },
    });
    if (outcome === 'open') return;
    for (const give of leave) give();
    throw refuse('unavailable', 'The gateway is stopping; connect again in a few seconds', { retryAfterMs: 5_000 });
  }

  return (request, socket, head) => {
    enter(request, socket, head).catch((error: unknown) => {
      const failure = failureOf(error);
      if (failure.code === 'internal') deps.fault('openclaw.upgrade_failed', { error });
      turnDown(request, socket, failure);
    });
  };
}

/** How many sockets wait to say who they are, by visitor. */
function countedVisitors(limits: boolean) {
  const counts = new Map<string, number>();
  let all = 0;
  return {
    take: (peer: string): (() => void) => {
      const count = counts.get(peer) ?? 0;
      if (limits && (count >= strangers.ofOne || all >= strangers.ofAll)) {
        throw refuse('rate_limited', 'Too many sockets wait for their connect; send it, or close some', {
          retryAfterMs: 5_000,
        });
      }
      counts.set(peer, count + 1);
      all += 1;
      return () => {
        all -= 1;
        const left = (counts.get(peer) ?? 1) - 1;
        if (left > 0) counts.set(peer, left);
        else counts.delete(peer);
      };
    },
  };
}

function turnDown(request: IncomingMessage, socket: Duplex, failure: Failure): void {
  const { body } = renderFailure(failure);
  const waitMs = waitMsOf(failure);
  const statuses: Readonly<Record<string, number>> = { unauthenticated: 401, rate_limited: 429, unavailable: 503 };
  refuseUpgrade(socket, statuses[failure.code] ?? 400, body, {
    'X-Request-Id': visitOf(request).requestId,
    'X-Content-Type-Options': 'nosniff',
    ...(failure.code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer realm="clawgate"' } : {}),
    ...(waitMs === undefined ? {} : { 'Retry-After': String(retryAfterSeconds(waitMs)) }),
  });
}

function sendMount({ door, fault }: OpenClawDependencies, answerDocumented: AnswerDocumented): Mount {
  const answer = async ({ principal, body, idempotencyKey, requestId, signal }: Posted) => {
    const frame = readFrame(body ?? null);
    if (frame.form !== 'documented') {
      const message =
        frame.form === 'broken' ? frame.message : 'The native form needs a WebSocket; leave type out here';
      return refused(frame.id ?? undefined, { code: 'invalid', message });
    }
    const answers = await answerDocumented(frame.requests.map(withKey(idempotencyKey)), {
      principal,
      signal,
      answersAll: true,
      fault: (method, error) => fault('openclaw.call_failed', { requestId, method, error }),
    });
    return frame.isBatch ? answers : answers[0];
  };
  return mountPost({ path: '/api/send', name: 'openclaw', door, failures: renderFailure, answer });
}

/** The header `Idempotency-Key` stands for the parameter where a request has none. */
function withKey(key: string | undefined): (request: DocumentedRequest) => DocumentedRequest {
  if (key === undefined) return (request) => request;
  return (request) => ({ ...request, params: { idempotencyKey: key, ...request.params } });
}
