import { Refusal } from '../refusal.ts';

/** What a certificate never comes near to, and a bomb goes beyond (acceptance D8). */
const xmlLimits = {
  bytes: 2 * 1024 * 1024,
  depth: 64,
  tags: 20_000,
  /** Of one element. */
  attributes: 128,
  /** One tag with all of its attributes, characters. */
  tagLength: 64 * 1024,
  /** `&…;` in the whole document. */
  references: 20_000,
} as const;

/**
 * The text of an XML that is safe to give to a parser: UTF-8, no DOCTYPE (so no entities but the five), and within
 * limits. One pass over the text, before any tree is built. Throws `Refusal`.
 */
export function guardXml(bytes: Uint8Array): string {
  if (bytes.length > xmlLimits.bytes) throw new Refusal('unreadable', 'too_large');
  const text = decode(bytes);
  // A character that XML 1.0 does not have; some parsers let it pass.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is sought
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) throw new Refusal('unreadable', 'encoding');
  let depth = 0;
  let tags = 0;
  for (let at = text.indexOf('<'); at !== -1; ) {
    const { end, step } = markup(text, at);
    depth += step;
    tags += 1;
    if (depth > xmlLimits.depth || tags > xmlLimits.tags) throw new Refusal('unreadable', 'too_complex');
    at = text.indexOf('<', end);
  }
  countReferences(text);
  return text;
}

function decode(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const declared = /^<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)/.exec(text.slice(0, 200))?.[1];
    if (declared === undefined || /^(utf-8|us-ascii)$/i.test(declared)) return text;
  } catch {
    // Not UTF-8, whatever it says it is.
  }
  throw new Refusal('unreadable', 'encoding');
}

/** Where a piece of markup ends, and how the depth changes with it. */
function markup(text: string, at: number): { end: number; step: number } {
  if (text.startsWith('<!--', at)) return { end: endOf(text, '-->', at + 4), step: 0 };
  if (text.startsWith('<![CDATA[', at)) return { end: endOf(text, ']]>', at + 9), step: 0 };
  if (text.startsWith('<!', at)) throw new Refusal('unreadable', 'doctype');
  if (text.startsWith('<?', at)) return { end: endOf(text, '?>', at + 2), step: 0 };
  if (text.startsWith('</', at)) return { end: endOf(text, '>', at + 2), step: -1 };
  const end = endOfTag(text, at);
  return { end, step: text.charAt(end - 2) === '/' ? 0 : 1 };
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at === -1) throw new Refusal('unreadable', 'not_well_formed');
  return at + mark.length;
}

/** After the `>` of a start tag; one inside a value does not count. */
function endOfTag(text: string, from: number): number {
  let attributes = 0;
  for (let at = from + 1; at < text.length; at += 1) {
    if (at - from > xmlLimits.tagLength) throw new Refusal('unreadable', 'too_complex');
    const character = text.charAt(at);
    if (character === '>') return at + 1;
    if (character !== '"' && character !== "'") continue;
    attributes += 1;
    if (attributes > xmlLimits.attributes) throw new Refusal('unreadable', 'too_complex');
    at = endOf(text, character, at + 1) - 1;
  }
  throw new Refusal('unreadable', 'not_well_formed');
}

function countReferences(text: string): void {
  let count = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    count += 1;
    if (count > xmlLimits.references) throw new Refusal('unreadable', 'too_complex');
  }
}
