// The question as others ask it: the line for curl, and the command.

/** A text as a POSIX shell reads it. */
const word = (text) => (/^[A-Za-z0-9/._,:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The line for curl: the key is read from the environment.
 *
 * @param {Object} body  as the service is asked
 */
export function curlLine(origin, body, order) {
  const parameters = Object.entries({ ...body, order }).map(([name, value]) => `--data-urlencode ${word(`${name}=${value}`)}`);
  return ['curl -H "X-Api-Key: $API_KEY" --get', ...parameters, word(`${origin}/v1/records`)].join(" \\\n  ");
}

const OPTIONS = {
  userId: "--user", systemId: "--system", resourceId: "--resource", filter: "--filter", search: "--search", startDate: "--from", endDate: "--to" };

/** The command, which reads all pages and takes the key from a file. */
export function queryCommand(origin, body, order) {
  const options = Object.entries(body).map(([name, value]) => `${OPTIONS[name]} ${word(value)}`);
  return [`audit-query query --url ${word(origin)} --key-file key.txt`, ...options, `--order ${order} --all`].join(" \\\n  ");
}
