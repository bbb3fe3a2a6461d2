import { canonicalEvent, isStandardEvent, STANDARD_EVENTS, type StandardEvent } from './event-names.ts';

/**
 * Other vendors' names for TikTok's standard events, as words. A name is listed only if it can hardly mean anything else:
 * `checkout`, `register`, `order` or `button_click` are ambiguous, and a list of products is not a ViewContent.
 *
 * Sources: GA4's recommended events, Segment's e-commerce specification, Shopify's customer events, Klaviyo's metrics, and
 * TikTok's own names in another tense or order.
 *
 * null: another spelling of this event's own name is ambiguous as well. "click_button" is what many call any click.
 */
const OTHERS: Readonly<Record<StandardEvent, string | null>> = {
  Purchase:
    'purchased, completed purchase, complete purchase, purchase complete, purchase completed, ecommerce purchase, order completed, ' +
    'order complete, completed order, complete order, checkout completed, payment completed, completed payment, payment complete, ' +
    'placed order, place order, order placed, complete payment',
  AddToCart:
    'added to cart, add to basket, added to basket, add to bag, added to bag, product added, product added to cart, ' +
    'item added to cart, add product to cart, add item to cart',
  ViewContent:
    'viewed content, content view, content viewed, view item, viewed item, item viewed, view product, viewed product, product view, ' +
    'product viewed, view product detail, view product details',
  InitiateCheckout:
    'initiated checkout, checkout initiated, begin checkout, began checkout, start checkout, started checkout, checkout started',
  AddPaymentInfo:
    'added payment info, add payment information, payment info added, payment info entered, payment info submitted',
  AddToWishlist: 'added to wishlist, product added to wishlist, add to wish list',
  CompleteRegistration:
    'completed registration, registration completed, registration complete, registration, registered, sign up, signed up, ' +
    'account created, created account, create account',
  Lead: 'generate lead, generated lead, lead generated, submit lead, lead submitted, submitted form',
  Subscribe: 'subscribed',
  StartTrial: 'started trial, trial started, start free trial, free trial started',
  SubmitApplication: 'submitted application, application submitted',
  ApplicationApproval: 'application approved, approved application',
  Schedule: 'scheduled, schedule appointment, appointment scheduled',
  Search: 'searched, view search results, products searched, search submitted',
  CustomizeProduct: 'customise product, customized product, product customized',
  ClickButton: null,
  Contact: '',
  Download: '',
  FindLocation: '',
  PlaceAnOrder: '',
};

const LEFT_OUT: readonly string[] = Object.entries(OTHERS).flatMap(([name, names]) =>
  names === null ? [name] : [],
);

/** From a name's letters and digits, in lower case, to the standard event that it seems to mean. */
const MEANT = new Map([
  ...Object.entries(OTHERS).flatMap(([standard, names]) =>
    (names ? names.split(', ') : []).map((name): [string, string] => [lettersOf(name), standard]),
  ),
  ...STANDARD_EVENTS.filter((name) => !LEFT_OUT.includes(name)).map((name): [string, string] => [
    lettersOf(name),
    name,
  ]),
]);

/**
 * The standard event that a custom event's name seems to mean: it differs only in case, blanks, dashes or underscores, or is
 * another vendor's name for it. Undefined for standard events, also under old names, and for true custom events.
 */
export function nearMissOf(name: string): string | undefined {
  if (isStandardEvent(canonicalEvent(name))) return undefined;
  return MEANT.get(lettersOf(name));
}

function lettersOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}
