import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type DestinationRules, judgeAddresses } from './destination.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

type Judge = Omit<DestinationRules, 'ownOrigins'>;

/**
 * Opens connections for undici, each to an address that was judged for it: the judged answer of the resolver is the one that
 * `connect` gets, so that a name which answers otherwise a moment later changes nothing. What the socket is connected to in the end
 * is held against the same rules.
 */
export function guardedConnector(resolve: Resolve, rules: Judge, tls: buildConnector.BuildOptions = {}) {
  return (options: buildConnector.Options, callback: buildConnector.Callback): void => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const lookup: LookupFunction = (name, { all }, answer) => {
      judgedAddresses(name, resolve, rules).then(
        (addresses) => {
          const [first] = addresses;
          if (all || !first) answer(null, addresses);
          else answer(null, first.address, first.family);
        },
        (error: Error) => answer(error as NodeJS.ErrnoException, []),
      );
    };
    try {
      // No lookup happens for an address that stands in the URL itself.
      if (isIP(host) !== 0) judgeAddresses(host, [host], rules);
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    const connect = buildConnector({ ...tls, lookup });
    connect(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error) return callback(error, null);
      try {
        judgeAddresses(host, [socket.remoteAddress ?? ''], rules);
      } catch (refused) {
        socket.destroy();
        return callback(refused as Error, null);
      }
      callback(null, socket);
    });
  };
}

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
