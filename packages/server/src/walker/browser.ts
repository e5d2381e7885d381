import { AppError } from '../domain/app-error.ts';
import type { Form, Page } from './page.ts';

/** Most redirects that one step may have; a journey has at most four in a row. */
const hopsMax = 10;
/** For one request with its body, ms: longer than the gateway waits for EntityLocker, retries included. */
const requestMsMax = 45_000;
/** Longest page that is read, characters. */
const pageCharsMax = 256 * 1024;

/** Where the browser may go, and how long one step may take. */
export interface BrowserSettings {
  /** Scheme, host and port of the gateway and of EntityLocker. To any other address it is led, but does not go. */
  origins: readonly string[];
  /** The address to which EntityLocker sends the person back. */
  callbackUrl: string;
  /** Ends every request under way. */
  signal: AbortSignal;
}

export interface BrowserOptions {
  /** Whether the return address is only noted. Somebody else, or nobody, opens it then. */
  stopAtCallback?: boolean;
  /** Put into the authorization request. */
  scenario?: string | undefined;
}

/** Where a step led: to a page, or to an address that was not opened. */
export type Landing = { page: Page; left?: undefined } | { page?: undefined; left: URL };

/** A browser without a screen: cookies for each origin, redirects followed, no script. */
export interface Browser {
  get(url: URL | string, options?: BrowserOptions): Promise<Landing>;
  /** Sends a form: its hidden fields, then what is given. */
  submit(form: Form, fields?: readonly (readonly [string, string])[], options?: BrowserOptions): Promise<Landing>;
  /** The last return address, with its code or error; never logged. */
  callback(): URL | undefined;
}

export function openBrowser(settings: BrowserSettings): Browser {
  const jars = new Map<string, Map<string, string>>();
  let callback: URL | undefined;

  const request = async (url: URL, body?: URLSearchParams): Promise<{ page: Page; location: URL | undefined }> => {
    const jar = jars.get(url.origin) ?? new Map<string, string>();
    jars.set(url.origin, jar);
    const { response, html } = await fetchOnce({ url, jar, body, signal: settings.signal });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    const location = response.headers.get('location');
    if (location !== null && !URL.canParse(location, url.href)) throw noAnswer(url, 'a redirect to no address');
    return {
      page: { url, status: response.status, html },
      location: location === null ? undefined : new URL(location, url),
    };
  };

  const follow = async (first: URL, options: BrowserOptions, body?: URLSearchParams): Promise<Landing> => {
    let url = first;
    let form = body;
    for (let hops = 0; hops <= hopsMax; hops += 1) {
      if (!settings.origins.includes(url.origin)) return { left: url };
      if (url.href.startsWith(`${settings.callbackUrl}?`)) {
        callback = url;
        if (options.stopAtCallback) return { left: url };
      }
      const { page, location } = await request(withScenario(url, options.scenario), form);
      if (!location) return { page };
      url = location;
      form = undefined;
    }
    throw new AppError('upstream_unavailable', { detail: 'walker: too many redirects' });
  };

  return {
    get: (url, options = {}) => follow(new URL(url), options),
    submit: (form, fields = [], options = {}) => {
      const body = new URLSearchParams(form.hidden);
      for (const [name, value] of fields) body.append(name, value);
      return follow(form.action, options, body);
    },
    callback: () => callback,
  };
}

interface Request {
  url: URL;
  jar: ReadonlyMap<string, string>;
  body: URLSearchParams | undefined;
  signal: AbortSignal;
}

async function fetchOnce({ url, jar, body, signal }: Request): Promise<{ response: Response; html: string }> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  try {
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...(body && { origin: url.origin }) },
      ...(body && { body }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMsMax)]),
    });
    return { response, html: await readPage(response) };
  } catch {
    // The cause can name addresses with codes in them.
    throw noAnswer(url, 'no answer');
  }
}

/** The page, or as much of it as a page of ours can be long. */
async function readPage(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let html = '';
  for await (const chunk of response.body ?? []) {
    html += decoder.decode(chunk, { stream: true });
    if (html.length > pageCharsMax) break;
  }
  return html.slice(0, pageCharsMax);
}

function noAnswer(url: URL, what: string): AppError {
  return new AppError('upstream_unavailable', { detail: `walker: ${what} from ${url.origin}` });
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at).trim();
  const isGone = attributes.some((attribute) => /^\s*max-age\s*=\s*0\s*$/i.test(attribute));
  if (isGone) jar.delete(name);
  else jar.set(name, pair.slice(at + 1).trim());
}

/** The one parameter that a person could type into the address as well. */
function withScenario(url: URL, scenario: string | undefined): URL {
  if (scenario === undefined || !url.searchParams.has('code_challenge')) return url;
  const changed = new URL(url);
  changed.searchParams.set('x_simulator_scenario', scenario);
  return changed;
}
