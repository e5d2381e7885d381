import { sdkAuthorizationRequestEntity } from '@tijori/wire';
import type { InjectOptions } from 'fastify';
import type { Person } from './api.ts';
import { walkFrom } from './api.ts';
import type { TestGateway } from './gateway.ts';

/** A finished trip to EntityLocker in a window that a page opened. */
interface Trip {
  /** The handle that the last page of the window holds. */
  requestToken: string | undefined;
  lastPage: Awaited<ReturnType<Person['get']>>;
}

/**
 * The page of the web SDK on an integrator's site: the key alone, an origin, and a cookie jar apart from the person's, as
 * browsers partition it. For tests only.
 */
export function sdkPage(gateway: TestGateway, apiKey: string, origin?: string) {
  const jar = new Map<string, string>();
  let token = '';
  const path = (id: string, step: string) => `/kyc/entitylocker-sdk/sessions/${id}${step && `/${step}`}`;

  const send = async (options: InjectOptions) => {
    const response = await gateway.app.inject({
      ...options,
      headers: {
        'x-api-key': apiKey,
        ...(token && { authorization: token }),
        ...(origin !== undefined && { origin }),
        ...(jar.size > 0 && { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...options.headers,
      },
    });
    for (const { name, value } of response.cookies) jar.set(name, value);
    return response;
  };
  const tokenOf = (response: Awaited<ReturnType<typeof send>>) => {
    const { data } = response.json<{ data?: { access_token: string } }>();
    if (data) token = data.access_token;
    return response;
  };
  const init = async (id: string) => tokenOf(await send({ method: 'POST', url: path(id, 'init') }));
  const authorizationUrl = (id: string) => send({ method: 'GET', url: path(id, 'authorization_url') });
  const address = async (id: string) => {
    const response = await authorizationUrl(id);
    const { data } = response.json<{ data?: { authorization_url: string } }>();
    if (!data) throw new Error(`authorization_url answered ${response.body}`);
    return data.authorization_url;
  };
  return {
    jar,
    get token() {
      return token;
    },
    send,
    init,
    session: (id: string) => send({ method: 'GET', url: path(id, '') }),
    authorizationUrl,
    /** The address that `authorizationUrl` answers. */
    address,
    authorize: async (id: string, requestToken: string) =>
      tokenOf(
        await send({
          method: 'POST',
          url: path(id, 'authorize'),
          payload: { '@entity': sdkAuthorizationRequestEntity, request_token: requestToken },
        }),
      ),
    documents: (id: string) => send({ method: 'GET', url: path(id, 'documents') }),
    reset: (id: string) => send({ method: 'POST', url: path(id, 'reset') }),
    /** Opens a window for the person, who goes to EntityLocker and back in it. */
    async trip(person: Person, id: string, choice: Parameters<typeof walkFrom>[2] = {}): Promise<Trip> {
      const signIn = await person.get(await address(id));
      const lastPage = await person.get(await walkFrom(person, signIn, choice));
      return { lastPage, requestToken: /data-request-token="([^"]+)"/.exec(lastPage.body)?.[1] };
    },
  };
}
