import { remember } from './remember.ts';
/** Topics on which TikTok wants no data, as its Web Diagnostics warn. */
export type SensitiveTopic = 'health' | 'finance' | 'children';

/**
 * Words that clearly mean such data, in lower case with blanks between. TikTok's own list is not published. This one is short, so
 * that a shop that sells books on the subject is not reported.
 */
const WORDS: Readonly<Record<SensitiveTopic, readonly string[]>> = {
  health: [
    'diagnosis',
    'symptom',
    'symptoms',
    'prescription',
    'medication',
    'medical history',
    'medical condition',
    'health condition',
    'mental health',
    'pregnancy',
    'pregnant',
    'hiv status',
    'blood type',
    'patient id',
    'disability',
  ],
  finance: [
    'credit score',
    'loan amount',
    'annual income',
    'household income',
    'monthly income',
    'salary',
    'bank account',
    'account balance',
    'iban',
    'debt amount',
    'net worth',
    'social security number',
    'ssn',
    'tax id',
    'credit card number',
    'card number',
  ],
  children: [
    'child age',
    'child name',
    'childs name',
    'child birthday',
    'children ages',
    'kid age',
    'kids ages',
  ],
};

/** The topic of a name, with the words that show it; undefined for most names. Whole words, however they are joined. */
export function sensitiveTopicOf(name: string): Spoken | undefined {
  return topics(name, () => spokenIn(name));
}

interface Spoken {
  topic: SensitiveTopic;
  words: string;
}

/** Events and parameters have the same names in all visits. */
const topics = remember<Spoken | undefined>(1_000);

function spokenIn(name: string): Spoken | undefined {
  const spoken = ` ${wordsOf(name)} `;
  for (const [topic, all] of Object.entries(WORDS) as [SensitiveTopic, readonly string[]][]) {
    const words = all.find((one) => spoken.includes(` ${one} `));
    if (words !== undefined) return { topic, words };
  }
  return undefined;
}

/** `loanAmount`, `Loan_Amount` and `loan-amount` are `loan amount`. */
function wordsOf(name: string): string {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .join(' ')
    .trim();
}

/** Whether a name consists only of such words: a longer one may be a product name. */
export function isSensitiveTopic(name: string): boolean {
  return sensitiveTopicOf(name)?.words === wordsOf(name);
}
