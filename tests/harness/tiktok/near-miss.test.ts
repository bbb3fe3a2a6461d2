import { expect } from '@playwright/test';
import { STANDARD_EVENTS, WIRE_RENAMES } from '../../../src/tiktok/event-names.ts';
import { nearMissOf } from '../../../src/tiktok/near-miss.ts';
import { test } from '../test.ts';

const MEANT: Record<string, string[]> = {
  Purchase: [
    'purchase',
    'PURCHASE',
    'Purchased',
    'Purchase!',
    'OrderCompleted',
    'Order Completed',
    'completepayment',
    'complete_payment',
    'checkout_completed',
    'Placed Order',
  ],
  PlaceAnOrder: ['place_an_order'],
  AddToCart: [
    'addToCart',
    'add_to_cart',
    'add-to-cart',
    'Add To Cart',
    'Addtocart',
    'AddedToCart',
    'AddToBasket',
    'Product Added',
    'product_added_to_cart',
  ],
  ViewContent: ['viewContent', 'view_content', 'view_item', 'ViewProduct', 'ViewedProduct', 'product_viewed'],
  InitiateCheckout: [
    'initiate_checkout',
    'begin_checkout',
    'Checkout Started',
    'BeginCheckout',
    'InitiatedCheckout',
  ],
  AddPaymentInfo: ['add_payment_info', 'AddPaymentInformation', 'Payment Info Entered'],
  AddToWishlist: ['add_to_wishlist', 'addToWishList'],
  CompleteRegistration: ['complete_registration', 'sign_up', 'SignUp', 'Signed Up', 'registration'],
  Lead: ['lead', 'generate_lead', 'LeadGenerated'],
  SubmitForm: ['submit_form', 'submitForm'],
  Subscribe: ['subscribe', 'Subscribed'],
  StartTrial: ['start_trial', 'Trial Started'],
  Search: ['search', 'view_search_results'],
  Contact: ['contact'],
};

for (const [standard, names] of Object.entries(MEANT)) {
  for (const name of names) {
    test(`${name} is a near miss of ${standard}`, () => expect(nearMissOf(name)).toBe(standard));
  }
}

const CUSTOM = [
  'QuizCompleted',
  'CartViewed',
  'view_cart',
  'view_item_list',
  'select_item',
  'remove_from_cart',
  'PurchaseIntent',
  'purchase_refund',
  'SubscribeButtonSeen',
  'newsletter_signup',
  'login',
  'page_view',
  'checkout',
  'checkout_step_2',
  'click_button',
  'Download_Brochure',
  'form_submit',
  'Order',
  '購入',
  '',
  'undefined',
];
for (const name of CUSTOM) {
  test(`"${name}" is the site's own event`, () => expect(nearMissOf(name)).toBeUndefined());
}

for (const name of new Set([...STANDARD_EVENTS, ...WIRE_RENAMES.keys()])) {
  test(`${name} is TikTok's own name`, () => expect(nearMissOf(name)).toBeUndefined());
}
