import type { ScenarioName } from '../../target/target.ts';
import { adBlocked } from './ad-blocked.ts';
import { adClick } from './ad-click.ts';
import { consentDenied } from './consent-denied.ts';
import { consentGranted } from './consent-granted.ts';
import { consentIgnored } from './consent-ignored.ts';
import { consentLate } from './consent-late.ts';
import { consentWithdrawn } from './consent-withdrawn.ts';
import { cookiesLimited } from './cookies-limited.ts';
import { cspBlocked } from './csp-blocked.ts';
import { doubleClick } from './double-click.ts';
import { eventsApiFaults } from './events-api-faults.ts';
import { gpc } from './gpc.ts';
import { inApp } from './in-app.ts';
import { inAppIos } from './in-app-ios.ts';
import { mobile } from './mobile.ts';
import { organic } from './organic.ts';
import { reloadAndBack } from './reload-and-back.ts';
import { returning } from './returning.ts';
import type { Scenario } from './scenario.ts';
import { sdk404 } from './sdk-404.ts';
import { sdkSlow } from './sdk-slow.ts';
import { secondClick } from './second-click.ts';
import { spa } from './spa.ts';

/** Every scenario by its name. */
export const SCENARIO: Readonly<Record<ScenarioName, Scenario>> = {
  organic,
  'ad-click': adClick,
  returning,
  'second-click': secondClick,
  'ad-blocked': adBlocked,
  'sdk-slow': sdkSlow,
  'sdk-404': sdk404,
  'csp-blocked': cspBlocked,
  'cookies-limited': cookiesLimited,
  'consent-denied': consentDenied,
  'consent-granted': consentGranted,
  'consent-late': consentLate,
  'consent-withdrawn': consentWithdrawn,
  'consent-ignored': consentIgnored,
  gpc,
  'reload-and-back': reloadAndBack,
  'double-click': doubleClick,
  spa,
  mobile,
  'in-app': inApp,
  'in-app-ios': inAppIos,
  'events-api-faults': eventsApiFaults,
};
