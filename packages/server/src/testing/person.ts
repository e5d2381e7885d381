import type { FastifyInstance } from 'fastify';
import type { TestGateway } from './gateway.ts';

/** A browser without a screen: keeps cookies for each site, sends forms, follows redirects one at a time. For tests only. */
export function browser(gateway: TestGateway) {
  const jars = { gateway: new Map<string, string>(), simulator: new Map<string, string>() };

  const visit = async (method: 'GET' | 'POST', url: string, form?: URLSearchParams) => {
    const target = new URL(url, gateway.config.baseUrl);
    const isGateway = target.origin === gateway.config.baseUrl;
    const app: FastifyInstance = isGateway ? gateway.app : gateway.simulator.app;
    const jar = isGateway ? jars.gateway : jars.simulator;
    const response = await app.inject({
      method,
      url: `${target.pathname}${target.search}`,
      headers: {
        host: target.host,
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(method === 'POST' ? { origin: target.origin } : {}),
      },
      ...(form ? { payload: form.toString() } : {}),
    });
    for (const { name, value } of response.cookies) jar.set(name, value);
    const location = response.headers.location;
    return {
      status: response.statusCode,
      body: response.body,
      url: target.href,
      location: typeof location === 'string' ? new URL(location, target).href : null,
      headers: response.headers,
    };
  };
  type Page = Awaited<ReturnType<typeof visit>>;

  const follow = async (page: Page): Promise<Page> => {
    let now = page;
    for (let hops = 0; now.location && hops < 10; hops += 1) now = await visit('GET', now.location);
    return now;
  };

  return {
    jars,
    get: async (url: string) => follow(await visit('GET', url)),
    /** One step, without following where it leads. */
    visit,
    follow,
    /** What the form with this button would send: its hidden fields and the button itself. */
    fieldsOf: (page: Page, button?: string) => formOf(page.body, button).fields,
    /** Fills in and sends the page's form: hidden fields as they are, plus what is given. */
    async submit(page: Page, fields: Record<string, string | string[]> = {}, button?: string): Promise<Page> {
      const form = formOf(page.body, button);
      for (const [name, value] of Object.entries(fields)) {
        form.fields.delete(name);
        for (const each of [value].flat()) form.fields.append(name, each);
      }
      return follow(await visit('POST', new URL(form.action, page.url).href, form.fields));
    },
  };
}

/** The form that has this button (by its text), or the first one: its address and its hidden fields. */
function formOf(page: string, button?: string): { action: string; fields: URLSearchParams } {
  const forms = [...page.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  const form = forms.find(([, , inside]) => !button || inside?.includes(`>${button}<`)) ?? [];
  const [, action, inside] = form;
  if (action === undefined || inside === undefined)
    throw new Error(`the page has no form${button ? ` with ${button}` : ''}`);
  const fields = new URLSearchParams();
  for (const [tag] of inside.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    fields.append(attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '');
  }
  const pressed = [...inside.matchAll(/<button[^>]*>[^<]*/g)].find(
    ([tag]) => !button || tag.endsWith(`>${button}`),
  )?.[0];
  const name = pressed && attribute(pressed, 'name');
  if (pressed && name) fields.append(name, attribute(pressed, 'value') ?? '');
  return { action: action.replaceAll('&amp;', '&'), fields };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
}
