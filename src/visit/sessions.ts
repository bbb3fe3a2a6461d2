import type { Target } from '../target/target.ts';
import { Session } from './session.ts';

/** The sessions of one Playwright worker: one at a time, that of the target which is being visited. */
export class Sessions {
  private current: Session | undefined;

  /** @throws BrowserError where there is no browser */
  async of(target: Target): Promise<Session> {
    if (this.current?.target.name === target.name) return this.current;
    await this.close();
    this.current = await Session.open(target);
    return this.current;
  }

  async close(): Promise<void> {
    await this.current?.close();
    this.current = undefined;
  }
}
