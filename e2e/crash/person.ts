import { UnexpectedAnswer } from './api.ts';
import type { Answer, Connection } from './connection.ts';
import { pick } from './random.ts';

/** People of the simulator that have documents to share; the one with three GST registrations among them. */
const people = ['5550000001', '5550000002', '5550000003', '5550000004', '5550000005'];

/** More steps than any journey has; past it the person is sent in circles. */
const stepsMax = 40;

/**
 * A person with a browser, without a screen. After a crash it does what people do: loads the page again where it was,
 * with its cookies, and goes on; where that leads nowhere it opens the link of the session once more.
 */
export class Person {
  readonly #link: string;
  readonly #random: () => number;
  /** Cookies by host and port. */
  readonly #jars = new Map<string, Map<string, string>>();
  /** What the address bar shows. */
  #address: string;

  constructor(link: string, random: () => number) {
    this.#link = link;
    this.#address = link;
    this.#random = random;
  }

  /** Goes on to the end of the journey. `onContinued` is told when the gateway has sent the person to EntityLocker. */
  async walk(connection: Connection, onContinued: () => void): Promise<void> {
    for (let steps = 0; steps < stepsMax; steps += 1) {
      const page = (await this.#visit(connection, 'GET', this.#address)).body.toString();
      const step = nextStep(page, this.#random);
      const isAtGateway = new URL(this.#address).origin === new URL(this.#link).origin;
      if (step) {
        await this.#visit(connection, 'POST', new URL(step.action, this.#address).href, step.fields);
        if (step.action.endsWith('/continue')) onContinued();
      } else if (isAtGateway) return;
      else this.#address = this.#link;
    }
    throw new UnexpectedAnswer(`the journey does not end, now at ${new URL(this.#address).pathname}`);
  }

  /** Follows redirects. The address is the last one that was asked for by GET, answered or not. */
  async #visit(
    connection: Connection,
    method: 'GET' | 'POST',
    url: string,
    form?: Record<string, string[]>,
  ): Promise<Answer> {
    if (method === 'GET') this.#address = url;
    const { host, origin, pathname } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    const headers = {
      accept: 'text/html',
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(form ? { origin, 'content-type': 'application/x-www-form-urlencoded' } : {}),
    };
    const answer = await connection.ask(method, url, form ? { headers, body: encoded(form) } : { headers });
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name && value !== undefined) jar.set(name, value);
    }
    if (answer.status >= 500) throw new UnexpectedAnswer(`${method} ${pathname} answered ${answer.status}`);
    const { location } = answer.headers;
    return location ? this.#visit(connection, 'GET', new URL(location, url).href) : answer;
  }
}

function encoded(form: Record<string, string[]>): string {
  const fields = new URLSearchParams();
  for (const [name, values] of Object.entries(form)) for (const value of values) fields.append(name, value);
  return fields.toString();
}

/** What a person does on this page; nothing where it asks for nothing more. */
function nextStep(
  page: string,
  random: () => number,
): { action: string; fields: Record<string, string[]> } | undefined {
  const actions = [...page.matchAll(/<form[^>]* method="post" action="([^"]+)"/g)].map(([, action]) => action ?? '');
  const csrf = [/name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? ''];
  const to = (step: string) => actions.find((action) => action.endsWith(`/${step}`));
  const own = to('continue') ?? to('retry');
  if (own) return { action: own, fields: {} };

  const otp = /data-testid="otp">(\d{6})</.exec(page)?.[1];
  const [signIn, proof, entity, consent] = [to('sign-in'), to('otp'), to('entity'), to('consent')];
  if (signIn) return { action: signIn, fields: { csrf, mobile: [pick(people, random) ?? ''] } };
  if (proof && otp) return { action: proof, fields: { csrf, otp: [otp] } };
  if (entity) return { action: entity, fields: { csrf, entity: valuesOf(page, 'entity').slice(0, 1) } };
  if (!consent) return undefined;
  const [first = '', ...others] = valuesOf(page, 'document');
  const ticked = [first, ...others.filter(() => random() < 0.7)];
  return { action: consent, fields: { csrf, decision: ['allow'], document: ticked } };
}

function valuesOf(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`name="${name}"[^>]* value="([^"]+)"`, 'g'))].map(([, value]) => value ?? '');
}
