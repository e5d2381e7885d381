import { canonicalForms, envelopedSignature, xmlDigests, xmlSignatures } from '../algorithms.ts';
import { Refusal } from '../refusal.ts';
import { elementsOf, everyElement, hasCommentOrInstruction, hasOuterInstruction } from './parse.ts';

const xmldsig = 'http://www.w3.org/2000/09/xmldsig#';

/** The one signature of a document, in the one form that is accepted. */
export interface XmlSignature {
  node: Element;
  /** `part`: it covers an element inside the document, as in a wrapping attack. */
  scope: 'whole' | 'part';
  algorithm: { signature: string; digest: string };
  hashes: readonly string[];
  /** DER, as they came: candidates and no more. */
  certificates: readonly Buffer[];
}

/** Most certificates that a signature may bring. */
const certificatesMax = 10;

/**
 * Finds the signature and holds it to a narrow profile: enveloped, last in the root, one reference, no transforms but
 * enveloped and canonical form. Whatever is wider is refused, not understood. Throws `Refusal`.
 */
export function findSignature(document: Document, root: Element): XmlSignature {
  const everything = [...everyElement(root)];
  const signatures = everything.filter((one) => one.namespaceURI === xmldsig && one.localName === 'Signature');
  const [node] = signatures;
  if (!node) throw new Refusal('unsigned', 'no_signature');
  if (signatures.length > 1) throw new Refusal('altered', 'many_signatures');
  if (node.parentNode !== root || elementsOf(root).at(-1) !== node) throw new Refusal('altered', 'misplaced_signature');
  if (hasCommentOrInstruction(root) || hasOuterInstruction(document)) {
    throw new Refusal('altered', 'comment_or_instruction');
  }
  const { SignedInfo, SignatureValue, KeyInfo } = parts(node, ['SignedInfo', 'SignatureValue', 'KeyInfo']);
  if (!SignedInfo || !SignatureValue) throw unsupported();
  bytesOf(SignatureValue.textContent ?? '');
  const { CanonicalizationMethod, SignatureMethod, Reference } = parts(SignedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  if (!CanonicalizationMethod || !SignatureMethod || !Reference) throw unsupported();
  if (!canonicalForms.includes(algorithmOf(CanonicalizationMethod))) throw unsupported();
  const signature = xmlSignatures[algorithmOf(SignatureMethod)];
  if (!signature) throw unsupported();
  const { scope, digest } = readReference(Reference, root, everything);
  return {
    node,
    scope,
    algorithm: { signature: signature.name, digest },
    hashes: [signature.hash, digest],
    certificates: KeyInfo ? certificatesOf(KeyInfo) : [],
  };
}

function readReference(reference: Element, root: Element, everything: readonly Element[]) {
  const { Transforms, DigestMethod } = parts(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
  const digest = DigestMethod && xmlDigests[algorithmOf(DigestMethod)];
  if (!digest) throw unsupported();
  const transforms = Transforms ? elementsOf(Transforms).map(algorithmOf) : [];
  const [first, second] = transforms;
  const isEnveloped = first === envelopedSignature && (second === undefined || canonicalForms.includes(second));
  // XSLT and XPath make of the document whatever they like.
  if (!isEnveloped || transforms.length > 2) throw new Refusal('altered', 'transform_not_allowed');
  const covered = target(reference, root, everything);
  return { digest, scope: covered === root ? ('whole' as const) : ('part' as const) };
}

function target(reference: Element, root: Element, everything: readonly Element[]): Element {
  const uri = reference.hasAttribute('URI') ? reference.getAttribute('URI') : null;
  if (uri === '') return root;
  const id = uri === null ? undefined : /^#([A-Za-z_][\w.-]{0,127})$/.exec(uri)?.[1];
  const found = id === undefined ? [] : everything.filter((one) => idsOf(one).includes(id));
  const [only] = found;
  if (!only || found.length !== 1) throw new Refusal('altered', 'reference_elsewhere');
  return only;
}

/** Every spelling, in every namespace: two elements must not share one id under two names. */
function idsOf(element: Element): string[] {
  return Array.from(element.attributes)
    .filter(({ localName, name }) => (localName ?? name).toLowerCase() === 'id')
    .map(({ value }) => value);
}

/** The children by name, each at most once and nothing besides: two SignedInfo would be read one way and verified another. */
function parts<Name extends string>(parent: Element, allowed: readonly Name[]): Partial<Record<Name, Element>> {
  const found: Partial<Record<Name, Element>> = {};
  for (const child of elementsOf(parent)) {
    const name = allowed.find((one) => one === child.localName);
    if (!name || child.namespaceURI !== xmldsig) throw unsupported();
    if (found[name]) throw new Refusal('altered', 'many_signatures');
    found[name] = child;
  }
  return found;
}

function algorithmOf(element: Element): string {
  return element.getAttribute('Algorithm') ?? '';
}

function certificatesOf(keyInfo: Element): Buffer[] {
  const texts = elementsOf(keyInfo)
    .filter(({ localName }) => localName === 'X509Data')
    .flatMap(elementsOf)
    .filter(({ localName }) => localName === 'X509Certificate')
    .map(({ textContent }) => textContent ?? '');
  if (texts.length > certificatesMax) throw unsupported();
  return texts.map(bytesOf);
}

/** In the one spelling that these bytes have, but for white space: a decoder takes much else for the same. */
function bytesOf(base64: string): Buffer {
  const text = base64.replace(/[ \t\r\n]/g, '');
  const bytes = Buffer.from(text, 'base64');
  if (text === '' || bytes.toString('base64') !== text) throw unsupported();
  return bytes;
}

function unsupported(): Refusal {
  return new Refusal('unreadable', 'unsupported_signature');
}
