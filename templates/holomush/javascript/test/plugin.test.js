// Tests of the plugin in Node: `npm test`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handle_event } from '../src/plugin.js';

/** What the plugin emits for a character's "hello" with these fields changed. */
function handle(changes = {}) {
  const event = {
    id: '01JGXYZ123ABC456DEF789GHJK',
    stream: 'location:tavern',
    type: 'say',
    timestamp: 1737195000000,
    actor_kind: 0,
    actor_id: 'ann',
    payload: JSON.stringify({ message: 'hello' }),
    ...changes,
  };
  let output;
  // Stands for the host: one call's input and output.
  globalThis.Host = {
    inputString: () => JSON.stringify(event),
    outputString: (text) => {
      output = text;
    },
  };
  handle_event();
  return output === undefined ? undefined : JSON.parse(output).events;
}

test('it says again what a character said', () => {
  const payload = JSON.stringify({ message: 'Echo: hello' });
  assert.deepEqual(handle(), [{ stream: 'location:tavern', type: 'say', payload }]);
});

test('it keeps every character', () => {
  const [emitted] = handle({ payload: JSON.stringify({ message: 'Grüße <from> Bob & friends' }) });
  assert.equal(JSON.parse(emitted.payload).message, 'Echo: Grüße <from> Bob & friends');
});

test('it answers no plugin', () => {
  assert.equal(handle({ actor_kind: 2 }), undefined);
});

test('it answers nothing but what was said', () => {
  assert.equal(handle({ type: 'pose' }), undefined);
  assert.equal(handle({ payload: '{}' }), undefined);
  assert.equal(handle({ payload: JSON.stringify({ message: '' }) }), undefined);
});
