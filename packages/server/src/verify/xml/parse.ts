import { DOMParser } from '@xmldom/xmldom';
import { Refusal } from '../refusal.ts';

const elementNode = 1;
const textNode = 3;
const cdataNode = 4;
const instructionNode = 7;
const commentNode = 8;

/**
 * The tree of a guarded text. The parser mends what is broken and only warns; here every warning is an end. The one
 * place where XML is parsed: what it is given is either guarded, or the canonical form of what a signature covers.
 */
export function parseXml(text: string): { document: Document; root: Element } {
  const refuse = () => {
    throw new Refusal('unreadable', 'not_well_formed');
  };
  const errorHandler = { warning: refuse, error: refuse, fatalError: refuse };
  let document: Document | undefined;
  try {
    document = new DOMParser({ errorHandler }).parseFromString(text, 'text/xml');
  } catch {
    refuse();
  }
  const root = document?.documentElement;
  if (!document || !root || elementsOf(document).length !== 1 || hasTextAround(document)) {
    throw new Refusal('unreadable', 'not_well_formed');
  }
  return { document, root };
}

/** Text beside the root, which the parser lets pass. */
function hasTextAround(document: Document): boolean {
  return Array.from(document.childNodes).some(
    ({ nodeType, nodeValue }) => (nodeType === textNode || nodeType === cdataNode) && /\S/.test(nodeValue ?? ''),
  );
}

export function elementsOf(node: Node): Element[] {
  return Array.from(node.childNodes ?? []).filter(isElement);
}

function isElement(node: Node): node is Element {
  return node.nodeType === elementNode;
}

/** Itself and all below, in the order of the text. */
export function* everyElement(root: Element): Generator<Element> {
  yield root;
  for (const child of elementsOf(root)) yield* everyElement(child);
}

/** A comment or an instruction below the node: what is read between them could differ from what was signed. */
export function hasCommentOrInstruction(node: Node): boolean {
  return Array.from(node.childNodes ?? []).some(
    (child) =>
      child.nodeType === commentNode ||
      child.nodeType === instructionNode ||
      (isElement(child) && hasCommentOrInstruction(child)),
  );
}

/** An instruction before or after the root: a style sheet, for one, changes what is shown. The XML declaration is none. */
export function hasOuterInstruction(document: Document): boolean {
  return Array.from(document.childNodes).some(
    ({ nodeType, nodeName }) => nodeType === instructionNode && nodeName.toLowerCase() !== 'xml',
  );
}
