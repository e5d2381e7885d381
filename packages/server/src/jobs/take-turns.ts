import type { Page } from '../stores/page.ts';

export interface Turns {
  /** The piece whose turn it is. */
  page(): Page;
  /** Hands the piece back as it came, and remembers where the next one begins. */
  next<Item extends { id: string }>(piece: Item[]): Item[];
}

/** Goes through a long list piece by piece, round after round: a few hundred that are stuck must not starve the rest. */
export function takeTurns(limit: number): Turns {
  let after = '';
  return {
    page: () => ({ after, limit }),
    next(piece) {
      after = piece.length < limit ? '' : (piece.at(-1)?.id ?? '');
      return piece;
    },
  };
}
