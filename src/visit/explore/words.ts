/** Labels of shops' and banners' buttons and links, in English, German, French, Spanish, Italian and Dutch. */

// Without the flag u: Playwright does not escape quotes in such an expression, and cannot read it.
const any = (...words: string[]) => new RegExp(`^\\W*(${words.join('|')})`, 'i');

/** Labels that grant consent: those that agree to more come first. */
export const GRANT: readonly RegExp[] = [
  any(
    '(accept|allow|agree to|enable) (all|everything)',
    'alle? (\\S+ )?(akzeptieren|zulassen|annehmen|accepteren|toestaan)',
    'alles? akzeptieren',
    'tout accepter',
    'accepter tout',
    'aceptar tod',
    'accetta tutt',
  ),
  any(
    'accept',
    'allow',
    'i (accept|agree)',
    'agree',
    'yes,? i',
    "that's ok",
    'got it',
    'akzeptieren',
    'zustimmen',
    'einverstanden',
    'accepter',
    "j'accepte",
    'aceptar',
    'acepto',
    'accett',
    'accepteren',
    'akkoord',
  ),
];

/** Labels that refuse consent. */
export const DENY: readonly RegExp[] = [
  any(
    '(reject|decline|deny|refuse|disable)( all| everything| non.?essential| optional| cookies)?',
    'i (decline|refuse|disagree)',
    '(only|use|accept)( only)? (necessary|essential|required)',
    '(necessary|essential|required)( cookies)? only',
    'continue without',
    'no,? thanks',
    'alle ablehnen',
    'ablehnen',
    'nur (notwendige|essen)',
    'tout refuser',
    'refuser',
    'continuer sans',
    'rechazar',
    'rifiuta',
    '(alles )?(weigeren|afwijzen)',
  ),
];

export const ADD_TO_CART = any(
  'add (it )?to (your |my |the |shopping )?(cart|bag|basket|trolley)',
  'add$',
  'in den (warenkorb|einkaufswagen)',
  'zum warenkorb',
  'ajouter( au panier)?',
  'a[ñn]adir( al? (carrito|cesta))?',
  'agregar al carrito',
  'aggiungi al carrello',
  '(toevoegen aan|in) (je |de )?(winkel)?(wagen|mand)',
);

export const CHECKOUT = any(
  '((continue|proceed|go) to )?(secure )?check ?out',
  '(zur )?kasse',
  'jetzt bestellen',
  '(passer|proc[ée]der).* (commande|paiement)',
  'commander',
  '(tramitar|finalizar|realizar).*(pedido|compra)',
  "(procedi|vai) (all'ordine|alla cassa|al checkout)",
  '(naar )?(afrekenen|kassa|bestellen)',
);

export const CART = any(
  '(view |your |my |shopping |go to )*(cart|bag|basket|trolley)',
  '(zum )?(warenkorb|einkaufswagen)',
  '(voir )?(mon |le )?panier',
  '(ver )?(mi )?(carrito|cesta)',
  '(vai al )?carrello',
  '(winkel)?(wagen|mand)',
);

export const ONWARD = any(
  'continue',
  'next',
  'weiter',
  'continuer',
  'suivant',
  'continuar',
  'siguiente',
  'continua',
  'avanti',
  'doorgaan',
  'volgende',
);

export const ORDER = any(
  '(place|submit|complete|confirm|send)( your| my| the)? (order|purchase)',
  'order now',
  'buy( it)? now',
  'pay( now|$| [^a-z])',
  'purchase',
  'complete (payment|checkout)',
  '(zahlungspflichtig|kostenpflichtig|jetzt) (bestellen|kaufen)',
  'kaufen',
  'bestellung (abschicken|abschlie)',
  'payer',
  '(valider|confirmer|passer) (la |ma )?commande',
  'pagar',
  '(realizar|confirmar) (el )?(pedido|compra)',
  '(conferma|invia|effettua) (l.)?ordine',
  'paga',
  'acquista',
  'bestelling (plaatsen|bevestigen)',
  'betalen',
);

/** Paths of product links in common shops. */
export const PRODUCT_PATH =
  /\/(products?|p|items?|shop|artikel|produkte?|produits?|productos?|prodotti?)[/-][^/?#]+/i;

/** Of links with a picture, those that may lead to a product: not home, to the cart, to an account, or to a list. */
export const PICTURED_PATH =
  /^(?!\/?$)(?!.*\/(cart|bag|basket|account|login|about|contact|blog|collections?|categor\w+|search)(\/|$))/i;
