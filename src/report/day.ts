/** The UTC day of a time, as YYYY-MM-DD: waivers expire by it. */
export function dayOf(at: Date = new Date()): string {
  return at.toISOString().slice(0, 10);
}
