import type { EventCopy, Side } from '../../../src/tiktok/dedup.ts';

/**
 * The same judgement, slow and obvious: lists, searched from the front. It shares no code with what it checks. Values are read as
 * whole cents, so its sums are exact unless they are finer.
 */

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

export interface ReferenceGroup {
  kept: EventCopy;
  merged: EventCopy[];
  dropped: EventCopy[];
}

export interface ReferenceConversion {
  outcome: string;
  copies: EventCopy[];
  groups: ReferenceGroup[];
  missing: Side[];
  counted: Cents;
  excess: Cents;
  lost: Cents;
  atRisk: Cents;
}

export type Cents = Record<string, number>;

const NEW_NAMES: Record<string, string> = { CompletePayment: 'Purchase', SubmitForm: 'Lead' };
const nameOf = (copy: EventCopy) => NEW_NAMES[copy.event] ?? copy.event;
const hasId = ({ eventId }: EventCopy) => eventId !== '' && eventId !== null && eventId !== undefined;
const sameId = (a: EventCopy, b: EventCopy) => hasId(a) && hasId(b) && `${a.eventId}` === `${b.eventId}`;
const sameKey = (a: EventCopy, b: EventCopy) =>
  a.pixel === b.pixel && nameOf(a) === nameOf(b) && sameId(a, b);

/** Takes the earliest remaining copy, then everything within its windows, until none is left. */
export function referenceGroups(copies: readonly EventCopy[]): ReferenceGroup[] {
  const left = inOrder(copies);
  const groups: ReferenceGroup[] = [];
  for (let kept = left.shift(); kept; kept = left.shift()) {
    const group: ReferenceGroup = { kept, merged: [], dropped: [] };
    for (const copy of [...left]) {
      if (!sameKey(kept, copy)) continue;
      if (copy.at > kept.at + 48 * HOUR) continue;
      left.splice(left.indexOf(copy), 1);
      if (copy.side === kept.side) group.dropped.push(copy);
      else if (copy.at > kept.at + 5 * MINUTE) group.dropped.push(copy);
      else group.merged.push(copy);
    }
    groups.push(group);
  }
  return groups;
}

/** Insertion sort: by arrival; then the browser's; the shorter place; the smaller place. */
function inOrder(copies: readonly EventCopy[]): EventCopy[] {
  const sorted: EventCopy[] = [];
  for (const copy of copies) {
    const next = sorted.findIndex((other) => isBefore(copy, other));
    sorted.splice(next < 0 ? sorted.length : next, 0, copy);
  }
  return sorted;
}

function isBefore(a: EventCopy, b: EventCopy): boolean {
  if (a.at < b.at) return true;
  if (a.at > b.at) return false;
  if (a.side === 'pixel' && b.side === 'server') return true;
  if (a.side === 'server' && b.side === 'pixel') return false;
  if (a.place.length < b.place.length) return true;
  if (a.place.length > b.place.length) return false;
  return a.place < b.place;
}

interface Tale {
  copies: EventCopy[];
  groups: ReferenceGroup[];
  thrownAway: boolean;
  /** From the other side under the same key, with another value. */
  otherValue: Tale[];
  link: string;
  order: string;
  value: number | undefined;
  currency: string;
}

export function referenceConversions(
  copies: readonly EventCopy[],
  expects: (event: string, pixel: string) => readonly Side[],
): ReferenceConversion[] {
  let tales: Tale[] = [];
  const groups = referenceGroups(copies);
  for (const group of groups) {
    const [own, ...others] = talesOf(group);
    const sameKeyBefore = groups.filter(
      (other) => isBefore(other.kept, group.kept) && sameKey(other.kept, group.kept),
    );
    const last = sameKeyBefore.at(-1);
    const before = last && tales.find((tale) => tale.groups.includes(last));
    if (before && !disagree(before, own!)) add(before, own!);
    else tales.push(own!);
    tales.push(...others);
  }
  tales = inOrder(tales.map((tale) => tale.copies[0]!)).map(
    (first) => tales.find((t) => t.copies[0] === first)!,
  );

  // One order is one conversion.
  const kept: Tale[] = [];
  for (const tale of tales) {
    const before = kept.find((other) => tale.order && other.order === tale.order && alike(other, tale));
    if (before) add(before, tale);
    else kept.push(tale);
  }
  tales = kept;

  const rules: [string, number, (pixel: Tale, server: Tale) => boolean][] = [
    [
      'name',
      48 * HOUR,
      (p, s) => counts(p, s) && p.copies[0]!.pixel === s.copies[0]!.pixel && sameFirstId(p, s),
    ],
    [
      'pixel',
      48 * HOUR,
      (p, s) => counts(p, s) && nameOf(p.copies[0]!) === nameOf(s.copies[0]!) && sameFirstId(p, s),
    ],
    [
      'ttp',
      48 * HOUR,
      (p, s) =>
        counts(p, s) &&
        alike(p, s) &&
        !hasId(s.copies[0]!) &&
        Boolean(p.copies[0]!.ttp) &&
        p.copies[0]!.ttp === s.copies[0]!.ttp,
    ],
    [
      'amount',
      5 * MINUTE,
      (p, s) => alike(p, s) && p.value !== undefined && p.value === s.value && p.currency === s.currency,
    ],
    ['near', 5 * MINUTE, (p, s) => counts(p, s) && alike(p, s)],
  ];
  for (const [link, within, isOne] of rules) {
    for (let i = 0; i < tales.length; i++) {
      const tale = tales[i]!;
      const partner = tales.slice(0, i).find((earlier) => {
        if (!onlySide(earlier) || !onlySide(tale) || onlySide(earlier) === onlySide(tale)) return false;
        if (tale.copies[0]!.at - earlier.copies[0]!.at > within) return false;
        if (earlier.order && tale.order && earlier.order !== tale.order) return false;
        return onlySide(tale) === 'server' ? isOne(earlier, tale) : isOne(tale, earlier);
      });
      if (!partner) continue;
      partner.link = link === 'near' && !disagree(partner, tale) ? '' : link;
      add(partner, tale);
      tales.splice(i, 1);
      i--;
    }
  }
  return tales.map((tale) => verdict(tale, expects));
}

const counts = (...tales: Tale[]) => tales.every(({ thrownAway }) => !thrownAway);
const sameFirstId = (a: Tale, b: Tale) => sameId(a.copies[0]!, b.copies[0]!);
const alike = (a: Tale, b: Tale) =>
  a.copies[0]!.pixel === b.copies[0]!.pixel && nameOf(a.copies[0]!) === nameOf(b.copies[0]!);

function onlySide({ copies, otherValue }: Tale): Side | undefined {
  const sides = [...copies, ...otherValue.flatMap((other) => other.copies)].map(({ side }) => side);
  if (sides.includes('pixel') && sides.includes('server')) return undefined;
  return sides[0];
}

function tell(copy: EventCopy): Tale {
  const { order = '', value, currency = '' } = copy;
  return {
    copies: [copy],
    groups: [],
    thrownAway: false,
    otherValue: [],
    link: '',
    order,
    value,
    currency: currency.toUpperCase(),
  };
}

function disagree(a: Tale, b: Tale): boolean {
  if (a.order && b.order) return a.order !== b.order;
  if (a.value !== undefined && b.value !== undefined && a.value !== b.value) return true;
  return a.currency !== '' && b.currency !== '' && a.currency !== b.currency;
}

function add(tale: Tale, other: Tale): void {
  tale.copies = inOrder([...tale.copies, ...other.copies]);
  tale.groups = [...tale.groups, ...other.groups];
  tale.thrownAway = tale.thrownAway || other.thrownAway;
  tale.otherValue = [...tale.otherValue, ...other.otherValue];
  if (tale.order === '') tale.order = other.order;
  if (tale.value === undefined) tale.value = other.value;
  if (tale.currency === '') tale.currency = other.currency;
}

function talesOf(group: ReferenceGroup): Tale[] {
  const own = tell(group.kept);
  own.groups = [group];
  const others: Tale[] = [];
  for (const copy of [...inOrder(group.merged), ...inOrder(group.dropped)]) {
    const told = tell(copy);
    if (!disagree(own, told)) {
      add(own, told);
      continue;
    }
    const same = others.find((other) =>
      told.order || tell(other.copies[0]!).order
        ? tell(other.copies[0]!).order === told.order
        : tell(other.copies[0]!).value === told.value && tell(other.copies[0]!).currency === told.currency,
    );
    if (same) add(same, told);
    else others.push({ ...told, thrownAway: true });
  }
  const other = others[0];
  if (
    other &&
    others.length === 1 &&
    onlySide(own) &&
    onlySide(other) &&
    onlySide(own) !== onlySide(other) &&
    !(own.order && other.order)
  ) {
    own.otherValue = [other];
    return [own];
  }
  return [own, ...others];
}

function verdict(
  tale: Tale,
  expects: (event: string, pixel: string) => readonly Side[],
): ReferenceConversion {
  const copies = inOrder([...tale.copies, ...tale.otherValue.flatMap((other) => other.copies)]);
  const groups = inOrder(tale.groups.map(({ kept }) => kept)).map(
    (first) => tale.groups.find(({ kept }) => kept === first)!,
  );
  const missing = expects(nameOf(copies[0]!), copies[0]!.pixel).filter(
    (side) => !copies.some((copy) => copy.side === side),
  );
  const times = groups.length;
  let outcome = copies.length === 1 ? 'single' : 'deduplicated';
  if (missing.length > 0) outcome = 'lost';
  if (times <= 1 && tale.otherValue.length > 0) outcome = 'uncertain values-differ';
  else if (times <= 1 && tale.thrownAway) outcome = 'id-reused';
  if (times > 1) {
    outcome = groups.every(({ kept }) => sameKey(kept, groups[0]!.kept))
      ? 'outside-window'
      : 'double-counted';
    if (tale.link === 'name') outcome = 'name-mismatch';
    if (tale.link === 'pixel') outcome = 'pixel-mismatch';
    if (tale.link === 'near') outcome = 'uncertain look-alike';
    const taken = groups.flatMap(({ kept, merged }) => [kept, ...merged]);
    const certain = groups.filter(
      ({ kept }) =>
        kept.side === 'pixel' ||
        hasId(kept) ||
        !kept.ttp ||
        !taken.some(
          (copy) =>
            copy.side === 'pixel' &&
            copy.ttp === kept.ttp &&
            copy.at <= kept.at + 48 * HOUR &&
            kept.at <= copy.at + 48 * HOUR,
        ),
    );
    if (tale.link === 'ttp' || certain.length <= 1) outcome = 'uncertain ttp';
  }
  const counted = cents(groups.map(worth));
  const again = cents(groups.slice(1).map(worth));
  const unsure = outcome.startsWith('uncertain');
  return {
    outcome,
    copies,
    groups,
    missing,
    counted,
    excess: unsure ? {} : again,
    lost: times === 0 ? cents([tale]) : {},
    atRisk: cents([
      ...(unsure ? groups.slice(1).map(worth) : []),
      ...(outcome === 'lost' ? groups.map(worth) : []),
      ...tale.otherValue,
    ]),
  };
}

/** The first value of each field counts: the kept copy's, then the merged ones'. */
function worth({ kept, merged }: ReferenceGroup): Tale {
  const tale = tell(kept);
  for (const copy of merged) if (!disagree(tale, tell(copy))) add(tale, tell(copy));
  return tale;
}

export function cents(amounts: { value?: number | undefined; currency: string }[]): Cents {
  const sums: Cents = {};
  for (const { value, currency } of amounts) {
    if (value !== undefined) sums[currency] = (sums[currency] ?? 0) + Math.round(value * 100);
  }
  return sums;
}
