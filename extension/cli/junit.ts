/** Results of `hotplug test` in the form that build servers read. */
import { summaryOf, type TestResult } from './tests.ts';

/** JUnit's XML: one suite of the project's name, one case a recording. */
export function junitXml(project: string, results: readonly TestResult[]): string {
  const failures = results.filter(({ ok, error }) => !ok && error === undefined).length;
  const errors = results.filter(({ error }) => error !== undefined).length;
  const seconds = results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const counts = `tests="${results.length}" failures="${failures}" errors="${errors}" skipped="0" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name=${quoted(project)} ${counts}>`,
    ...results.map((result) => caseOf(project, result)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf(project: string, result: TestResult): string {
  const { name, file, durationMs, error, ok } = result;
  const head = `    <testcase classname=${quoted(project)} name=${quoted(name)} file=${quoted(file)} time="${(durationMs / 1000).toFixed(3)}"`;
  if (error !== undefined)
    return `${head}>\n      <error message=${quoted(error.message)}>${escaped(error.advice)}</error>\n    </testcase>`;
  if (ok) return `${head}/>`;
  const text = result.events.map(({ event, pin, text }) => `${titleOf(event, pin)}\n${text}`).join('\n\n');
  return `${head}>\n      <failure message=${quoted(summaryOf(result))}>${escaped(text)}</failure>\n    </testcase>`;
}

function titleOf(event: number, pin: string | undefined): string {
  if (event === 0) return 'outside of events';
  return pin === undefined ? `event ${event}` : `event ${event} (${pin})`;
}

/** An attribute's value; a line break in it would be read as a space. */
function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;
}

/** XML 1.0 has no form for most control characters and for halves of surrogate pairs. */
// eslint-disable-next-line no-control-regex
const IMPOSSIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

function escaped(text: string): string {
  return text
    .replaceAll(IMPOSSIBLE, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}
