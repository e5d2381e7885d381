/** A requester that may use the simulator, as a partner portal would register it. */
export interface SimulatorClient {
  clientId: string;
  clientSecret: string;
  /** Compared character by character (entitylocker-upstream §1.1). */
  redirectUris: string[];
  /** Who asks, as the consent page shows it. */
  name: string;
}

export interface Clients {
  byId(clientId: string): SimulatorClient | undefined;
}

/** Clients live in memory and come anew at each start: their secrets never reach the disk. */
export function registerClients(list: readonly SimulatorClient[]): Clients {
  const clients = new Map<string, SimulatorClient>();
  for (const client of list) {
    if (!/^[\x21-\x7e]+$/.test(client.clientId))
      throw new Error('a simulator client needs a clientId of visible ASCII');
    if (client.clientSecret === '') throw new Error(`simulator client ${client.clientId} needs a clientSecret`);
    if (client.name.trim() === '') throw new Error(`simulator client ${client.clientId} needs a name`);
    for (const uri of client.redirectUris) checkRedirectUri(client.clientId, uri);
    clients.set(client.clientId, { ...client, redirectUris: [...client.redirectUris] });
  }
  return { byId: (clientId) => clients.get(clientId) };
}

function checkRedirectUri(clientId: string, uri: string): void {
  if (!URL.canParse(uri)) throw new Error(`simulator client ${clientId}: redirect URI is not absolute: ${uri}`);
  if (uri.includes('#')) throw new Error(`simulator client ${clientId}: redirect URI has a fragment: ${uri}`);
  // It is copied into a policy header, where these characters would end the directive.
  if (/[\s;,'"]/.test(uri))
    throw new Error(`simulator client ${clientId}: redirect URI has a forbidden character: ${uri}`);
}

/** What `form-action` has to name so that a browser follows the way back. An app's own scheme has no origin. */
export function returnOrigins(client: SimulatorClient): string[] {
  const origins = client.redirectUris.map((uri) => {
    const url = new URL(uri);
    return url.origin === 'null' ? url.protocol : url.origin;
  });
  return [...new Set(origins)];
}

/** The way back with its outcome; a query that the registered URI already has stays. */
export function returnTo(redirectUri: string, outcome: Record<string, string | undefined>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(outcome)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
