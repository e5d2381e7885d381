/**
 * Runs what bears one name one after the other, in the order of the calls; other names go on meanwhile. What fails holds up nothing, and nothing
 * is remembered of a name that nothing runs for.
 */
export function oneAtATime() {
  const last = new Map<string, Promise<unknown>>();
  return <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const before = last.get(name);
    const mine = before ? before.then(work, work) : work();
    const leave = () => {
      if (last.get(name) === mine) last.delete(name);
    };
    last.set(name, mine);
    mine.then(leave, leave);
    return mine;
  };
}
