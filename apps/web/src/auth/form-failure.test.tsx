import { renderToStaticMarkup } from 'react-dom/server';
import type { Failure } from '../http/send';
import { FormFailure } from './form-failure';

const problem = { type: 'about:blank', title: 'No', status: 401, detail: 'Sign in.', code: 'x', requestId: 'r' };
const said = (failure: Failure) =>
  renderToStaticMarkup(<FormFailure failure={failure} comfort="Nothing is held twice." known={{ x: <p>Known.</p> }} />);

test('a lost answer keeps what was typed, and its comfort holds', () => {
  expect(said({ kind: 'offline' })).toContain('What you typed is kept. Nothing is held twice.');
});

test('a try that is too old to be repeated has no comfort', () => {
  const words = said({ kind: 'stale' });
  expect(words).toContain('Look whether it was done before you try again.');
  expect(words).not.toMatch(/kept|twice/);
});

test('a refusal has the words that the form knows for it', () => {
  expect(said({ kind: 'refused', problem })).toBe('<p>Known.</p>');
});

test('a refusal after a lost answer promises neither: whoever signs in again begins on a new page', () => {
  const words = said({ kind: 'refused', problem, isUnsettled: true });
  expect(words).toContain('Sign in.');
  expect(words).toContain('Look whether it was done before you try again.');
  expect(words).not.toMatch(/kept|twice/);
});
