import type { Session } from '../domain/session.ts';
import { voiceOf } from './consent-page.ts';
import type { Html } from './html.ts';
import type { Appearance } from './layout.ts';
import { requestBody } from './request-page.ts';

interface Request extends Pick<Appearance, 'locale'> {
  session: Session;
  workspaceName: string;
  retentionMinutes: number;
  address: string;
}

/** The request as a person reads it, in plain words: what the consent record keeps of the page. */
export function requestWords(request: Request): string {
  const view = { ...request, documents: [], erased: false };
  return wordsOf(requestBody(view, voiceOf(request.locale, request.workspaceName)).body);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** One line for each block, so that the text is the same whatever the markup around it. */
function wordsOf({ html }: Html): string {
  return html
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<\/?(?:p|h\d|li|ul|ol|div|form|button|details|summary|dt|dd|dl|section|br)\b[^>]*>/g, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name] ?? '')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line.length > 0)
    .join('\n');
}
