import type { Page } from '@playwright/test';
import { bundle } from '../double/bundle.ts';
import type { StepRecord } from '../evidence/evidence.ts';
import { maskText } from '../masking/mask.ts';
import type { Companion } from '../recorder/listen.ts';
import type { Recording } from '../recorder/recording.ts';
import { secretsTyped } from '../recorder/secrets.ts';
import type { Tabs } from '../recorder/tabs.ts';
import type { Target } from '../target/target.ts';
import { normalForms } from '../tiktok/hashing.ts';
import type { ActMessage } from './act-message.ts';

/** Where actions are recorded. */
interface Acting {
  recording: Recording;
  tabs: Tabs;
  target: Target;
  /** Whether the test opened it; other pages are pop-ups of the site. */
  isOpenedByTest: (page: Page) => boolean;
  /** Whether the test is about to open the ad's page; called once for each page that it opens. */
  isLanding: () => boolean;
}

/** Records what the visitor does in a context's pages as the steps of the visit. */
export function watchActs(acting: Acting): Companion {
  return {
    script: bundle(new URL('./page/acts', import.meta.url)),
    take(sent, page) {
      const message = sent as ActMessage;
      if (!Number.isFinite(message.at)) return;
      if (message.kind === 'arrived') arrived(message, page, acting);
      else if (message.kind === 'acted') acted(message, acting);
      else if (message.kind === 'typed') typed(message, acting);
    },
  };
}

/**
 * A document that no page requested: the test went there, reloaded or went back. The first one in a tab is where the visitor
 * arrives.
 */
function arrived(
  { at, url, type }: Extract<ActMessage, { kind: 'arrived' }>,
  page: Page,
  { recording, tabs, isOpenedByTest, isLanding }: Acting,
): void {
  const { tab, navigation } = tabs.of(page);
  if (navigation.isCaused) return;
  const via = type === 'reload' ? 'reload' : type === 'back_forward' ? 'history' : 'goto';
  navigation.expect(via);
  if (via === 'goto' && isLanding()) {
    recording.stepsBefore = recording.steps.length;
    return;
  }
  const isFirst = recording.mainDocument(tab) === undefined;
  if (isFirst && (tab === 0 || !isOpenedByTest(page))) return;
  const action = via === 'history' ? 'back' : via;
  recording.steps.push({
    at: recording.at(at),
    action,
    ...(via === 'goto' ? { on: url } : {}),
    text: JSON.stringify({ [action]: via === 'goto' ? url : true }),
  });
}

function acted({ at, action, on }: Extract<ActMessage, { kind: 'acted' }>, { recording }: Acting): void {
  recording.steps.push({ at: recording.at(at), action, on, text: JSON.stringify({ [action]: on }) });
}

function typed(
  { at, action, on, names, text }: Extract<ActMessage, { kind: 'typed' }>,
  { recording, target }: Acting,
): void {
  const part = action === 'fill' ? partOf(text, target) : undefined;
  if (!part) recording.secrets.push(...secretsTyped(names, text));
  const shown = part ? `{${part}}` : maskText(text, 'typed');
  const record: StepRecord = {
    at: recording.at(at),
    action,
    on,
    text: JSON.stringify({ [action]: on, with: shown }),
    ...(part ? { typed: part } : {}),
  };
  // What is typed key by key is one step.
  const last = recording.steps.at(-1);
  const isSame = last?.action === action && last.on === on;
  if (isSame) Object.assign(last, { ...record, at: last.at });
  else recording.steps.push(record);
}

type Part = NonNullable<StepRecord['typed']>;

/** The part of the identity in a text, in any spelling. */
function partOf(text: string, { identity }: Target): Part | undefined {
  const { email = '', phone = '' } = identity;
  const is = (kind: 'email' | 'phone', own: string) =>
    own !== '' && text.trim() !== '' && normalForms(kind, text)[0] === normalForms(kind, own)[0];
  if (is('email', email)) return 'email';
  // A form may ask for the country code separately.
  const digits = text.replace(/\D/g, '').replace(/^0+/, '');
  if (is('phone', phone) || (digits.length >= 6 && phone.endsWith(digits))) return 'phone';
  return (['externalId', 'firstName', 'lastName'] as const).find(
    (one) => identity[one] !== undefined && identity[one] === text.trim(),
  );
}
