export function median(values: number[]): number {
  return quantile(values, 0.5);
}

export interface Interval {
  estimate: number;
  low: number;
  high: number;
}

/**
 * The median of the pairs' ratios, with a bootstrap 95% interval. Pairs, because other load on the machine slows both members of
 * a pair.
 */
export function pairedRatio(pairs: (readonly [number, number])[]): Interval {
  const ratios = pairs.map(([recorded, plain]) => recorded / plain);
  const random = generator(1);
  const resampled = Array.from({ length: 2000 }, () =>
    median(ratios.map(() => ratios[Math.floor(random() * ratios.length)]!)),
  );
  return { estimate: median(ratios), low: quantile(resampled, 0.025), high: quantile(resampled, 0.975) };
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Mulberry32: seeded, so that the same measurements give the same interval. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
