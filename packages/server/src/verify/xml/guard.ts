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
  // The parser lets end tags pass that are not those of their elements.
  const open: string[] = [];
  let tags = 0;
  for (let at = text.indexOf('<'); at !== -1; ) {
    const end = markup(text, at, open);
    tags += 1;
    if (open.length > xmlLimits.depth || tags > xmlLimits.tags) throw new Refusal('unreadable', 'too_complex');
    at = text.indexOf('<', end);
  }
  if (open.length > 0) throw new Refusal('unreadable', 'not_well_formed');
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

/** `1.0`, and what stands for a later one that 1.0 can read; an encoding was judged before. */
const declaration = /<\?xml\s+version\s*=\s*(?:"1\.\d+"|'1\.\d+')(?:\s[^<>]*)?\?>/y;
const name = `[^\\s<>/="'&!?]+`;
const startName = new RegExp(`<(${name})(?=[\\s/>])`, 'y');
const endTag = new RegExp(`</(${name})\\s*>`, 'y');

/** Where a piece of markup ends; elements come into `open` with their start and leave it with their end. */
function markup(text: string, at: number, open: string[]): number {
  if (text.startsWith('<!--', at)) return endOf(text, '-->', at + 4);
  if (text.startsWith('<![CDATA[', at)) return endOf(text, ']]>', at + 9);
  if (text.startsWith('<!', at)) throw new Refusal('unreadable', 'doctype');
  if (text.startsWith('<?', at)) return instruction(text, at);
  if (text.startsWith('</', at)) {
    const [tag = '', ended] = matchAt(endTag, text, at);
    if (ended === undefined || open.pop() !== ended) throw new Refusal('unreadable', 'not_well_formed');
    return at + tag.length;
  }
  const [, started] = matchAt(startName, text, at);
  if (started === undefined) throw new Refusal('unreadable', 'not_well_formed');
  const end = endOfTag(text, at);
  if (text.charAt(end - 2) !== '/') open.push(started);
  return end;
}

/** The declaration has one place and one form; its name is no other instruction's. */
function instruction(text: string, at: number): number {
  if (/^<\?xml[\s?]/i.test(text.slice(at, at + 6)) && (at > 0 || matchAt(declaration, text, at).length === 0)) {
    throw new Refusal('unreadable', 'not_well_formed');
  }
  return endOf(text, '?>', at + 2);
}

function matchAt(pattern: RegExp, text: string, at: number): string[] {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? [];
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
