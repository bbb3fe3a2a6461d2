/** The pointer itself if it exists, otherwise its nearest existing ancestor: a finding must point at something. */
export function nearest(root: unknown, pointer: string): string {
  let [value, place] = [root, ''];
  for (const segment of pointer.split('/').slice(1)) {
    const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return place;
    value = (value as Record<string, unknown>)[key];
    place += `/${segment}`;
  }
  return place;
}

/** Whether one place is the other or inside it. */
export function isWithin(place: string, whole: string): boolean {
  return place === whole || place.startsWith(`${whole}/`);
}
