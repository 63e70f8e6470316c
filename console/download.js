// All records of a question as one file, by reading all pages. It is whole, or its name and the page say that it is not.
import { askPatiently } from "./api.js";
import * as csv from "./csv.js";
import { readPage } from "./pages.js";

/** The most records that the service puts on a page. */
const LIMIT = 1000;

export const FORMS = {
  csv: { type: "text/csv;charset=utf-8", extension: "csv", begin: csv.header, line: csv.row },
  ndjson: { type: "application/x-ndjson", extension: "ndjson", begin: "", line: (entry) => `${entry.raw}\n` },
};

/**
 * Reads all pages into a file.
 *
 * @param {Object} body  as the service is asked, with its order
 * @param {{form: string, isHarmless: boolean, signal: AbortSignal}} wishes
 * @param {(progress: {records: number, bytes: number, waits?: string}) => void} onProgress
 * @returns {Promise<{blob: Blob, records: number, bytes: number, isWhole: boolean, fault?: Error}>} what was read, whole or not: a page that
 *     fails, or an order to stop, ends it where it is
 */
export async function readAll(service, body, { form, isHarmless, signal }, onProgress) {
  const { type, begin, line } = FORMS[form];
  // A blob of blobs: the browser keeps what is large on its disk.
  let blob = new Blob([begin], { type });
  let records = 0;
  try {
    for (let cursor = null, hasMore = true; hasMore;) {
      const asked = cursor ? { cursor } : { ...body, limit: LIMIT };
      const answer = await askPatiently(service, "/v1/records/query", asked, signal,
        (error, seconds) => onProgress({ records, bytes: blob.size, waits: `${error.message} Trying again in ${Math.ceil(seconds)} s.` }));
      const page = readPage(answer.text);
      blob = new Blob([blob, page.entries.map((entry) => line(entry, isHarmless)).join("")], { type });
      records += page.entries.length;
      hasMore = page.hasMore;
      cursor = page.nextCursor;
      onProgress({ records, bytes: blob.size });
    }
  } catch (fault) {
    return { blob, records, bytes: blob.size, isWhole: false, fault };
  }
  return { blob, records, bytes: blob.size, isWhole: true };
}

/** The file's name, which says itself when it is not whole. */
export function fileName(form, isWhole, now) {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(":", "");
  return `audit-records-${time}Z${isWhole ? "" : "-INCOMPLETE"}.${FORMS[form].extension}`;
}
