import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { serveParent } from './pinned.ts';
import { requester } from './requester.ts';

/** npm's `oidc-provider` as its quick start sets it up: its own pages, its own keys, its state in memory. */
const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// It says at each start that its own pages and keys are for development.
console.warn = () => {};
const provider = new Provider(origin, {
  clients: [
    {
      client_id: requester.clientId,
      client_secret: requester.clientSecret,
      redirect_uris: [requester.redirectUri],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  pkce: { required: () => true },
  cookies: { keys: ['a key of the bench'] },
});
server.on('request', provider.callback());
serveParent(origin, async () => {
  server.closeAllConnections();
  server.close();
});
