/** Labels of shops' and banners' buttons and links, in English, German, French, Spanish, Italian and Dutch. */

// Without the flag u: Playwright does not escape quotes in such an expression, and cannot read it.
const any = (...words: string[]) => new RegExp(`^\\W*(${words.join('|')})`, 'i');

/** Labels that grant consent: those that agree to more come first. */
export const GRANT: readonly RegExp[] = [
  any(
    '(accept|allow|agree to|enable|select) (all|everything)',
    'alle? (\\S+ )?(akzeptieren|zulassen|annehmen|accepteren|toestaan)',
    'alles? akzeptieren',
    'tout accepter',
    'accepter tout',
    'aceptar tod',
    'accetta tutt',
  ),
  any(
    '(accept|allow)(?! (only|the|just|selected)? ?(necessary|essential|required|selection))',
    'i (accept|agree)',
    'agree',
    'yes,? i',
    "that's ok",
    'got it',
    'dismiss cookie',
    'ok(ay)?( |,|$)',
    'sounds good',
    'tout autoriser',
    'autoriser',
    'akzeptieren',
    'zustimmen',
    'einverstanden',
    '(tout )?accepter',
    '(ok, )?j.accepte',
    'aceptar',
    '(ok, )?acepto',
    'permitir',
    'accett',
    'consent[io]?$',
    'accepteren',
    'akkoord',
  ),
];

/** Labels that refuse consent. */
export const DENY: readonly RegExp[] = [
  any(
    '(reject|decline|deny|refuse|disable)( all| everything| non.?essential| optional| cookies)?',
    'i (decline|refuse|disagree)',
    '(only|use|accept)( only)?( the)? (necessary|essential|required)',
    '(necessary|essential|required)( cookies)? only',
    'continue without',
    'no,? thanks',
    'no way',
    '(alle )?ablehnen',
    'ich lehne ab',
    'nur (notwendige|essen|erforderliche)',
    '(tout |je )?refuse',
    'interdire',
    'continuer sans',
    'rechazar',
    'denegar',
    'rifiut',
    '(alles )?(weigeren|afwijzen)',
  ),
];

export const ADD_TO_CART = any(
  'add (it )?to (your |my |the )?(shopping )?(cart|bag|basket|trolley|order)',
  'add$',
  'in den (warenkorb|einkaufswagen)',
  'zum warenkorb',
  'ajouter( au panier)?',
  'a[ñn]adir( al? (carrito|cesta))?',
  'agregar al carrito',
  'aggiungi al carrello',
  '(toevoegen aan|in) (je |de )?(winkel)?(wagen|mand)',
);

/** Leads from a product to the checkout without a cart. */
export const BUY = any(
  '(buy|order|shop)( it)?( now)?$',
  '(get|order|grab) (yours|it|one)( now| today)?$',
  'jetzt (kaufen|bestellen)',
  'acheter',
  'comprar',
  'acquista',
  '(nu )?(kopen|bestellen)',
);

export const CHECKOUT = any(
  '((continue|proceed|go) to )?(secure )?check ?out',
  'proceed to (payment|purchase)',
  '((weiter )?zur )?kasse',
  'jetzt bestellen',
  '(passer|proc[ée]der).* (commande|paiement)',
  'commander$',
  'valider (mon|le|votre) panier',
  '(tramitar|finalizar|realizar).*(pedido|compra)',
  '(procedi|vai) (all.(ordine|acquisto)|alla cassa|al (checkout|pagamento))',
  '(ik ga )?(verder )?((naar|door naar) )?(de )?(afrekenen|kassa|bestellen)',
);

export const CART = any(
  '(view |your |my |shopping |go to )*(cart|bag|basket|trolley)',
  '(zum )?(warenkorb|einkaufswagen)',
  '(voir )?(mon |le )?panier',
  '(ver )?(mi )?(carrito|cesta)',
  '(vai al )?carrello',
  '(winkel)?(wagen|mand)',
);

/** Goes on without an account. */
export const AS_GUEST = any(
  '(continue|check ?out|order|buy|proceed)( now)? (as (a )?|with )?guest',
  'guest check ?out',
  '(continue|check ?out) without (an )?(account|signing|registering)',
  '(weiter |bestellen )?als gast',
  'ohne (anmeldung|registrierung|kundenkonto)',
  '(continuer |commander )?(en tant qu.|comme )invit',
  '(continuer |commander )?sans (cr[ée]er de )?compte',
  '(continuar |comprar )?como invitad',
  '(continua |acquista )?come ospite',
  '(doorgaan |bestellen )?(als gast|zonder account)',
);

/** Goes on in a checkout; not back to the shop. */
export const ONWARD = any(
  'continue\\b(?! (shopping|browsing|without|reading))',
  'next',
  'proceed',
  '(save|confirm) and continue',
  'review( (your|my|the))? (order|purchase)',
  '(go|on) to (shipping|delivery|payment|review)',
  'weiter(?! (einkaufen|shoppen|st[öo]bern))',
  'continuer(?! (mes|vos|les|mon|votre|vers la boutique|sans|[àa] (magasiner|acheter)))',
  'suivant',
  '[ée]tape suivante',
  'continuar(?! (comprando|sin))',
  'siguiente',
  'continua\\b(?! (lo shopping|gli acquisti|senza))',
  'avanti',
  'procedi',
  'doorgaan(?! (met winkelen|zonder))',
  'verder(?! (winkelen|zonder))',
  'volgende',
);

/** Closes what lies over a page. */
export const CLOSE = any(
  'close',
  'dismiss',
  'not now',
  'maybe later',
  'no,? thanks',
  '[×✕✖✗x]$',
  'schlie(ß|ss)en',
  'fermer',
  'cerrar',
  'chiudi',
  'sluiten',
);

/** Whoever orders has to agree to these, whether or not the box says that it is required. */
export const TERMS =
  /\b(terms|conditions|privacy policy|agb|gesch[äa]ftsbedingungen|datenschutz|widerruf|cgv|conditions g[ée]n[ée]rales|t[ée]rminos|condiciones|termini|condizioni|voorwaarden)\b/i;

export const ORDER = any(
  '(place|submit|complete|confirm|send|finish)( your| my| the)? (order|purchase)',
  'order (now|and pay)',
  'buy( it)? now',
  'pay( now| and order| with card| by card| securely|$| [^a-z])',
  'purchase',
  'complete (payment|checkout)',
  '(zahlungspflichtig|kostenpflichtig|jetzt) (bestellen|kaufen)',
  'kaufen',
  'bestellung (abschicken|abschlie|aufgeben)',
  'payer',
  '(valider|confirmer|passer|finaliser) (la |ma |votre )?commande',
  'commander (avec|et payer)',
  'pagar',
  '(realizar|confirmar|finalizar|hacer) (el |mi )?(pedido|compra)',
  '(conferma|invia|effettua) (l.)?ordine',
  'paga',
  'acquista',
  '(plaats )?bestelling( (plaatsen|bevestigen|afronden))?$',
  'bestellen en betalen',
  'betalen',
);

/** Paths of product links in common shops. */
export const PRODUCT_PATH =
  /\/(products?|p|items?|shop|artikel|produkte?|produits?|productos?|prodotti?)[/-][^/?#]+/i;

/** Where links to lists of products lead. */
export const LIST_PATH =
  /\/(collections?|categor(y|ies|ie|ia|[íi]as?)|kategorien?|shop|store|tienda|boutique|negozio|winkel|catalog(ue|o)?|all|sortiment|catalogo)([/-]|$)/i;

/** Of links with a picture, those that may lead to a product: not home, to the cart, to an account, or to a list. */
export const PICTURED_PATH =
  /^(?!\/?$)(?!.*\/(cart|bag|basket|account|login|about|contact|blog|collections?|[ck]ategor\w+|search|checkout|privacy|terms|imprint|impressum)([/.-]|$))/i;

/** Of other links, those whose path ends as that of a page out of many. */
export const NUMBERED_PATH = /\/[^/]+[-_]\d+(\.html?)?$|\/[^/]+-[^/]+\.html?$/i;
