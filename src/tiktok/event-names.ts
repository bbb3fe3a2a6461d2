/** The properties of a standard event; all sets of events are derived from them. */
export interface EventRow {
  /**
   * browse: the visitor only looks around. convert: the visitor does something that earns the site money. final: a conversion
   * that ends a journey; by then the customer has given their name.
   */
  stage: 'browse' | 'convert' | 'final';
  /** Its place in a shop: button, beside a product; cart, for all that is in the cart. */
  shop: 'button' | 'cart' | null;
  /** order: one for each order. subscription: a purchase if its contents cost something. */
  buys: 'order' | 'subscription' | null;
  /** Whether catalogue ads use it. */
  catalogue: boolean;
  /** Whether coming back to its page starts it again, so it may be sent again. */
  again: boolean;
  /** The year until which TikTok supports an event that it has removed from its list. */
  until: number | null;
  /** What the SDK's diagnostics require: content ids, an e-mail address or phone number, value and currency. */
  needs: readonly ('content' | 'contact' | 'revenue')[];
  /** Names that the SDK has replaced by this one on the wire since 2025. */
  formerly: readonly string[];
}

/**
 * Standard events of TikTok's help centre, by the names under which TikTok counts them. Of the old names, CompletePayment and
 * SubmitForm were measured, the others read in the SDK's code.
 */
// biome-ignore format: read by its columns
const EVENTS = {
  AddPaymentInfo:       { stage: 'convert', shop: 'cart',   buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: ['AddBilling'] },
  AddToCart:            { stage: 'convert', shop: 'button', buys: null,           catalogue: true,  again: false, until: null, needs: ['content'],                       formerly: [] },
  AddToWishlist:        { stage: 'convert', shop: 'button', buys: null,           catalogue: false, again: false, until: null, needs: ['content'],                       formerly: [] },
  ApplicationApproval:  { stage: 'convert', shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  ClickButton:          { stage: 'browse',  shop: null,     buys: null,           catalogue: false, again: false, until: 2027, needs: [],                                formerly: ['ClickInDownloadPage', 'ClickInConsultationPage', 'ClickForm'] },
  CompleteRegistration: { stage: 'final',   shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: ['Registration'] },
  Contact:              { stage: 'final',   shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: ['Consult', 'ConsultByPhone'] },
  CustomizeProduct:     { stage: 'browse',  shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  Download:             { stage: 'convert', shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: ['ClickToDownload'] },
  FindLocation:         { stage: 'browse',  shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  InitiateCheckout:     { stage: 'convert', shop: 'cart',   buys: null,           catalogue: false, again: true,  until: null, needs: ['content'],                       formerly: ['StartCheckout'] },
  Lead:                 { stage: 'final',   shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: ['SubmitForm'] },
  PlaceAnOrder:         { stage: 'final',   shop: 'cart',   buys: 'order',        catalogue: true,  again: false, until: 2027, needs: ['content'],                       formerly: ['Checkout'] },
  Purchase:             { stage: 'final',   shop: 'cart',   buys: 'order',        catalogue: true,  again: false, until: null, needs: ['content', 'contact', 'revenue'], formerly: ['CompletePayment'] },
  Schedule:             { stage: 'final',   shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  Search:               { stage: 'browse',  shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  StartTrial:           { stage: 'final',   shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  SubmitApplication:    { stage: 'final',   shop: null,     buys: null,           catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  Subscribe:            { stage: 'final',   shop: null,     buys: 'subscription', catalogue: false, again: false, until: null, needs: [],                                formerly: [] },
  ViewContent:          { stage: 'browse',  shop: null,     buys: null,           catalogue: true,  again: false, until: null, needs: ['content'],                       formerly: ['ViewForm', 'ViewConsultationPage', 'ViewDownloadPage'] },
} as const satisfies Record<string, EventRow>;

/** A standard event under its current name. */
export type StandardEvent = keyof typeof EVENTS;

const ROWS: ReadonlyMap<string, EventRow> = new Map(Object.entries(EVENTS));

/** An old name that is still on TikTok's list. */
const STILL_LISTED = 'SubmitForm';

/** The names on TikTok's list. */
export const STANDARD_EVENTS: readonly string[] = [...ROWS.keys(), STILL_LISTED];

/** Old names, each with the one that the SDK sends instead. TikTok counts both as one event, so compare canonical names. */
export const WIRE_RENAMES: ReadonlyMap<string, string> = new Map(
  [...ROWS].flatMap(([name, { formerly }]) => formerly.map((old): [string, string] => [old, name])),
);

/** The standard events for which a condition holds, under all their names. */
export function eventsThat(holds: (row: EventRow) => boolean): string[] {
  return [...ROWS].flatMap(([name, row]) => (holds(row) ? [name, ...row.formerly] : []));
}

/** The wire name of `ttq.page()` (measured). `track('PageView')` is a different, custom event. */
export const PAGEVIEW = 'Pageview';

/** Events that the SDK sends automatically, always with `event_id: ""` (measured). They are never the site's events. */
export const AUTOMATIC_EVENTS = ['LandingPageView', 'EngagedSession', 'EnrichAM', 'EnrichIpv6'] as const;

/** The SDK's names for what it collects automatically (measured). */
const COLLECTED = ['Metadata', 'Click'];

/** Whether a name belongs to the SDK, which uses it for events or reports on the page. Case-sensitive. */
export function isReservedName(name: string): boolean {
  return [...AUTOMATIC_EVENTS, PAGEVIEW, ...COLLECTED].includes(name);
}

/** Whether a name, in any spelling, means a page view. */
export function meansPageview(name: string): boolean {
  return /^page[\s_-]*(views?|viewed)?$/i.test(name.trim());
}

/** The names that TikTok's help centre allows for custom events. The SDK accepts more. */
export function isCustomNameAsDocumented(name: string): boolean {
  return /^[a-z][\w-]{0,49}$/i.test(name);
}

/** The name under which TikTok counts an event; a name that it does not rename is returned unchanged. */
export function canonicalEvent(name: string): string {
  return WIRE_RENAMES.get(name) ?? name;
}

/** Whether a name, old or new, is one of TikTok's standard events. Case-sensitive. */
export function isStandardEvent(name: string): boolean {
  return rowOf(name) !== undefined;
}

/** Whether an event is a conversion: a standard event by which a visitor earns the site money. */
export function isConversion(name: string): boolean {
  const stage = rowOf(name)?.stage;
  return stage === 'convert' || stage === 'final';
}

/** Whether an event is a conversion that ends a journey. Earlier ones may come from strangers. */
export function isFinalConversion(name: string): boolean {
  return rowOf(name)?.stage === 'final';
}

/** Whether there is one event for each order: the order distinguishes them, not what the visitor did. */
export function isOrder(name: string): boolean {
  return rowOf(name)?.buys === 'order';
}

/** Whether it is a purchase only if its contents cost something, as a subscription can be free. */
export function isSubscription(name: string): boolean {
  return rowOf(name)?.buys === 'subscription';
}

/** Whether an event belongs to the button beside a product, or to the cart. */
export function shopPartOf(name: string): EventRow['shop'] {
  return rowOf(name)?.shop ?? null;
}

/** Whether catalogue ads use an event. */
export function isOfCatalogue(name: string): boolean {
  return rowOf(name)?.catalogue === true;
}

/** Whether an event may be sent again when the visitor comes back to its page: each arrival at a checkout begins it. */
export function mayComeAgain(name: string): boolean {
  return rowOf(name)?.again === true;
}

/** The year until which TikTok supports an event that it has removed from its list; undefined for all others. */
export function supportedUntil(name: string): number | undefined {
  return rowOf(name)?.until ?? undefined;
}

/** Whether the SDK's diagnostics require something of an event. */
export function eventNeeds(name: string, what: EventRow['needs'][number]): boolean {
  return rowOf(name)?.needs.includes(what) === true;
}

function rowOf(name: string): EventRow | undefined {
  return ROWS.get(canonicalEvent(name));
}
