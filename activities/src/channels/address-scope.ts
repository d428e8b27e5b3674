import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** `private` addresses are reached only when a target allows it; `refused` ones never. */
export type AddressScope = 'public' | 'private' | 'refused';

const privateAddresses = blockList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
]);

/** Link-local (cloud metadata lives there), documentation, benchmarks, relays, multicast, reserved. */
const refusedAddresses = blockList([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
]);

/** The only IPv6 addresses that are routed in public. */
const globalAddresses = blockList(['2000::/3']);

/** Where an IP address leads. IPv6 forms that carry an IPv4 address inside are judged by it, or refused when they tunnel. */
export function addressScope(address: string): AddressScope {
  if (isIPv4(address)) {
    if (refusedAddresses.check(address, 'ipv4')) return 'refused';
    return privateAddresses.check(address, 'ipv4') ? 'private' : 'public';
  }
  if (!isIPv6(address) || address.includes('%')) return 'refused';
  const mapped = mappedIPv4(address);
  if (mapped !== undefined) return addressScope(mapped);
  if (privateAddresses.check(address, 'ipv6')) return 'private';
  return globalAddresses.check(address, 'ipv6') && !refusedAddresses.check(address, 'ipv6') ? 'public' : 'refused';
}

/** The IPv4 address inside `::ffff:a.b.c.d`, however it is spelled. */
function mappedIPv4(address: string): string | undefined {
  const canonical = new URL(`http://[${address}]`).hostname;
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(canonical);
  if (match === null) return undefined;
  const [high = 0, low = 0] = match.slice(1).map((part) => Number.parseInt(part, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits = ''] = subnet.split('/');
    list.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
