import type { Match } from './match.ts';

/** A business name in the form in which it is compared. */
interface Name {
  /** Words without legal form, in their full spelling. */
  core: string[];
  /** `private limited`, `limited`, `llp` …; null where the name has none. */
  form: string | null;
}

/** Endings that say what a business is, longest first; the words of the name stand before them. */
const forms: readonly (readonly [words: string, form: string])[] = [
  ['OPC PRIVATE LIMITED', 'one person company'],
  ['ONE PERSON COMPANY PRIVATE LIMITED', 'one person company'],
  ['PRIVATE LIMITED OPC', 'one person company'],
  ['LIMITED LIABILITY PARTNERSHIP', 'llp'],
  ['PRIVATE LIMITED COMPANY', 'private limited'],
  ['PRIVATE LIMITED', 'private limited'],
  ['P LIMITED', 'private limited'],
  ['LLP', 'llp'],
  ['LIMITED', 'limited'],
];

/** Short spellings that Indian registers mix with the full ones. Sounds are not compared: Shree and Shri stay two words. */
const spellings: Readonly<Record<string, string>> = {
  PVT: 'PRIVATE',
  LTD: 'LIMITED',
  CO: 'COMPANY',
  COY: 'COMPANY',
  CORP: 'CORPORATION',
  CORPN: 'CORPORATION',
  ENGG: 'ENGINEERING',
  ENGRS: 'ENGINEERS',
  MFG: 'MANUFACTURING',
  MFRS: 'MANUFACTURERS',
  INTL: 'INTERNATIONAL',
  INDS: 'INDUSTRIES',
  ENTP: 'ENTERPRISES',
  ENTS: 'ENTERPRISES',
  BROS: 'BROTHERS',
  TRDG: 'TRADING',
  SVCS: 'SERVICES',
  CONSTN: 'CONSTRUCTION',
  ASSOC: 'ASSOCIATES',
  TPT: 'TRANSPORT',
  AGRI: 'AGRICULTURAL',
  ELECTL: 'ELECTRICAL',
  EXPS: 'EXPORTS',
};

/** Letters of a word from which on one wrong letter is taken for a slip of the pen. */
const slipLengthMin = 7;
/** … and from which on an S at the end is taken for a plural. */
const pluralLengthMin = 5;

/**
 * Whether two names are those of one business, and why. Another legal form or another number is another business,
 * however alike the rest; an additional word is, too.
 *
 * @example matchNames('M/S Neelkamal Textiles', 'Neelkamal Textiles Pvt. Ltd.').outcome // 'close'
 */
export function matchNames(left: string, right: string): Match {
  const [a, b] = [readName(left), readName(right)];
  if (a.core.length === 0 || b.core.length === 0) return { outcome: 'unknown', score: 0, reason: 'a name is missing' };
  if (a.form && b.form && a.form !== b.form) {
    return { outcome: 'differs', score: 0.3, reason: `another legal form: ${a.form} and ${b.form}` };
  }
  const same = compareCores(a.core, b.core);
  if (same.outcome === 'differs' || a.form === b.form) return same;
  const reason = `${same.reason}; only one of them names a legal form (${a.form ?? b.form})`;
  return { outcome: 'close', score: Math.min(same.score, 0.9), reason };
}

function compareCores(a: readonly string[], b: readonly string[]): Match {
  if (a.join('') === b.join('')) return { outcome: 'match', score: 1, reason: 'the same words' };
  const [sortedA, sortedB] = [[...a].sort(), [...b].sort()];
  if (sortedA.join(' ') === sortedB.join(' ')) {
    return { outcome: 'close', score: 0.85, reason: 'the same words in another order' };
  }
  if (a.length !== b.length) {
    if (isOneSlip(a.join(''), b.join(''), 2 * slipLengthMin) && hasSameNumbers(a, b)) {
      return { outcome: 'close', score: 0.75, reason: 'words split in another way, and one letter differs' };
    }
    return { outcome: 'differs', score: 0.4, reason: 'a word more or less' };
  }
  const different = a.flatMap((word, index) => (word === b[index] ? [] : [[word, b[index] ?? ''] as const]));
  if (different.every(([x, y]) => singular(x) === singular(y))) {
    return { outcome: 'close', score: 0.85, reason: 'a singular and a plural' };
  }
  const [only, ...more] = different;
  if (only && more.length === 0 && isOneSlip(...only, slipLengthMin) && hasSameNumbers(a, b)) {
    return { outcome: 'close', score: 0.8, reason: `one letter differs: ${only[0]} and ${only[1]}` };
  }
  return { outcome: 'differs', score: 0.2, reason: `another word: ${only?.[0]} and ${only?.[1]}` };
}

function readName(text: string): Name {
  const words = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/^\s*(M\s*\/\s*S\b\.?|M\s*\/\s*S\.|MESSRS\b\.?|THE\b)\s*/, '')
    .replace(/['’`]/g, '')
    .replace(/\b([A-Z])\.(?=[A-Z]\b)/g, '$1')
    .replace(/&/g, ' AND ')
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => spellings[word] ?? word)
    // "A and B" is written "A & B", "A B" and "A, B".
    .filter((word) => word !== '' && word !== 'AND');
  const whole = words.join(' ');
  const found = forms.find(([ending]) => whole.endsWith(` ${ending}`));
  return found
    ? { core: whole.slice(0, -found[0].length - 1).split(' '), form: found[1] }
    : { core: words, form: null };
}

function singular(word: string): string {
  return word.length >= pluralLengthMin && word.endsWith('S') ? word.slice(0, -1) : word;
}

function hasSameNumbers(a: readonly string[], b: readonly string[]): boolean {
  const numbers = (words: readonly string[]) => words.filter((word) => /\d/.test(word)).join(' ');
  return numbers(a) === numbers(b);
}

/** One letter put in, left out, changed, or two exchanged, in a long word; never the first letter. */
function isOneSlip(a: string, b: string, lengthMin: number): boolean {
  if (Math.min(a.length, b.length) < lengthMin || Math.abs(a.length - b.length) > 1 || a[0] !== b[0]) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const exchanged = a.slice(0, at) + (a[at + 1] ?? '') + (a[at] ?? '') + a.slice(at + 2);
  return (
    a.slice(at + 1) === b.slice(at + 1) ||
    a.slice(at + 1) === b.slice(at) ||
    a.slice(at) === b.slice(at + 1) ||
    exchanged === b
  );
}
