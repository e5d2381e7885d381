import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createElement, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { EntityLockerButton, type UseEntityLocker, useEntityLocker } from './react.ts';

const options = { baseUrl: 'https://consent.example.in', apiKey: 'key_test_0' };
const render = (element: ReactElement) => renderToString(element);

test('on a server the button is a button, disabled until there is a session', () => {
  assert.equal(
    render(createElement(EntityLockerButton, { ...options, sessionId: null, className: 'wide' })),
    '<button type="button" class="wide" disabled="">Add your business</button>',
  );
  assert.equal(
    render(createElement(EntityLockerButton, { ...options, sessionId: 's' }, 'Go')),
    '<button type="button">Go</button>',
  );
});

test('on a server the hook opens nothing and has nothing to close', async () => {
  let hook: UseEntityLocker | undefined;
  const Page = () => {
    hook = useEntityLocker({ ...options, onEvent: () => assert.fail('nothing happens here') });
    return createElement('p', null, String(hook.isOpen));
  };
  assert.equal(render(createElement(Page)), '<p>false</p>');
  assert.equal(await hook?.open('s'), null);
  hook?.close();
});
