/**
 * Names that the SDK replaces on the wire since 2025. CompletePayment and SubmitForm were measured, the others read in
 * the SDK's code. The two spellings are one event to TikTok, so names are compared in their canonical form on both sides.
 */
export const WIRE_RENAMES: Readonly<Record<string, string>> = {
  CompletePayment: 'Purchase',
  SubmitForm: 'Lead',
  ViewForm: 'ViewContent',
  ViewConsultationPage: 'ViewContent',
  ViewDownloadPage: 'ViewContent',
  Checkout: 'PlaceAnOrder',
  Registration: 'CompleteRegistration',
  AddBilling: 'AddPaymentInfo',
  StartCheckout: 'InitiateCheckout',
  ClickInDownloadPage: 'ClickButton',
  ClickInConsultationPage: 'ClickButton',
  ClickForm: 'ClickButton',
  ClickToDownload: 'Download',
  Consult: 'Contact',
  ConsultByPhone: 'Contact',
};

/**
 * Standard events of TikTok's help centre. The last two left its list but are supported until 2027.
 * SubmitForm stands on the list in spite of its rename.
 */
export const STANDARD_EVENTS = [
  'AddPaymentInfo',
  'AddToCart',
  'AddToWishlist',
  'ApplicationApproval',
  'CompleteRegistration',
  'Contact',
  'CustomizeProduct',
  'Download',
  'FindLocation',
  'InitiateCheckout',
  'Lead',
  'Purchase',
  'Schedule',
  'Search',
  'StartTrial',
  'SubmitApplication',
  'SubmitForm',
  'Subscribe',
  'ViewContent',
  'ClickButton',
  'PlaceAnOrder',
] as const;

/** What `ttq.page()` is called on the wire (measured). `track('PageView')` is a different, custom event. */
export const PAGEVIEW = 'Pageview';

/** Events that the SDK sends by itself, always with `event_id: ""` (measured). They are never the site's events. */
export const AUTOMATIC_EVENTS = ['LandingPageView', 'EngagedSession', 'EnrichAM', 'EnrichIpv6'] as const;

/** What the SDK calls what it collects by itself (measured). */
const COLLECTED = ['Metadata', 'Click'];

/** Whether a name belongs to the SDK: it sends events, or reports on the page, under it. Case counts. */
export function isReservedName(name: string): boolean {
  return [...AUTOMATIC_EVENTS, PAGEVIEW, ...COLLECTED].includes(name);
}

/** Whether a name, in any spelling, is what one would call a page view. */
export function meansPageview(name: string): boolean {
  return /^page[\s_-]*(views?|viewed)?$/i.test(name.trim());
}

/** Standard events that TikTok has taken off its list, and supports until 2027. */
export const LEAVING: readonly string[] = ['ClickButton', 'PlaceAnOrder'];

/** What TikTok's help centre allows for the name of a custom event. The SDK lets more pass. */
export function isCustomNameAsDocumented(name: string): boolean {
  return /^[a-z][\w-]{0,49}$/i.test(name);
}

/** The name under which TikTok counts an event; names it does not rename are returned as they are. */
export function canonicalEvent(name: string): string {
  return Object.hasOwn(WIRE_RENAMES, name) ? WIRE_RENAMES[name]! : name;
}

/** Whether a name, old or new, is one of TikTok's standard events. Case counts. */
export function isStandardEvent(name: string): boolean {
  return (STANDARD_EVENTS as readonly string[]).includes(canonicalEvent(name));
}

/** Standard events in which a visitor only looks around. */
const BROWSING = new Set(['ViewContent', 'Search', 'ClickButton', 'FindLocation', 'CustomizeProduct']);

/** Whether an event is a conversion: a standard event with which a visitor does something the site lives on. */
export function isConversion(name: string): boolean {
  return isStandardEvent(name) && !BROWSING.has(canonicalEvent(name));
}

/** Conversions with which a journey ends: the customer has said who it is by then. What comes before may happen to strangers. */
const FINAL = new Set([
  'Purchase',
  'PlaceAnOrder',
  'CompleteRegistration',
  'Lead',
  'Subscribe',
  'StartTrial',
  'SubmitApplication',
  'Contact',
  'Schedule',
]);

/** Whether an event is a conversion with which a journey ends. */
export function isFinalConversion(name: string): boolean {
  return FINAL.has(canonicalEvent(name));
}
