/** What admits a visitor to a site that is not open to everybody. */
export interface Credentials {
  headers?: Readonly<Record<string, string>>;
  httpCredentials?: { username: string; password: string } | undefined;
}

/** The headers that a target asks for, with those of its basic authentication. */
export function headersToAdd({ headers = {}, httpCredentials }: Credentials): Record<string, string> {
  if (!httpCredentials) return { ...headers };
  return { authorization: `Basic ${basicOf(httpCredentials)}`, ...headers };
}

/** As basic authentication sends them. */
export function basicOf({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
