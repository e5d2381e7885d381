/** What the status of a company in its register means. */
export type CompanyStanding =
  | 'active'
  | 'dormant'
  | 'being_struck_off'
  | 'struck_off'
  | 'in_liquidation'
  | 'dissolved'
  | 'merged'
  | 'converted'
  | 'unknown';

/** By the words of the register (public company master data), as letters alone. */
const standings: Readonly<Record<string, CompanyStanding>> = {
  active: 'active',
  dormant: 'dormant',
  dormantundersection455: 'dormant',
  underprocessofstrikingoff: 'being_struck_off',
  underprocessofstrikeoff: 'being_struck_off',
  underprocessstrikingoff: 'being_struck_off',
  strikeoff: 'struck_off',
  struckoff: 'struck_off',
  underliquidation: 'in_liquidation',
  undercirp: 'in_liquidation',
  liquidated: 'dissolved',
  dissolved: 'dissolved',
  amalgamated: 'merged',
  convertedtollp: 'converted',
  convertedtollpanddissolved: 'converted',
};

/** `unknown` for words that are not listed, and for none. */
export function companyStanding(status: string | null): CompanyStanding {
  return standings[(status ?? '').toLowerCase().replace(/[^a-z0-9]/g, '')] ?? 'unknown';
}
