import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { judgeAddresses } from './destination.ts';
import { type Judge, judgedAddresses, type Resolve } from './judged-addresses.ts';

/** Most connections to one origin; more wait. */
const connectionsPerOrigin = 64;
/** Idle connections are kept this long at most, ms: a name may lead elsewhere by then. */
const keepAliveMsMax = 30_000;

/** undici's agent, each of whose connections was judged. */
export function guardedAgent(resolve: Resolve, rules: Judge, tls?: buildConnector.BuildOptions): Agent {
  return new Agent({
    connect: guardedConnector(resolve, rules, tls),
    connections: connectionsPerOrigin,
    pipelining: 1,
    keepAliveMaxTimeout: keepAliveMsMax,
  });
}

/**
 * Opens connections for undici, each to an address that was judged for it: the judged answer of the resolver is the one that
 * `connect` gets, so that a name which answers otherwise a moment later changes nothing. What the socket is connected to in the end
 * is held against the same rules.
 */
function guardedConnector(resolve: Resolve, rules: Judge, tls: buildConnector.BuildOptions = {}) {
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
