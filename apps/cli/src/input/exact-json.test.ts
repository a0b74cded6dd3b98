import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lossIn } from './exact-json.ts'

test.each([
  [
    '12345678901234567890',
    'the number 12345678901234567890 has more digits than can be kept: give it as text',
  ],
  ['[9007199254740993]', 'more digits'],
  ['{"a":0.1000000000000000055}', 'more digits'],
  ['1e400', 'the number 1e400 is too large to be kept: give it as text'],
  ['[-1E400]', 'too large'],
  ['1e-400', 'the number 1e-400 is too small to be kept: give it as text'],
  ['{"a":1,"a":2}', 'the key "a" is there twice'],
  ['[{"b":{"a":1, "\\u0061" : 1}}]', 'the key "\\u0061" is there twice'],
  ['{"__proto__":1,"__proto__":1}', 'twice'],
  [`1${'2'.repeat(60)}`, `the number 1${'2'.repeat(39)}… has more`],
])('%s says more than can be kept', (text, loss) => {
  expect(lossIn(text)).toContain(loss)
})

test.each([
  ...[
    '0',
    '-0',
    '0.000',
    '0e9999',
    '1.0',
    '100',
    '1e2',
    '1E+21',
    '1e-7',
    '5e-324',
    '0.10',
    '9007199254740991',
  ],
  ...['1.7976931348623157e308', '[{"a":1},{"a":1}]', '{"a":{"a":["a","a"]}}', '{"a":"a","b":"a"}'],
  '{"x":"1e400 \\" {\\"a\\":1,\\"a\\":2}","y\\\\":"\\\\"}',
])('%s is kept as it is', text => {
  expect(lossIn(text)).toBeUndefined()
})

test('whatever JSON is written from a value is kept', () => {
  fc.assert(fc.property(fc.jsonValue(), value => lossIn(JSON.stringify(value, undefined, 1)) === undefined))
})

test('long and deep texts are looked through', () => {
  expect(lossIn(`"${'\\"'.repeat(500_000)}"`)).toBeUndefined()
  expect(lossIn('['.repeat(100_000) + ']'.repeat(100_000))).toBeUndefined()
})
