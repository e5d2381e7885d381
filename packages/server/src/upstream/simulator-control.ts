import { AppError } from '../domain/app-error.ts';

/** The levers of a simulated EntityLocker, with the credentials of its client. The real one has none of them. */
export interface SimulatorControl {
  /** The next answers to calls for this workspace go otherwise. `invalid_action` when too many wait already. */
  queueAnswer(entry: { workspace: string; [name: string]: unknown }): Promise<void>;
  /** Forgets sign-ins, consents and queued answers of this workspace. */
  reset(workspace: string): Promise<void>;
  /** Ends an access token before its time, or with it the whole consent. */
  expire(accessToken: string, of: 'token' | 'consent'): Promise<void>;
}

export interface SimulatorControlSettings {
  /** As the connector has it, up to and including `/public`. */
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}

const deadlineMs = 5_000;

export function openSimulatorControl({ baseUrl, clientId, clientSecret }: SimulatorControlSettings): SimulatorControl {
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const post = async (path: string, body: unknown): Promise<number> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(deadlineMs);
    const request = { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual', signal } as const;
    // The cause stays here: it can name the address with its credentials' owner.
    const response = await fetch(new URL(path, baseUrl), request).catch(() => undefined);
    await response?.body?.cancel();
    if (!response) throw new AppError('upstream_unavailable', { detail: `simulator ${path}: no answer` });
    return response.status;
  };
  const expect = (path: string, status: number): void => {
    if (status !== 204) throw new AppError('upstream_unavailable', { detail: `simulator ${path}: status ${status}` });
  };
  return {
    queueAnswer: async (entry) => {
      const path = '/simulator/answers';
      const status = await post(path, entry);
      if (status === 400) throw new AppError('invalid_request_body', { detail: 'the simulator refuses the answer' });
      if (status === 409) throw new AppError('invalid_action', { fill: { actions: 'DELETE /test/upstream' } });
      expect(path, status);
    },
    reset: async (workspace) => expect('/simulator/reset', await post('/simulator/reset', { workspace })),
    expire: async (token, of) => {
      const status = await post('/simulator/expiry', { token, of });
      // A token that is not known any more is over already.
      if (status !== 404) expect('/simulator/expiry', status);
    },
  };
}
