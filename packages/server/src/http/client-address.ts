import { BlockList, isIP } from 'node:net';

/** Networks whose addresses only a neighbour or a proxy has: loopback, private use, link-local, shared (RFC 6890). */
const neighbourNetworks = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const;

/**
 * Tells for whom the guesses of a connection's address are counted. An IPv6 client owns its whole /64, so that is its
 * address. Null where nobody can say: without `proxies` a neighbour's address is most likely a proxy's, and to count there
 * would let one stranger lock everybody out.
 */
export function clientAddresses(proxies: readonly string[]): (ip: string) => string | null {
  const neighbours = new BlockList();
  for (const [net, prefix, family] of neighbourNetworks) neighbours.addSubnet(net, prefix, family);
  return (ip) => {
    const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
    const version = isIP(address);
    if (version === 0) return null;
    if (proxies.length === 0 && neighbours.check(address, version === 4 ? 'ipv4' : 'ipv6')) return null;
    return version === 4 ? address : network64(address);
  };
}

/** The first four of the eight groups. */
function network64(address: string): string {
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = address.includes('::') ? [...head, ...zeros, ...tail] : head;
  return `${groups.slice(0, 4).join(':')}::/64`;
}
