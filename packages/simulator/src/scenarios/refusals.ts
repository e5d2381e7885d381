import type { RefusalName } from './effect.ts';

/** How a sign-in that ends early is told to the person and to the client (entitylocker-upstream §1.2). */
interface Refusal {
  title: string;
  text: string;
  description: string;
}

/** By the name that the journey's row keeps; undefined when it is not one. */
export function refusalOf(name: string | undefined): Refusal | undefined {
  return name !== undefined && Object.hasOwn(refusals, name) ? refusals[name as RefusalName] : undefined;
}

const refusals: Readonly<Record<RefusalName, Refusal>> = {
  no_account: {
    title: 'No account',
    text: 'There is no account with this number. Nothing was shared.',
    description: 'there is no account',
  },
  entity_not_verified: {
    title: 'The entity is not verified',
    text: 'The identifier of the entity could not be verified. Nothing was shared.',
    description: 'the entity is not verified',
  },
  not_authorised: {
    title: 'You may not act for this entity',
    text: 'Only a director or an authorised person may share documents of this entity. Nothing was shared.',
    description: 'the person is not authorised for the entity',
  },
};
