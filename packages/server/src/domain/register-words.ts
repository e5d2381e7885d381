/**
 * Words of registers that say what kind of thing something is and nothing about whose it is. A recorded persona takes over these alone:
 * whatever else stands in their place of a document could be about somebody.
 */
export const constitutionWords = [
  'Private Limited Company',
  'Public Limited Company',
  'Unlimited Company',
  'Foreign Company',
  'Limited Liability Partnership',
  'Foreign Limited Liability Partnership',
  'Partnership',
  'Proprietorship',
  'Hindu Undivided Family',
  'Trust',
  'Society/ Club/ Trust/ AOP',
  'Public Sector Undertaking',
  'Government Department',
  'Statutory Body',
  'Local Authority',
  'Others',
] as const;

export const taxpayerWords = [
  'Regular',
  'Regular (cancelled)',
  'Composition',
  'Casual Taxable Person',
  'SEZ Unit',
  'SEZ Developer',
  'Input Service Distributor (ISD)',
  'Non Resident Taxable Person',
  'Tax Deductor',
  'Tax Collector (Electronic Commerce Operator)',
] as const;

export const statusWords = [
  'Active',
  'Dormant',
  'Strike Off',
  'Under Process of Striking Off',
  'Under Liquidation',
  'Liquidated',
  'Dissolved',
  'Amalgamated',
  'Converted to LLP',
] as const;

export const activityWords = ['Manufacturing', 'Services', 'Trading'] as const;

export const sizeWords = ['Micro', 'Small', 'Medium'] as const;

/** The word of a list that is meant, as the list spells it; undefined for any other. */
export function wordOf(words: readonly string[], text: string | null | undefined): string | undefined {
  const letters = (word: string) => word.toLowerCase().replace(/[^a-z]/g, '');
  return words.find((word) => letters(word) === letters(text ?? ''));
}
