/**
 * How the identifiers of a business are written (entitylocker-upstream §5): upper case, no blanks. Shape only; no check
 * digit is computed.
 *
 * @example new RegExp(identifierPatterns.gstin).test('27ZZZCZ9999Z1ZJ') // true
 */
export const identifierPatterns = {
  /** Corporate identity number: 21 characters. */
  cin: '^[LU][0-9]{5}[A-Z]{2}[0-9]{4}[A-Z]{3}[0-9]{6}$',
  /** Goods and services tax number: 15 characters, of which 3 to 12 are the PAN. */
  gstin: '^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9ABD-J][0-9A-Z]$',
  /** Permanent account number: 10 characters. */
  pan: '^[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]$',
  /** Udyam registration number: 19 characters. */
  udyam: '^UDYAM-[A-Z]{2}-[0-9]{2}-[0-9]{7}$',
} as const;

/** The identifiers by which a business can be named. */
export type IdentifierName = keyof typeof identifierPatterns;
