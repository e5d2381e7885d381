/** A piece of XML that is safe to put into another. */
export interface Xml {
  readonly xml: string;
}

/** An element with attributes in the given order. Values are escaped here and nowhere else. */
export function element(name: string, attributes: Record<string, string>, children: readonly Xml[] = []): Xml {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
    .join('');
  if (children.length === 0) return { xml: `<${name}${list}/>` };
  return { xml: `<${name}${list}>${children.map((child) => child.xml).join('')}</${name}>` };
}

export function xmlDocument(root: Xml): string {
  const note = 'SPECIMEN - NOT A GOVERNMENT DOCUMENT. Made by a simulator; every name and number in it is invented.';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!-- ${note} -->\n${root.xml}\n`;
}

/**
 * For attribute values. Line breaks and tabs become references, else a parser would turn them into spaces; what XML
 * 1.0 cannot carry at all becomes the replacement character.
 */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"'\t\n\r]/g, (character) => references[character] ?? character)
    .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, '\uFFFD');
}

const references: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
