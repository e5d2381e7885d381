import type { FastifyRequest } from 'fastify';
import { type Answer, json } from '../answer.ts';
import { dayMonthYear, ddmmyyyy } from '../dates.ts';
import type { Deps } from '../deps.ts';
import { withAccess } from './bearer.ts';

/** `GET /oauth2/1/user`: the person who signed in (entitylocker-upstream §2.3). */
export function user(deps: Deps, request: FastifyRequest): Answer {
  return withAccess(deps, request, 'userdetails', ({ person, consent }) =>
    json(200, {
      digilockerid: person.id,
      name: person.name,
      dob: ddmmyyyy(person.dateOfBirth),
      gender: person.gender,
      eaadhaar: 'N',
      reference_key: consent.referenceKey,
      mobile: person.mobile,
    }),
  );
}

/** `GET /oauth2/1/entity`: the entity. No CIN, PAN or GSTIN in it, as in every source seen (§2.2). */
export function entity(deps: Deps, request: FastifyRequest): Answer {
  return withAccess(deps, request, 'entitydetails', (access) =>
    json(200, {
      entitylockerid: access.entity.id,
      name: access.entity.name.toUpperCase(),
      doi: dayMonthYear(access.entity.dateOfIncorporation),
      email: access.entity.email,
      mobile: access.entity.mobile,
      verified_by: access.entity.verifiedBy,
    }),
  );
}
