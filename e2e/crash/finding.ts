/**
 * One thing that is not as it was promised. `lost`: an acknowledged fact is gone or changed. `half`: part of a change
 * set. `corrupt`: the database file itself. `vault`: files and rows disagree, or leftovers stay. `served`: a wrong answer
 * from a server that nobody had killed.
 */
export interface Finding {
  kind: 'lost' | 'half' | 'corrupt' | 'vault' | 'served';
  text: string;
}
