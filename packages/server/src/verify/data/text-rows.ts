/** A run of letters on a page; lengths in points, from the lower left corner. */
export interface TextPiece {
  text: string;
  x: number;
  y: number;
  width: number;
  /** Of its letters. */
  size: number;
}

/** What stands together on a line, apart from the rest of it by a gap. */
export interface Cell {
  text: string;
  x: number;
}

export interface Row {
  page: number;
  y: number;
  size: number;
  /** From left to right. */
  cells: Cell[];
}

/** Of a letter's size: how far baselines of one line may be apart … */
const sameLine = 0.4;
/** … from which gap on a blank was meant … */
const blank = 0.15;
/** … and from which on another cell begins. */
const newCell = 1;

/** The lines of a document from top to bottom, page by page, without what stands on every page. */
export function rowsOf(pages: readonly (readonly TextPiece[])[]): Row[] {
  const rows = linesOf(pages);
  if (pages.length === 1) return rows;
  const placeOf = ({ y, cells }: Row) =>
    `${Math.round(y)} ${cells
      .map(({ text }) => text)
      .join(' ')
      .replace(/\d+/g, '0')}`;
  const onPages = Map.groupBy(rows, placeOf);
  return rows.filter((row) => new Set(onPages.get(placeOf(row))?.map(({ page }) => page)).size < pages.length);
}

function linesOf(pages: readonly (readonly TextPiece[])[]): Row[] {
  return pages.flatMap((pieces, page) => {
    const lines: TextPiece[][] = [];
    for (const piece of [...pieces].sort((left, right) => right.y - left.y)) {
      const line = lines.at(-1);
      const [first] = line ?? [];
      if (line && first && first.y - piece.y <= sameLine * Math.max(first.size, piece.size)) line.push(piece);
      else lines.push([piece]);
    }
    return lines.map((line) => rowOf(line, page));
  });
}

function rowOf(line: readonly TextPiece[], page: number): Row {
  const cells: (Cell & { right: number })[] = [];
  for (const { text, x, width, size } of [...line].sort((left, right) => left.x - right.x)) {
    const cell = cells.at(-1);
    const gap = cell ? x - cell.right : Number.POSITIVE_INFINITY;
    if (!cell || gap > newCell * size) {
      cells.push({ text, x, right: x + width });
      continue;
    }
    cell.text += gap > blank * size ? ` ${text}` : text;
    cell.right = Math.max(cell.right, x + width);
  }
  return {
    page,
    y: Math.max(...line.map(({ y }) => y)),
    size: Math.max(...line.map(({ size }) => size)),
    cells: cells
      .map(({ text, x }) => ({ text: text.replace(/\s+/g, ' ').trim(), x }))
      .filter(({ text }) => text !== ''),
  };
}
