import { createEntityLocker, type EntityLockerEvent, type Outcome } from './index.ts';
import { EntityLockerButton, useEntityLocker } from './react.ts';

const options = { baseUrl: 'https://consent.example.in', apiKey: 'key_test_0' };
const locker = createEntityLocker({ ...options, mode: 'container', container: () => null, locale: 'hi-IN' });

locker.on('consent_partial', ({ missing, consented }) => [...missing, ...consented] satisfies string[]);
locker.on('error', ({ code, final }) => (final ? code : '') satisfies string);
locker.on('*', (event: EntityLockerEvent) => event.sessionId satisfies string);
locker.open('s', { theme: { mode: 'dark', seed: '#3D6838' } }) satisfies Promise<Outcome>;
locker.resume() satisfies Promise<Outcome> | null;
EntityLockerButton({ ...options, sessionId: null, children: 'Go', onOutcome: ({ result }) => result });

// @ts-expect-error there is no such event
locker.on('consented', () => {});
// @ts-expect-error `closed` has no documents
locker.on('closed', ({ consented }) => consented);
// @ts-expect-error a key is needed
createEntityLocker({ baseUrl: 'https://consent.example.in' });
// @ts-expect-error a secret has no place in a page
createEntityLocker({ ...options, apiSecret: 'secret_test_0' });
// @ts-expect-error no such mode
export const Page = () => useEntityLocker({ ...options, mode: 'window' });
