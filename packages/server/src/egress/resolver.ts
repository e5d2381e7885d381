import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isLoopbackHost } from '../domain/origin.ts';
import type { Resolve } from './judged-addresses.ts';

/** Time for one question to a name server, ms, and how often it is asked. */
const questionMs = 2_000;
const questions = 2;

/**
 * Looks names up as the system does (its hosts file, then its name servers), but without the thread pool of Node: there a few
 * names whose servers never answer would hold up everybody else, and the files of the vault with them.
 */
export function openResolver(hostsPath = '/etc/hosts'): Resolve {
  const resolver = new Resolver({ timeout: questionMs, tries: questions });
  return async (host) => {
    const name = host.toLowerCase().replace(/\.$/, '');
    if (isLoopbackHost(name)) return ['127.0.0.1', '::1'].map(withFamily);
    const pinned = hostsFile(hostsPath).get(name);
    if (pinned) return pinned.map(withFamily);
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const found = [ipv4, ipv6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length === 0 && ipv4.status === 'rejected') throw ipv4.reason;
    return found.map(withFamily);
  };
}

function withFamily(address: string): LookupAddress {
  return { address, family: isIP(address) };
}

/** Names of the hosts file; a system without one has none. Small, and in the cache of the system. */
function hostsFile(path: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  try {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
      if (isIP(address) === 0) continue;
      for (const alias of aliases) {
        const name = alias.toLowerCase();
        names.set(name, [...(names.get(name) ?? []), address]);
      }
    }
  } catch {
    return names;
  }
  return names;
}
