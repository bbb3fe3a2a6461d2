import { remember } from './remember.ts';
/** Topics of which TikTok wants no data: what its Web Diagnostics warn of. */
export type SensitiveTopic = 'health' | 'finance' | 'children';

/**
 * Words that name such data by themselves, in small letters with blanks between. TikTok's own list is not published. This one is
 * kept short, so that a shop that sells books on the matter is left alone.
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

/** The topic that a name speaks of, with the words that say so; undefined for most. Whole words, however they are joined. */
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

/** Whether a name is nothing but such words: a longer one may be the name of a product. */
export function isSensitiveTopic(name: string): boolean {
  return sensitiveTopicOf(name)?.words === wordsOf(name);
}
