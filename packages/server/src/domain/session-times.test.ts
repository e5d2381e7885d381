import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOfConsentExpiry, faultOfExpiry } from './session-times.ts';

const nowMs = 1_763_800_000_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

test('a consent ends an hour to ten years ahead, and a minute less than the hour is forgiven', () => {
  const ahead = (ms: number) => faultOfConsentExpiry(nowMs + ms, nowMs);
  for (const ms of [59 * minuteMs, hourMs, 3_652 * 24 * hourMs]) assert.equal(ahead(ms), undefined, String(ms));
  for (const ms of [-hourMs, 0, 59 * minuteMs - 1]) assert.match(ahead(ms) ?? '', /one hour ahead/);
  assert.match(ahead(3_654 * 24 * hourMs) ?? '', /ten years/);
});

test('a session expires 5 minutes to 24 hours ahead, and a minute more or less is forgiven', () => {
  const ahead = (ms: number) => faultOfExpiry(nowMs + ms, nowMs);
  for (const ms of [4 * minuteMs, 5 * minuteMs, 24 * hourMs, 24 * hourMs + minuteMs])
    assert.equal(ahead(ms), undefined);
  for (const ms of [-1, 0, 4 * minuteMs - 1, 24 * hourMs + minuteMs + 1]) assert.match(ahead(ms) ?? '', /5 minutes/);
});

test('a time in seconds is told as such', () => {
  for (const fault of [faultOfConsentExpiry, faultOfExpiry]) {
    for (const seconds of [0, 1, nowMs / 1_000 + 7_200, 99_999_999_999]) {
      assert.match(fault(seconds, nowMs) ?? '', /in seconds/);
    }
  }
});
