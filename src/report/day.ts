/** The day of a moment as YYYY-MM-DD, in UTC: what waivers expire by. */
export function dayOf(at: Date = new Date()): string {
  return at.toISOString().slice(0, 10);
}
