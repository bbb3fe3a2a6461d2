import type { Target } from '../target/target.ts';
import type { Doubt, Finding } from './rule.ts';

/**
 * Findings about hashes, and doubts instead of those with code `unknown` if the visit begins logged in: the account may have an
 * address of its own, which matches as well as the one that the visitor typed.
 *
 * @param subject what a finding is about, such as `The e-mail address of Purchase`
 */
export function unlessOfAccount<F extends Finding>(
  found: readonly F[],
  subject: (args: F['args']) => string,
  { setup, storageState }: Pick<Target, 'setup' | 'storageState'>,
): { findings: F[]; doubts: Doubt[] } {
  const isLoggedIn = setup.length > 0 || storageState !== undefined;
  const isDoubtful = ({ code }: F) => isLoggedIn && code === 'unknown';
  const doubts = found.filter(isDoubtful).map((one): Doubt => {
    const { args: _args, ...finding }: Finding = one;
    const inconclusive =
      `${subject(one.args)} is not a hash of what the visitor typed. The visit begins logged in: the hash may be of the account's own, of ` +
      "another customer's, or salted. Give the target the identity of the account: then the visitor types that, and the two are compared";
    return { ...finding, inconclusive };
  });
  return { findings: found.filter((one) => !isDoubtful(one)), doubts };
}
