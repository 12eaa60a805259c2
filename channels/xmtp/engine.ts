/**
 * Everything that runs between start and stop of the driver, put together: the wallets' clients, who is who, sending,
 * and how news comes in. It is made once the journal is open, whether or not the network can be reached.
 */
import { join } from 'node:path';
import type * as Binding from '@xmtp/node-bindings';
import type { DriverHost } from '#ports/driver.ts';
import type { XmtpConfig } from './config.ts';
import { type Clients, createClients } from './clients.ts';
import { NotNow } from './faults.ts';
import { createFiles } from './files.ts';
import { type Following, createFollowing } from './following.ts';
import { createHandOver } from './hand-over.ts';
import { chatNamed } from './ids.ts';
import type { Journal } from './journal.ts';
import { BindingUnusable, loadXmtpBindings } from './load.ts';
import type { NetworkLink } from './network-link.ts';
import type { Opening } from './open-client.ts';
import { type People, createPeople } from './people.ts';
import { createPlaces } from './places.ts';
import type { SendParts } from './send.ts';

export interface Engine {
  readonly journal: Journal;
  readonly clients: Clients;
  readonly people: People;
  readonly following: Following;
  readonly sending: SendParts;
  stop(): Promise<void>;
}

const lastWordsMs = 500;
/** The gateway knows for seven days what it was told; a key nobody settled in that time is settled by a person. */
const keysForMs = 8 * 24 * 3_600_000;

export function startEngine(config: XmtpConfig, host: DriverHost, link: NetworkLink, journal: Journal): Engine {
  const clients = createClients(groundOf(host, link, journal), config, host);
  const people = createPeople(journal, host);
  const files = createFiles(host);
  const places = createPlaces(people);
  const handOver = createHandOver({ journal, places, host });
  // Some clients are left for sending and sweeping.
  const maxStreams = Math.max(1, Math.floor(config.maxClients * 0.75));
  const following = createFollowing({ clients, handOver, link, host }, maxStreams);
  const told: SendParts['told'] = (session, { name, conversation }, areMembersOthers = false) => {
    following.expectAnswer(session.line);
    const named = chatNamed(name);
    if (named?.kind === 'dm') {
      const peer = host.wallets.byInbox(named.peer);
      if (peer) following.soon(peer.address);
      return undefined;
    }
    if (areMembersOthers) places.forget(session.line, conversation.id());
    return places.of(session, conversation, []).then(
      ({ people: members }) =>
        members.filter((address) => host.wallets.at(address)).forEach((line) => following.soon(line)),
      () => undefined,
    );
  };
  journal.forgetSends(host.runtime.clock.nowMs() - keysForMs);
  following.start();
  return {
    journal,
    clients,
    people,
    following,
    sending: { journal, people, clients, link, host, files, told },
    async stop() {
      const [stopped, patience] = [following.stop(), new AbortController()];
      await clients.stop();
      // Not before: what is being sent would go out as a link, for want of its file.
      await files.close();
      // What still waits for a network that is away waits in vain, and harms nothing.
      void stopped.finally(() => patience.abort());
      await host.runtime.timers.sleep(lastWordsMs, patience.signal);
      journal.close();
    },
  };
}

/** The library and the way to the network, had when the first wallet is needed. */
function groundOf(host: DriverHost, link: NetworkLink, journal: Journal): () => Promise<Opening> {
  let backend: Promise<Binding.Backend> | undefined;
  return async () => {
    const route = link.route();
    if (!route) throw new NotNow('the XMTP network is not running yet');
    try {
      const bindings = await loadXmtpBindings(join(host.dataDir, 'binding'));
      backend ??= backendOf(bindings, route);
      return { bindings, backend: await backend, host, journal };
    } catch (error) {
      backend = undefined;
      if (!(error instanceof BindingUnusable)) throw error;
      link.blocked({ state: 'needs_login', error: error.message, mend: error.mend });
      throw new NotNow(`${error.message}. ${error.mend}`, { cause: error });
    }
  };
}

const environments = { local: 'Local', dev: 'Dev', production: 'Production' } as const;

function backendOf(
  { BackendBuilder }: Opening['bindings'],
  { env, apiUrl, gatewayHost }: NonNullable<ReturnType<NetworkLink['route']>>,
): Promise<Binding.Backend> {
  const builder = new BackendBuilder(environments[env] as Binding.XmtpEnv);
  if (apiUrl !== null) builder.setApiUrl(apiUrl);
  if (gatewayHost !== null) builder.setGatewayHost(gatewayHost);
  return builder.build();
}
