/** A piece of a list in order of id: what comes after this id (empty: from the start), and how many at most. */
export interface Page {
  after: string;
  limit: number;
}
