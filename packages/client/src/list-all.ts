import { TijoriError } from './tijori-error.ts';

/** Every item of all pages in a row; each page is fetched when it is needed. */
export async function* listAll<Item>(
  pageAt: (cursor: string | undefined) => Promise<{ data: Item[]; next_cursor: string | null }>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  for (;;) {
    const page = await pageAt(cursor);
    yield* page.data;
    if (page.next_cursor === null) return;
    if (page.next_cursor === cursor) throw samePageAgain();
    cursor = page.next_cursor;
  }
}

export function samePageAgain(): TijoriError {
  return new TijoriError('The server names the same page again and again', { code: 'unexpected_answer' });
}
