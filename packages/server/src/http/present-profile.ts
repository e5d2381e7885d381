import { type EntityDetails, entityDetailsEntity, type UserProfile, userProfileEntity } from '@tijori/wire';
import { toVendorDate } from '../domain/document.ts';
import { nameUuid } from '../domain/name-uuid.ts';
import type { Session } from '../domain/session.ts';
import type { UpstreamEntity, UpstreamUser } from '../upstream/upstream.ts';

/** The vendor's words; compared without case, since EntityLocker's drift (entitylocker-upstream §2.2, §2.3). */
const verifiers: Record<string, EntityDetails['verified_by']> = { cin: 'cin', pan: 'pan', udyam: 'ud', ud: 'ud' };
const genders: Record<string, UserProfile['gender']> = {
  M: 'male',
  MALE: 'male',
  F: 'female',
  FEMALE: 'female',
  T: 'transgender',
  TRANSGENDER: 'transgender',
};

/** The entity in the vendor's shape (sandbox-api §1.8): all keys, empty where EntityLocker told nothing. */
export function toWireEntityDetails(session: Session, entity: UpstreamEntity): EntityDetails {
  return {
    id: nameUuid(session.workspaceId, `entity:${entity.id ?? session.id}`),
    '@entity': entityDetailsEntity,
    date_of_incorporation: vendorDate(entity.dateOfIncorporation),
    email: entity.email ?? '',
    mobile: entity.mobile ?? '',
    name: entity.name ?? '',
    verified_by: verifiers[entity.verifiedBy?.toLowerCase() ?? ''] ?? '',
  };
}

/** The person in the vendor's shape (sandbox-api §1.9): all keys, empty where EntityLocker told nothing. */
export function toWireUserProfile(session: Session, user: UpstreamUser): UserProfile {
  return {
    id: nameUuid(session.workspaceId, `person:${user.id ?? session.id}`),
    '@entity': userProfileEntity,
    date_of_birth: vendorDate(user.dateOfBirth),
    mobile: user.mobile ?? '',
    eaadhaar: user.eaadhaar ?? false,
    gender: genders[user.gender?.toUpperCase() ?? ''] ?? '',
    name: user.name ?? '',
  };
}

/** `DDMMYYYY`, `DD-MM-YYYY`, `DD/MM/YYYY` or ISO as `DD/MM/YYYY`; anything else as nothing. */
function vendorDate(text: string | undefined): string {
  if (text !== undefined && /^\d{4}-\d{2}-\d{2}(?!\d)/.test(text)) return toVendorDate(text);
  const [, day, month, year] = /^(\d{2})([-/]?)(\d{2})\2(\d{4})$/.exec(text ?? '')?.toSpliced(2, 1) ?? [];
  return day && month && year ? `${day}/${month}/${year}` : '';
}
