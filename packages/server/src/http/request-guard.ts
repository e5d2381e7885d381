import type { IncomingMessage } from 'node:http';
import { AppError } from '../domain/app-error.ts';
import { refusalOf, refuseMore } from './connection-refusals.ts';
import { headersMax } from './connections.ts';

/** A name or address with an optional port: no userinfo, path or list (RFC 9112 §3.2). */
const hostPattern = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * Judges a request before anything else looks at it; what it answers is why it is refused. First what Node's parser lets
 * through although another reader of the same bytes could understand it differently (acceptance §0 no. 5, D6), then the
 * host: any but `hosts` is 421, or else a page on the internet could make a browser on this machine speak to a
 * development server through a name that resolves to 127.0.0.1. Null answers to all.
 */
export function requestGuard(hosts: ReadonlySet<string> | null) {
  return (raw: IncomingMessage): AppError | undefined => {
    const earlier = refusalOf(raw.socket);
    if (earlier) return earlier;
    const fault = faultOf(raw);
    if (fault) {
      refuseMore(raw.socket, fault);
      return fault;
    }
    // `GET http://elsewhere/…` is for proxies: a host in the address that disagrees with the header fools whoever reads either.
    if (!raw.url?.startsWith('/')) return new AppError('route_not_found', { detail: 'not an address of this server' });
    if (hosts && !hosts.has((raw.headers.host ?? '').toLowerCase())) return new AppError('wrong_host');
    return undefined;
  };
}

function faultOf({ headers, httpVersion, method, url, rawHeaders }: IncomingMessage): AppError | undefined {
  if (rawHeaders.length > 2 * headersMax) return new AppError('headers_too_large', { detail: 'too many headers' });
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return malformed('version');
  const { host, 'transfer-encoding': coding, 'content-length': length } = headers;
  if (host === undefined ? httpVersion === '1.1' : !hostPattern.test(host)) return malformed('host');
  if (coding !== undefined) {
    // HTTP/1.0 knows no chunks: a proxy of that age would see the body end elsewhere (RFC 9112 §6.1).
    if (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0') return malformed('transfer coding');
    if (length !== undefined) return malformed('two lengths');
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') return malformed('expectation');
  const hasBody = coding !== undefined || (length !== undefined && length !== '0');
  if (hasBody && (method === 'GET' || method === 'HEAD')) return malformed('a body where none belongs');
  return url?.includes('#') ? malformed('fragment') : undefined;
}

function malformed(detail: string): AppError {
  return new AppError('malformed_request', { detail });
}
