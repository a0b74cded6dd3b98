import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkNewDirectory, checkNodeDirectory, chooseDirectory } from './directory.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'directory-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const makeNode = (name: string) => mkdirSync(join(home, '.folkmoot', name), { recursive: true })

test('--dir comes before MOOT_DIR, and that before everything under the home directory', () => {
  makeNode('a')
  const env = { HOME: home, MOOT_DIR: '/env' }
  expect(chooseDirectory({ dir: '/flag', env })).toBe('/flag')
  expect(chooseDirectory({ env })).toBe('/env')
  expect(chooseDirectory({ env: { HOME: home, MOOT_DIR: '' } })).toBe(join(home, '.folkmoot/a'))
  expect(chooseDirectory({ name: 'b', env: { HOME: home } })).toBe(join(home, '.folkmoot/b'))
})

test('the only node is meant when none is named; of several, one must be', () => {
  const env = { HOME: home }
  expect(() => chooseDirectory({ env })).toThrow('there is no node yet')
  makeNode('b')
  expect(chooseDirectory({ env })).toBe(join(home, '.folkmoot/b'))
  makeNode('a')
  writeFileSync(join(home, '.folkmoot/file'), '')
  expect(() => chooseDirectory({ env })).toThrow('which node? --name a | b')
})

test.each(['', '..', '.hidden', 'a/b', 'a\0b', 'a\nb'])('%j is not the name of a node', name => {
  expect(() => chooseDirectory({ name, env: { HOME: home } })).toThrow('not a name')
})

test('commands need a node that is there, new nodes a place that is free', () => {
  const dir = join(home, 'x')
  expect(checkNewDirectory(dir)).toBe(dir)
  expect(() => checkNodeDirectory(dir)).toThrow(`no node in ${dir}`)
  mkdirSync(dir)
  writeFileSync(join(dir, 'file'), '')
  expect(checkNodeDirectory(dir)).toBe(dir)
  expect(() => checkNewDirectory(dir)).toThrow('not empty')
  expect(() => checkNodeDirectory(join(dir, 'file'))).toThrow('not a directory')
})
