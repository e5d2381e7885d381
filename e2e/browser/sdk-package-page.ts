/** A page as somebody with strict settings writes it: every export of the package is used with its types. */
export const typescriptPage = `
import {
  type Brand, createEntityLocker, type EntityLocker, type EntityLockerEvent, type EntityLockerEventType,
  type EntityLockerOptions, type EventOf, type Labels, type OpenOptions, type Outcome, type Theme,
} from '@tijori/web';
import { EntityLockerButton, type EntityLockerButtonProps, useEntityLocker, type UseEntityLocker } from '@tijori/web/react';

const theme: Theme = { mode: 'dark', seed: '#3D6838' };
const brand: Brand = { name: 'Example shop', logoUrl: 'https://shop.example/logo.png' };
const labels: Partial<Labels> = { close: 'Back to the shop' };
const options: EntityLockerOptions = { baseUrl: 'https://consent.example.in', apiKey: 'key_test_0', labels, cspNonce: 'n' };
const look: OpenOptions = { theme, brand, locale: 'hi-IN' };

export async function show(sessionId: string): Promise<readonly string[]> {
  const locker: EntityLocker = createEntityLocker(options);
  const types: EntityLockerEventType[] = [];
  const partial = (event: EventOf<'consent_partial'>) => event.missing.length;
  locker.on('consent_partial', partial);
  const end: () => void = locker.on('*', (event: EntityLockerEvent) => types.push(event.type));
  const outcome: Outcome = await locker.open(sessionId, look);
  end();
  return outcome.result === 'completed' ? outcome.consented : types;
}

const props: EntityLockerButtonProps = { ...options, ...look, sessionId: null, onOutcome: ({ result }) => void result };

export function Page() {
  const { open, close, isOpen }: UseEntityLocker = useEntityLocker({ ...options, mode: 'redirect', resume: false });
  return (
    <main>
      <EntityLockerButton {...props}>Add <b>your business</b></EntityLockerButton>
      <button type="button" disabled={isOpen} onClick={() => open('s', look)} onBlur={close}>Open</button>
    </main>
  );
}
`;
