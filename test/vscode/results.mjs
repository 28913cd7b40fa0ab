// What the runners here share: one line a test, and one line at the end that others count.

/** @typedef {{ readonly title: string, readonly milliseconds: number, readonly error?: string }} TestResult */

/**
 * Prints each test and, last, `N passed, N failed`.
 * @param {readonly TestResult[]} results
 * @returns {boolean} whether there were tests and all of them passed
 */
export function printResults(results) {
  for (const { title, milliseconds, error } of results) {
    console.log(`${error === undefined ? 'ok  ' : 'FAIL'} ${title} (${Math.round(milliseconds)} ms)`);
    if (error !== undefined) console.log(error.replace(/^/gm, '     '));
  }
  const failed = results.filter(({ error }) => error !== undefined).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return results.length > 0 && failed === 0;
}
