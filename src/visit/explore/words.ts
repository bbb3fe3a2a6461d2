/**
 * Labels of shops' and banners' buttons and links, in English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish
 * and Norwegian. Others are found by what the markup says.
 */

// Without the flag u: Playwright does not escape quotes in such an expression, and cannot read it.
const any = (...words: string[]) => new RegExp(`^\\W*(${words.join('|')})`, 'i');

/** Labels that only say that something was read: beside nothing that refuses, they close a notice. */
export const NOTED =
  /^\W*(got it|ok(ay)?|that's ok|sounds good|(i )?understood|i understand|verstanden|(j.ai )?compris|entendido|(ho )?capito|begrepen|percebi|entendi|rozumiem|(jag )?förstår|forstået)\W*$/i;

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
    'aceitar tod|aceitar tud',
    '(za)?akceptuj(ę)? wszystk',
    '(acceptera|godkänn|till[åa]t) all',
    '(accept[eé]r|tillad|godkend|godta|tillat|godkjenn) alle',
  ),
  any(
    '(accept|allow)\\b(?! (only|the|just|selected)? ?(necessary|essential|required|selection))',
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
    '(tout )?accepter\\b(?! (kun|uniquement|seulement|les (cookies )?(n[ée]cess|essent)))',
    '(ok, )?j.accepte',
    'aceptar(?! (s[óo]lo|[úu]nicamente|las? necesari))',
    '(ok, )?acepto',
    'permitir',
    'accett(?!\\w* (solo|soltanto|i necessari))',
    'consent[io]?$',
    'accepteren|accepteer',
    'akkoord',
    'aceit(ar|o)(?! (apenas|somente|s[óo]))',
    'concordo',
    '(za)?akceptuj(ę)?(?! (tylko|niezb|koniecz))',
    'zgadzam się',
    'zgoda$',
    '(jag )?(accepterar?|godkänn(er)?|till[åa]t(er)?)(?! (endast|bara))',
    '(jeg )?(tillad|godkend|godta|tillat|godkjenn)(?!\\w* kun)',
  ),
  NOTED,
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
    '(aceptar )?s[óo]lo (las )?(necesari|esencial)',
    '(accetta )?solo (i )?(necessari|essenzial)',
    'accepter (uniquement|seulement)',
    'rejeitar',
    'recusar',
    '(aceitar )?(apenas|somente|s[óo]) (os )?(necess|essenc)',
    'odrzu',
    'nie zgadzam',
    '(akceptuj(ę)? )?tylko (niezb|koniecz)',
    'neka',
    'avvisa?( |$)',
    'afvis',
    '((acceptera|godkänn|till[åa]t) )?(endast|bara) n[öo]dv',
    '((accept[eé]r|tillad|godta|tillat) )?kun n[øo]dv',
  ),
];

/** Labels that open the settings of a consent banner. */
export const SETTINGS = any(
  '(open |cookie |privacy )*(settings|preferences|options)',
  '(manage|customi[sz]e|adjust|change|more options|more choices|let me choose)',
  '(cookie.?|datenschutz.?)?einstellungen',
  '(individuell )?anpassen',
  'personnaliser|param[èe]tr|g[ée]rer|pr[ée]f[ée]rences',
  'configurar|configuraci[óo]n|personalizar|gestionar|preferencias',
  'personalizza|preferenze|impostazioni|gestisci',
  '(cookie.?)?instellingen|aanpassen|voorkeuren',
  'prefer[êe]ncias|defini[çc][õo]es|gerir|gerenciar',
  'ustawienia|dostosuj|zarz[ąa]dzaj',
  '(cookie.?)?(inställningar|indstillinger|innstillinger)|anpassa|tilpas',
);

/** Labels that keep what is chosen in these settings: nothing, if nothing was. */
export const SAVE = any(
  '(save|confirm)\\b',
  '(auswahl|einstellungen) (speichern|bestätigen|übernehmen)',
  'speichern',
  '(enregistrer|valider|confirmer)',
  'guardar|confirmar',
  'salva|conferma',
  'opslaan|bevestig',
  'zapisz|potwierdź',
  'spara|gem |lagre|bekræft|bekreft',
);

export const ADD_TO_CART = any(
  'add (it )?to (your |my |the )?(shopping )?(cart|bag|basket|trolley|order)',
  'add .{1,60} to (your |my |the )?(shopping )?(cart|bag|basket|trolley)',
  'add$',
  'in den (warenkorb|einkaufswagen)',
  'zum warenkorb',
  'ajouter( au panier)?',
  'a[ñn]adir( al? (carrito|cesta))?',
  'agregar al carrito',
  'aggiungi al carrello',
  '(toevoegen aan|in) (je |de )?(winkel)?(wagen|mand)',
  'adicionar (ao|à|a) (carrinho|sacola|cesto)',
  'dodaj do (koszyka|torby)',
  'do koszyka',
  '(l[äæa]gg?|legg) (till )?i (varu|indkøbs|handle)?(korg|kurv|kundvagn|vogn|påse)',
  'tilføj til (indkøbs)?kurv',
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
  'kup( teraz)?$',
  '(köp|køb|kjøp)( nu| nå)?$',
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
  '(ir|continuar) para (o )?(checkout|pagamento)',
  'fechar (o )?pedido',
  '(przejdź |idź )?do kasy',
  '(realizuj|złóż) zamówienie',
  '(gå )?(till? )(kassan|kassen|betaling)',
);

export const CART = any(
  '(view |open |show |see |the |your |my |shopping |go to )*(cart|bag|basket|trolley)',
  '(zum )?(warenkorb|einkaufswagen)',
  '(voir )?(mon |le )?panier',
  '(ver )?(mi )?(carrito|cesta)',
  '(vai al )?carrello',
  '(winkel)?(wagen|mand)',
  '(ver )?(o |a |meu |minha )?(carrinho|sacola)',
  '(zobacz |twój |przejdź do )?koszyk',
  '(visa |min |till )?(varukorg|kundvagn)',
  '(se |vis |min |gå til )?((indkøbs|handle)?kurv|handlevogn)',
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
  '(continuar |comprar )?(como (visitante|convidado)|sem (cadastro|conta))',
  '(kontynuuj |zamów |zakupy )?(jako gość|bez (rejestracji|logowania|konta))',
  '(fortsätt |handla |fortsæt |handl |fortsett )?som (gäst|gæst|gjest)',
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
  'continuar(?! (comprando|navegando|a comprar|sin|sem))',
  'siguiente',
  'continua\\b(?! (lo shopping|gli acquisti|senza))',
  'avanti',
  'procedi',
  'doorgaan(?! (met winkelen|zonder))',
  'verder(?! (winkelen|zonder))',
  'volgende',
  'pr[óo]xim[oa]',
  'avançar',
  'dalej',
  'kontynuuj(?! (zakupy|bez))',
  'przejdź (dalej|do (dostawy|płatności|podsumowania))',
  'fort(sätt|sæt|sett)(?! (att )?(handla|handle|shop|uden|utan|uten))',
  'nästa|næste|neste',
  'gå (vidare|videre)',
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
  'got it',
  'ok(ay)?$',
  'fechar',
  'zamknij',
  'stäng',
  'lukk?$',
);

/** Whoever orders has to agree to these, whether or not the box says that it is required. */
export const TERMS =
  /\b(terms|conditions|privacy policy|agb|gesch[äa]ftsbedingungen|datenschutz|widerruf|cgv|conditions g[ée]n[ée]rales|t[ée]rminos|condiciones|termini|condizioni|voorwaarden|termos|regulamin\w*)\b|villkor|betingelser|vilk[åa]r/i;

export const ORDER = any(
  '(place|submit|complete|confirm|send|finish)( your| my| the)? (order|purchase)',
  'order (now|and pay)',
  'buy( it)? now',
  'pay( now| and order| with card| by card| securely|$| [^a-z])',
  'purchase',
  'complete (payment|checkout)',
  '(jetzt )?(zahlungspflichtig|kostenpflichtig|verbindlich) (bestellen|kaufen)',
  'jetzt (bestellen|kaufen|(be)?zahlen)',
  'kaufen',
  'bestellung (abschicken|abschlie|aufgeben)',
  'payer',
  '(valider|confirmer|passer|finaliser) (la |ma |votre )?commande',
  'commander (avec|et payer)',
  'pagar',
  '(realizar|confirmar|finalizar|hacer|fazer|concluir) (el |mi |o |a |meu )?(pedido|compra)',
  '(conferma|invia|effettua) (l.)?ordine',
  'paga\\b',
  'acquista',
  '(plaats )?bestelling( (plaatsen|bevestigen|afronden))?$',
  'bestellen en betalen',
  'betalen',
  'zamawiam',
  'kupuję i płacę',
  'złóż zamówienie',
  'zapłać',
  '(slutför|genomför|bekräfta) (köp|best|order)',
  '(gennemfør|bekræft|fullfør|bekreft|send) (køb|kjøp|best|ordre)',
  'betala?( nu| nå)?$',
);

/** Paths of product links in common shops. */
export const PRODUCT_PATH =
  /\/(products?|p|items?|shop|artikel|produkt(e|y|er)?|produits?|productos?|produtos?|prodotti?)[/-][^/?#]+/i;

/** Where links to lists of products lead. */
export const LIST_PATH =
  /\/(collections?|colec(ao|oes)|kolekcje?|categor(y|ies|ie|ia|[íi]as?)|kategori(en?|er|a|e)?|shop|store|tienda|boutique|negozio|winkel|catalog(ue|o)?|all|sortiment|catalogo)([/-]|$)/i;

/** Of links with a picture, those that may lead to a product: not home, to the cart, to an account, or to a list. */
export const PICTURED_PATH =
  /^(?!\/?$)(?!.*\/(cart|bag|basket|account|login|log-?out|sign-?(in|out|up)|register|about|contact|help|faq|blog|wishlist|collections?|[ck]ategor\w+|search|checkout|privacy|terms|imprint|impressum)([/.-]|$))/i;

/** Of other links, those whose path ends as that of a page out of many. */
export const NUMBERED_PATH = /\/[^/]+[-_]\d+(\.html?)?$|\/[^/]+-[^/]+\.html?$/i;

/** What a button that adds to the cart is called in markup, in whichever language it is labelled. */
export const ADD_IN_MARKUP = /add[-_ ]?(to[-_ ]?)?(the[-_ ]?)?(cart|bag|basket)|cart[-_/]?add/i;

/** And one that places the order. */
export const ORDER_IN_MARKUP = /(place|submit|confirm|complete)[-_ ]?(the[-_ ]?)?order|order[-_ ]?submit/i;

/** Where links to the cart lead. */
export const CART_PATH =
  /\/(cart|basket|bag|warenkorb|panier|carrito|cesta|carrello|winkel(wagen|mand)|carrinho|sacola|koszyk|varukorg|kurv|handlekurv)\/?(\.\w+)?$/i;

/** Where links to the checkout lead. */
export const CHECKOUT_PATH =
  /\/(check-?out|kasse|kassa|caisse|commande|afrekenen|cassa|finalizar(-compra)?|zamowienie)\/?(\.\w+)?$/i;
