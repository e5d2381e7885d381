import type { Entity, EntityKind } from './persona.ts';

/** Shapes and check characters of Indian business identifiers (entitylocker-upstream §5). */

const gstStateCodes = [...Array.from({ length: 38 }, (_, index) => String(index + 1).padStart(2, '0')), '97', '99'];

/** Fourth letter of a PAN: what kind of holder it belongs to. LLPs count as firms. */
const panLetters: Record<EntityKind, string> = {
  company: 'C',
  llp: 'F',
  partnership: 'F',
  proprietorship: 'P',
  trust: 'T',
};

export function isCin(text: string): boolean {
  return /^[LU][0-9]{5}[A-Z]{2}[0-9]{4}[A-Z]{3}[0-9]{6}$/.test(text);
}

export function isPan(text: string): boolean {
  return /^[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]$/.test(text) && text.slice(5, 9) !== '0000';
}

export function isUdyamNumber(text: string): boolean {
  return /^UDYAM-[A-Z]{2}-[0-9]{2}-[0-9]{7}$/.test(text);
}

/** A DIN names a natural person, so only the one synthetic number is allowed. */
export function isSyntheticDin(text: string): boolean {
  return text === '99999999';
}

/** Real Indian numbers start with 6 to 9; the shipped people have numbers that start with 5 and so belong to nobody. */
export function isMobile(text: string): boolean {
  return /^[1-9][0-9]{9}$/.test(text);
}

/** Why a GSTIN is wrong, or undefined when it is right. */
export function gstinFault(gstin: string): string | undefined {
  if (!/^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]$/.test(gstin)) return 'is not shaped like a GSTIN';
  if (!gstStateCodes.includes(gstin.slice(0, 2))) return 'begins with an unknown state code';
  if (!isPan(panOf(gstin))) return 'has no PAN in its characters 3 to 12';
  const expected = gstinCheckCharacter(gstin.slice(0, 14));
  return gstin.endsWith(expected) ? undefined : `has a wrong check character, it should be ${expected}`;
}

/** Characters 3 to 12. */
export function panOf(gstin: string): string {
  return gstin.slice(2, 12);
}

export function panFitsKind(pan: string, kind: EntityKind): boolean {
  return pan[3] === panLetters[kind];
}

/** Mod 36, Luhn style, over the first fourteen characters. */
export function gstinCheckCharacter(first14: string): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  let sum = 0;
  for (const [index, character] of [...first14].entries()) {
    const product = alphabet.indexOf(character) * (index % 2 === 0 ? 1 : 2);
    sum += Math.floor(product / 36) + (product % 36);
  }
  return alphabet.charAt((36 - (sum % 36)) % 36);
}

/** Everything that an entity can be found by, read from its documents as below. */
export function everyIdentifierOf({ documents }: Entity): string[] {
  return documents.flatMap((document) => {
    if (document.doctype === 'CPMTD') return [document.cin];
    return document.doctype === 'GSTND' ? [document.gstin, panOf(document.gstin)] : [document.udyamNumber];
  });
}

/** What an entity can be verified by, read from its documents: the issued list is all that there is. */
export function identifiersOf({ documents }: Entity): { cin?: string; pan?: string; udyam?: string } {
  const found: { cin?: string; pan?: string; udyam?: string } = {};
  for (const document of documents) {
    if (document.doctype === 'CPMTD') found.cin = document.cin;
    else if (document.doctype === 'GSTND') found.pan = panOf(document.gstin);
    else found.udyam = document.udyamNumber;
  }
  return found;
}
