import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { type DestinationRules, judgeAddresses } from './destination.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

/** What addresses are held against. */
export type Judge = Omit<DestinationRules, 'ownOrigins'>;

/** The addresses of a host, all of them judged. Rejects with `DestinationRefused`, or with the resolver's error. */
export async function judgedAddresses(host: string, resolve: Resolve, rules: Judge): Promise<LookupAddress[]> {
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  judgeAddresses(
    host,
    addresses.map(({ address }) => address),
    rules,
  );
  return addresses;
}
