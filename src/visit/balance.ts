/** A visit to assign to a shard. */
export interface Weighed {
  target: string;
  /** Milliseconds that it took last time; undefined if unknown. */
  ms: number | undefined;
}

/**
 * Orders visits so that shards of equal size take about equally long: Playwright gives each shard the same number of consecutive
 * visits. A target's visits stay together unless they are most of a shard's work, because each shard that has one starts the
 * target's server.
 *
 * The same visits and times give the same order on every machine.
 *
 * @param shards how many there are
 */
export function balanced<Visit extends Weighed>(visits: readonly Visit[], shards: number): Visit[] {
  const known = visits.flatMap(({ ms }) => ms ?? []);
  // A visit that was never made is assumed to take the average time.
  const usual = known.length > 0 ? sum(known) / known.length : 1;
  const msOf = ({ ms }: Visit) => ms ?? usual;
  const parts = Array.from({ length: shards }, (_, index) => ({
    room: Math.floor(visits.length / shards) + (index < visits.length % shards ? 1 : 0),
    ms: 0,
    visits: [] as Visit[],
  }));
  const share = sum(visits.map(msOf)) / shards;
  const place = (together: readonly Visit[]): boolean => {
    const [part] = parts
      .filter(({ room }) => room >= together.length)
      .sort((a, b) => a.ms - b.ms || parts.indexOf(a) - parts.indexOf(b));
    if (!part) return false;
    part.room -= together.length;
    part.ms += sum(together.map(msOf));
    part.visits.push(...together);
    return true;
  };
  const longestFirst = (a: readonly Visit[], b: readonly Visit[]) => sum(b.map(msOf)) - sum(a.map(msOf));
  const targets = [...Map.groupBy(visits, ({ target }) => target).values()].sort(longestFirst);
  for (const together of targets) {
    const isSmall = sum(together.map(msOf)) <= share / 2;
    if (isSmall && place(together)) continue;
    for (const visit of together.toSorted((a, b) => msOf(b) - msOf(a))) place([visit]);
  }
  return parts.flatMap((part) => part.visits);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
