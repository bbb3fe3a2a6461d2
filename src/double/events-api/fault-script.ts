import { FAULT_KINDS, type Fault, type FaultKind } from '../../tiktok/events-api/faults.ts';

/** The fault that answers a call, and how many calls it has answered before. */
export interface Turn {
  fault: Fault | undefined;
  index: number;
}

export const NO_FAULT: Turn = { fault: undefined, index: 0 };

/** Faults in order: each lasts for its `times` calls, and the last one for all the rest if it has none. */
export class FaultScript {
  private readonly faults: readonly Fault[];
  private count = 0;

  constructor(faults: readonly Fault[] = []) {
    this.faults = faults;
  }

  next(): Turn {
    this.count += 1;
    return turnOf(this.faults, this.count - 1);
  }
}

/** The turn of a call, by its index in the order of calls, from 0. */
export function turnOf(faults: readonly Fault[], call: number): Turn {
  let index = call;
  for (const fault of faults) {
    const { times = Number.POSITIVE_INFINITY } = fault;
    if (index < times) return { fault, index };
    index -= times;
  }
  return { fault: undefined, index };
}

/**
 * Parses a fault from the command line: `kind`, `kind:times` or `kind:times:delay`, with the delay in milliseconds; times may be
 * empty.
 *
 * @returns the fault, or what is wrong with the text
 */
export function parseFault(text: string): Fault | string {
  const [kind = '', times = '', delay = '', ...more] = text.split(':');
  if (!FAULT_KINDS.includes(kind as FaultKind))
    return `found ${JSON.stringify(kind)}; wanted one of ${FAULT_KINDS.join(', ')}`;
  if (more.length > 0 || !/^([1-9]\d*)?$/.test(times) || !/^\d*$/.test(delay))
    return `found ${JSON.stringify(text)}; wanted kind, kind:times or kind:times:milliseconds`;
  return {
    kind: kind as FaultKind,
    ...(times ? { times: Number(times) } : {}),
    ...(delay ? { delay: Number(delay) } : {}),
  };
}
