import { expect } from '@playwright/test';
import { withSettings } from '../../../src/drift/same-settings.ts';
import { test } from '../test.ts';

const rows: [what: string, loader: string, same: string][] = [
  [
    'JSON',
    'a={"info":{"pixelCode":"C1","firstPartyCookieEnabled":false},"plugins":{"AutoAdvancedMatching":{"email":true,"phone_number":true},"DiagnosticsConsole":false}};',
    'a={"info":{"pixelCode":"C1","firstPartyCookieEnabled":true},"plugins":{"AutoAdvancedMatching":null,"DiagnosticsConsole":true}};',
  ],
  [
    'minified',
    'a={firstPartyCookieEnabled:!1,AutoAdvancedMatching:null}',
    'a={firstPartyCookieEnabled:true,AutoAdvancedMatching:null}',
  ],
  ['code that reads them', 'if(a.firstPartyCookieEnabled)b();', 'if(a.firstPartyCookieEnabled)b();'],
  ['no settings', 'sdk();', 'sdk();'],
];

for (const [what, loader, same] of rows)
  test(`a loader gets the settings of the probes: ${what}`, () => {
    expect(withSettings(loader)).toBe(same);
  });
