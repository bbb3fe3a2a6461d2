import { expect } from '@playwright/test';
import {
  ADD_TO_CART,
  AS_GUEST,
  BUY,
  CART,
  CHECKOUT,
  CLOSE,
  DENY,
  GRANT,
  LIST_PATH,
  NOTED,
  ONWARD,
  ORDER,
  TERMS,
} from '../../../src/visit/explore/words.ts';
import { test } from '../test.ts';

/** Labels of buttons and links in shops, and what they must not be mistaken for. */

const WORDS: Record<string, { words: readonly RegExp[]; are: string[]; others: string[] }> = {
  'says that a notice was read': {
    words: [NOTED],
    are: ['Got it!', 'OK', 'I understand', 'Verstanden', "J'ai compris", 'Entendido'],
    others: ['OK, accept all', 'Accept', 'Okay, no thanks', 'I understand and agree'],
  },
  'grants consent': {
    words: GRANT,
    are: [
      ...[
        'Accept all',
        'Agree and continue',
        'Select all and continue',
        'Okay, sounds good',
        'Allow cookies',
        'Got it!',
      ],
      ...[
        'Alle akzeptieren',
        '✓ Tout accepter',
        'Ok, j’accepte',
        'Aceptar todo',
        'Accetta tutti',
        'Akkoord',
        'Consent',
      ],
      ...[
        'Aceitar todos',
        'Aceitar',
        'Akceptuj wszystkie',
        'Zgadzam się',
        'Godkänn alla',
        'Accepter alle',
        'Godta',
      ],
    ],
    others: [
      'Accept necessary only',
      'Accept only essential',
      'Allow selection',
      'Settings',
      'Cookie policy',
      'Okapi',
      ...['Accepter kun nødvendige', 'Accepter uniquement les nécessaires', 'Aceptar solo necesarias'],
      ...[
        'Accetta solo i necessari',
        'Aceitar apenas necessários',
        'Akceptuj tylko niezbędne',
        'Acceptera endast nödvändiga',
      ],
    ],
  },
  'refuses it': {
    words: DENY,
    are: [
      ...[
        'Reject all',
        'Decline',
        'No way',
        'Only essential cookies',
        'Accept necessary only',
        'Necessary only',
      ],
      ...['Ich lehne ab', 'Nur notwendige', '✗ Tout refuser', 'Je refuse', 'Denegar', 'Rifiuta', 'Weigeren'],
      ...[
        'Rejeitar todos',
        'Odrzuć',
        'Neka alla',
        'Afvis alle',
        'Accepter kun nødvendige',
        'Aceptar solo necesarias',
      ],
    ],
    others: ['Customize', 'Accept all', 'Notice'],
  },
  'adds to the cart': {
    words: [ADD_TO_CART],
    are: [
      'Add to cart',
      'Add to order',
      'ADD TO BAG — $29',
      'In den Warenkorb',
      'Añadir al carrito',
      'In winkelwagen',
      ...[
        'Add Linen shirt to bag',
        'Adicionar ao carrinho',
        'Dodaj do koszyka',
        'Lägg i varukorgen',
        'Læg i kurv',
      ],
      'Legg i handlekurv',
    ],
    others: ['Address', 'Added', 'Cart', 'Add to wishlist', 'Add a review'],
  },
  'buys without a cart': {
    words: [BUY],
    are: ['Buy now', 'Buy it now', 'Get yours now', 'Jetzt kaufen'],
    others: ['Get in touch', 'Order history', 'Buyer protection'],
  },
  'leads to the cart': {
    words: [CART],
    are: [
      'Cart (1)',
      'Shopping basket',
      'Mon panier',
      'Ver carrito',
      'Winkelwagen',
      'Open cart',
      'Sacola',
      'Koszyk (0)',
      'Varukorg',
      'Kurv',
    ],
    others: ['Wishlist', 'Checkout'],
  },
  'leads to the checkout': {
    words: [CHECKOUT],
    are: [
      ...[
        'Checkout (1)',
        'Check out',
        'Proceed to checkout',
        'Go to checkout',
        'Zur Kasse gehen',
        'Valider mon panier',
      ],
      ...['Finalizar compra', "Procedi all'acquisto", 'Naar afrekenen'],
      ...['Przejdź do kasy', 'Till kassan', 'Gå til kassen'],
    ],
    others: ['Continue shopping', 'Check availability', 'Commandes'],
  },
  'goes on as a guest': {
    words: [AS_GUEST],
    are: [
      'Continue as guest',
      'Checkout as guest',
      'Als Gast bestellen',
      'Continuer en tant qu’invité',
      'Comprar como invitado',
      ...['Comprar sem cadastro', 'Kontynuuj jako gość', 'Fortsätt som gäst'],
    ],
    others: ['Guest reviews', 'Sign in'],
  },
  'goes on': {
    words: [ONWARD],
    are: [
      'Continue to shipping',
      'Next',
      'Review order',
      'Weiter zur Zahlung',
      'Continuer vers la livraison',
      'Volgende stap',
      ...['Continuar para o pagamento', 'Dalej', 'Fortsätt till betalning', 'Næste'],
    ],
    others: [
      'Continue shopping',
      'Weiter einkaufen',
      'Continuer mes achats',
      'Verder winkelen',
      'Doorgaan met winkelen',
      ...['Kontynuuj zakupy', 'Fortsätt handla', 'Continuar navegando'],
    ],
  },
  orders: {
    words: [ORDER],
    are: [
      ...[
        'Place order',
        'Submit order',
        'Order and pay',
        'Pay $29.00',
        'Pay now',
        'Complete order',
        'Place order and pay',
      ],
      ...[
        'Zahlungspflichtig bestellen',
        'Jetzt kostenpflichtig bestellen',
        'Jetzt bezahlen',
        'Commander avec obligation de paiement',
        'Realizar el pedido',
        'Effettua ordine',
      ],
      'Bestelling plaatsen',
      ...['Finalizar pedido', 'Zamawiam i płacę', 'Slutför köp', 'Gennemfør køb', 'Fullfør kjøp'],
    ],
    others: ['Payment', 'Pay by invoice?', 'Order history', 'Paypal', 'Bestellingen', 'Pagamento'],
  },
  'closes what lies over a page': {
    words: [CLOSE],
    are: ['×', '✕', 'Close', 'Close dialog', 'No thanks', 'Schließen', 'Fermer'],
    others: ['Clothes', 'Xbox', 'Submit'],
  },
  'asks to agree to terms': {
    words: [TERMS],
    are: [
      'I agree to the terms and conditions',
      'Ich akzeptiere die AGB',
      'J’accepte les CGV',
      'He leído los términos',
      ...['Akceptuję regulamin', 'Jag godkänner köpvillkoren', 'Jeg accepterer handelsbetingelserne'],
    ],
    others: ['Send me the newsletter', 'Remember me'],
  },
  'leads to a list of products': {
    words: [LIST_PATH],
    are: [
      '/collections/all',
      '/kategorie/bohnen',
      '/tienda/aceites/',
      '/shop',
      '/colecao/camisetas',
      '/kategori/te',
    ],
    others: ['/about', '/shopping-help', '/blog/categorize'],
  },
};

for (const [what, { words, are, others }] of Object.entries(WORDS))
  test(`what ${what}`, () => {
    const isOne = (text: string) => words.some((pattern) => pattern.test(text));
    expect(are.filter((text) => !isOne(text))).toEqual([]);
    expect(others.filter(isOne)).toEqual([]);
  });
