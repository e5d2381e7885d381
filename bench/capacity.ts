import type { Lines, OpenLoop } from './open-loop.ts';

/** What a rate has to be served with to count as capacity (acceptance §5): p99, ms, … */
const p99MsMax = 100;
/** … and the share that is served in time. */
const servedShareMin = 0.999;
/** The search ends when it knows the rate so well. */
const exactTo = 0.03;
/** A rate that fails is tried again: a pause of the machine is no end of the capacity, and a capacity that is too low makes every multiple of it too easy. */
const tries = 2;

/**
 * The highest rate by the clock at which all is served in time. Not what a closed loop gets: its 64 callers leave the server waiting for the disk, and
 * more of them get more, so that "twice" of it is not twice.
 *
 * @param guess A rate to begin with, a second.
 */
export async function findCapacity(lines: Lines, guess: number, seconds: number): Promise<number> {
  const serves = async (perSecond: number) => {
    for (let tried = 0; tried < tries; tried += 1) {
      if (isServed(await lines.run(perSecond, seconds))) return true;
    }
    return false;
  };
  let [low, high] = [0, guess];
  while (await serves(high)) [low, high] = [high, high * 1.25];
  if (low === 0) {
    low = high * 0.75;
    while (!(await serves(low))) [low, high] = [low * 0.75, low];
  }
  while (high - low > exactTo * high) {
    const middle = (low + high) / 2;
    if (await serves(middle)) low = middle;
    else high = middle;
  }
  return Math.round(low);
}

function isServed({ goodPerSecond, duePerSecond, p99Ms }: OpenLoop): boolean {
  return goodPerSecond >= servedShareMin * duePerSecond && p99Ms <= p99MsMax;
}
