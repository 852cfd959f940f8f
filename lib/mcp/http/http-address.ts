/** The headers of every request, with the user and password of the address among them. */
export function headersOf(url: URL, given: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  if (url.username === '' && url.password === '') return { ...given };
  const basic = Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`);
  return { ...given, authorization: `Basic ${basic.toString('base64')}` };
}

/** The same address as `fetch` takes it: it refuses one with a user, and quotes it. */
export function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  return bare;
}

/** What must not be told to people: values of headers, and what an address holds beside origin and path. */
export function secretsOf(url: URL, headers: Readonly<Record<string, string>>): string[] {
  const { username, password, search, searchParams, hash } = url;
  const ofUser = [password, decodeURIComponent(password), username, decodeURIComponent(username)];
  return [...Object.values(headers), ...ofUser, search.slice(1), ...searchParams.values(), hash.slice(1)];
}
