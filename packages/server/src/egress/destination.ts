import { isIP } from 'node:net';
import { isLoopbackHost } from '../domain/origin.ts';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

/** Longest address that is taken, characters. */
export const urlCharsMax = 2_048;

/** Which rule an address breaks, in words that complete "the address …". */
export const destinationRules = {
  malformed: 'is not a URL that can be called',
  too_long: `is longer than ${urlCharsMax} characters`,
  scheme: 'must be https',
  credentials: 'must not carry a user name or password',
  fragment: 'must not have a fragment',
  port: 'must use port 443',
  own: 'is this server',
  address: 'leads to an address that is not a public one',
} as const satisfies Record<string, string>;

export type DestinationRule = keyof typeof destinationRules;

/** An address that is not called. Its message never names an address that a name resolved to. */
export class DestinationRefused extends Error {
  readonly rule: DestinationRule;
  constructor(rule: DestinationRule) {
    super(destinationRules[rule]);
    this.name = 'DestinationRefused';
    this.rule = rule;
  }
}

export interface DestinationRules {
  /** A development server: http and https to this machine, any port. */
  allowLoopback: boolean;
  /** Origins that are this server's own. */
  ownOrigins: readonly string[];
  /** Addresses of this machine: never called, except by loopback where that is allowed. */
  ownAddresses: () => ReadonlySet<string>;
}

/** What a text says about where it leads; names are not looked up. Throws `DestinationRefused`. */
export function readDestination(text: string, { allowLoopback, ownOrigins }: DestinationRules): URL {
  if (text.length > urlCharsMax) throw new DestinationRefused('too_long');
  if (!URL.canParse(text) || /[\s\\]/.test(text)) throw new DestinationRefused('malformed');
  const url = new URL(text);
  const ownMachine = allowLoopback && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && ownMachine)) throw new DestinationRefused('scheme');
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text)) {
    throw new DestinationRefused('credentials');
  }
  if (text.includes('#')) throw new DestinationRefused('fragment');
  if (url.port !== '' && !ownMachine) throw new DestinationRefused('port');
  if (ownOrigins.includes(url.origin)) throw new DestinationRefused('own');
  return url;
}

/** The host as the resolver and `connect` take it. */
export function hostOf({ hostname }: Pick<URL, 'hostname'>): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/**
 * Judges every address to which a host leads; one that must not be called is enough to refuse it, since nobody says which of them
 * a client would take. Throws `DestinationRefused`.
 */
export function judgeAddresses(
  host: string,
  addresses: readonly string[],
  { allowLoopback, ownAddresses }: Omit<DestinationRules, 'ownOrigins'>,
): void {
  const ownMachine = allowLoopback && (isLoopbackHost(host) || isLoopbackAddress(host));
  const own = ownAddresses();
  for (const address of addresses) {
    if (isIP(address) === 0) throw new DestinationRefused('address');
    if (ownMachine ? isLoopbackAddress(address) : isPublicAddress(address) && !own.has(address)) continue;
    throw new DestinationRefused('address');
  }
}
