/** One text seen twice, each of the same length as the original, so that an index means the same in all three. */
export interface Views {
  /** Strings, regular expressions and comments blanked; quotes stay. */
  code: string;
  /** Everything but comments blanked. */
  comments: string;
}

/** What a comment, string, regular expression or template begins with. */
const opening = /\/\/|\/\*|['"`/{}]/g;

/** A slash after one of these begins a regular expression; after anything else it divides. */
const beforeRegExp =
  /(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield|void|delete|throw|else|do))$/;

/**
 * Splits a text into code and comments, so that a rule about calls does not fire on prose. Not a parser: it knows
 * where strings, templates, comments and regular expressions begin and end, and nothing else.
 */
export function viewsOf(text: string): Views {
  const code: string[] = [];
  const comments: string[] = [];
  /** One entry for each open brace: whether it is the `${` of a template. */
  const braces: boolean[] = [];
  let at = 0;

  const keep = (until: number, to: 'code' | 'comments' | 'neither') => {
    const part = text.slice(at, until);
    const blank = part.replace(/[^\n]/g, ' ');
    code.push(to === 'code' ? part : blank);
    comments.push(to === 'comments' ? part : blank);
    at = until;
  };
  const keepTemplate = () => {
    const end = endOfTemplate(text, at);
    keep(end.at, 'neither');
    if (end.opensBrace) {
      keep(at + 2, 'code');
      braces.push(true);
    } else keep(Math.min(at + 1, text.length), 'code');
  };

  while (at < text.length) {
    opening.lastIndex = at;
    const found = opening.exec(text);
    if (!found) break;
    keep(found.index, 'code');
    const mark = found[0];
    if (mark === '//') keep(orEnd(text, text.indexOf('\n', at)), 'comments');
    else if (mark === '/*') keep(orEnd(text, text.indexOf('*/', at + 2), 2), 'comments');
    else if (mark === '{') {
      keep(at + 1, 'code');
      braces.push(false);
    } else if (mark === '}') {
      keep(at + 1, 'code');
      if (braces.pop()) keepTemplate();
    } else if (mark === '`') {
      keep(at + 1, 'code');
      keepTemplate();
    } else if (mark !== '/' || beforeRegExp.test(codeBefore(text, at))) {
      const end = endOfQuoted(text, at, mark);
      keep(at + 1, 'code');
      keep(end, 'neither');
      if (text[at] === mark) keep(at + 1, 'code');
    } else keep(at + 1, 'code');
  }
  keep(text.length, 'code');
  return { code: code.join(''), comments: comments.join('') };
}

function orEnd(text: string, index: number, more = 0): number {
  return index === -1 ? text.length : index + more;
}

function codeBefore(text: string, at: number): string {
  return text.slice(Math.max(0, at - 40), at).trimEnd();
}

/** Where the quote or slash closes; a line end closes too, for then it was neither. */
function endOfQuoted(text: string, from: number, mark: string): number {
  let inClass = false;
  for (let i = from + 1; i < text.length; i += 1) {
    const char = text[i];
    if (char === '\\') i += 1;
    else if (char === '\n') return i;
    else if (mark === '/' && char === '[') inClass = true;
    else if (mark === '/' && char === ']') inClass = false;
    else if (char === mark && !inClass) return i;
  }
  return text.length;
}

function endOfTemplate(text: string, from: number): { at: number; opensBrace: boolean } {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '`') return { at: i, opensBrace: false };
    else if (text[i] === '$' && text[i + 1] === '{') return { at: i, opensBrace: true };
  }
  return { at: text.length, opensBrace: false };
}
