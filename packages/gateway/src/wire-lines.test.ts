import { expect, test } from 'vitest'
import { decodeText, LineCutter } from './wire-lines.ts'

const cutAll = (cutter: LineCutter, ...chunks: string[]) =>
  chunks.flatMap(chunk => [...cutter.push(Buffer.from(chunk))].map(String))

test('lines come out whole, however the bytes are cut', () => {
  const cutter = new LineCutter(10)
  expect(cutAll(cutter, 'on', 'e\ntwo\n\nth', 'ree')).toEqual(['one', 'two', ''])
  expect(String(cutter.rest())).toBe('three')
  expect(String(cutter.rest())).toBe('')
})

test('an unfinished line cannot grow without end', () => {
  expect(() => cutAll(new LineCutter(10), '12345', '67890', '1')).toThrow('over 10 bytes')
  expect(cutAll(new LineCutter(10), '1234567890\n1234567890\n')).toHaveLength(2)
})

test('text is UTF-8 or nothing', () => {
  expect(decodeText(Buffer.from('é'))).toBe('é')
  expect(() => decodeText(Buffer.from([0xff]))).toThrow('not UTF-8')
  expect(decodeText(Buffer.from('still fine'))).toBe('still fine')
})
