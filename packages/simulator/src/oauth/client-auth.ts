import type { FastifyRequest } from 'fastify';
import type { Clients, SimulatorClient } from '../clients.ts';
import { sameSecret } from '../secrets.ts';
import { type Form, field } from './form.ts';

export type Authenticated =
  | { outcome: 'client'; client: SimulatorClient }
  | { outcome: 'refused'; error: 'invalid_client' | 'invalid_request'; description: string };

interface Credentials {
  id: string;
  /** Basic credentials come form-encoded by the book (RFC 6749 §2.3.1) and as they are from simple clients. */
  secrets: string[];
}

/** Who calls: HTTP Basic or, where `allowBody`, `client_id` and `client_secret` in the form (entitylocker-upstream §1.3). */
export function authenticateClient(
  request: FastifyRequest,
  form: Form,
  clients: Clients,
  allowBody: boolean,
): Authenticated {
  const header = request.headers.authorization;
  const bodyId = field(form, 'client_id');
  const bodySecret = field(form, 'client_secret');
  if (header !== undefined && bodySecret !== undefined) {
    return { outcome: 'refused', error: 'invalid_request', description: 'two ways of client authentication at once' };
  }
  const credentials = header === undefined ? allowBody && fromBody(bodyId, bodySecret) : fromBasic(header);
  const refused = { outcome: 'refused', error: 'invalid_client', description: 'client authentication failed' } as const;
  if (!credentials || (bodyId !== undefined && bodyId !== credentials.id)) return refused;
  const client = clients.byId(credentials.id);
  const known = client !== undefined && credentials.secrets.some((secret) => sameSecret(secret, client.clientSecret));
  return known ? { outcome: 'client', client } : refused;
}

function fromBody(id: string | undefined, secret: string | undefined): Credentials | undefined {
  return id !== undefined && secret !== undefined ? { id, secrets: [secret] } : undefined;
}

function fromBasic(header: string): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) return undefined;
  const secret = pair.slice(colon + 1);
  return { id: formDecoded(pair.slice(0, colon)), secrets: [secret, formDecoded(secret)] };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
