import { bundle } from '../double/bundle.ts';

/** The call tap, as an init script. */
export function tapScript(): string {
  // The tap recognises its own frames in a stack by this name.
  return `${bundle(new URL('./tap/main', import.meta.url))}\n//# sourceURL=ttq-conformance-tap.js`;
}
