/**
 * Which addresses an outgoing request may reach: public ones, the ranges an operator opened, and loopback where a
 * caller was granted it. The gateway's own ports on this machine are never among them, whatever was opened.
 */
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { Targets } from '#core/targets.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A sentence that says why an address may not be reached, or null when it may. `port` is the one to connect to. */
export type JudgeTarget = (address: string, port: number, loopbackGranted: boolean) => string | null;

export function createJudge(rules: Targets): JudgeTarget {
  const opened = rules.privateTargets.map(parseRange);
  return (text, port, loopbackGranted) => {
    // A zone (fe80::1%eth0) would hide the address from the parser.
    const bare = text.replace(/%.*$/, '');
    if (!ipaddr.isValid(bare)) return `${text} is no address`;
    const address = ipaddr.process(bare);
    const range = address.range();
    if (rules.ownPorts().includes(port) && isThisMachine(address)) return "the gateway's own port may not be reached";
    if (range === 'unicast') return null;
    if (opened.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits)))
      return null;
    if (loopbackGranted && range === 'loopback') return null;
    return 'the address is not public; CLAWGATE_PRIVATE_TARGETS can open a range';
  };
}

function parseRange(text: string): [Address, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isThisMachine(address: Address): boolean {
  if (['loopback', 'unspecified'].includes(address.range())) return true;
  const normal = address.toNormalizedString();
  return Object.values(networkInterfaces()).some((interfaces) =>
    interfaces?.some((one) => ipaddr.process(one.address.replace(/%.*$/, '')).toNormalizedString() === normal),
  );
}
