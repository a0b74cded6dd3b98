import { expect, test } from 'vitest'
import type { DocumentRow, Sibling } from './row.ts'
import { facetsOf } from './row-facets.ts'

function sibling(value: string, ended = false): Sibling {
  return {
    value: ended ? null : value,
    ended,
    node: 'n',
    at: 1,
    tick: 0,
    entry: 'e',
    confidence: null,
  } as unknown as Sibling
}

function wordsOf(content: readonly Sibling[], claim: readonly Sibling[] = []): string {
  const row = {
    type: 'record',
    key: 'k',
    registers: { content, claim },
    sets: { tags: ['t'] },
    conflicts: [],
  }
  return facetsOf(row as unknown as DocumentRow).words
}

test('a memory is found by what it says last, its key and its tags', () => {
  expect(wordsOf([sibling('old'), sibling('new')])).toBe('new\nk\nt')
  expect(wordsOf([sibling('old'), sibling('', true)])).toBe('k\nt')
})

test('a memory with a directive in it is found by all that it says', () => {
  const claim = [sibling('directive')]
  expect(wordsOf([sibling('plain'), sibling('', true), sibling('do it')], claim)).toBe('plain\ndo it\nk\nt')
  expect(wordsOf([sibling('plain'), sibling('new')], [sibling('observation')])).toBe('new\nk\nt')
})
