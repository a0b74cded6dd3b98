import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@folkmoot/gateway/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../main.ts'
import type { Surroundings } from '../surroundings.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'taint-'))
  writeFileSync(join(dir, 'node.json'), '{}')
})
afterAll(() => rmSync(dir, { recursive: true }))

const record = (id: string, link: string) => ({
  ...{ id: id.repeat(16), key: id, scope: 'app=default', type: 'record', value: 'v', caution: null },
  ...{ retracted: false, link, steps: 1, path: [] },
})
const REPORT = {
  ...{ id: 'aa'.repeat(16), status: 'retracted' },
  records: [record('bb', 'derived'), record('cc', 'acted')],
}

/** What was asked of a node that has one memory derived from another, and one that acted on it. */
async function asked(...args: readonly string[]) {
  const calls: [string, unknown][] = []
  const sink = { write: async () => {}, isTerminal: false, columns: Number.POSITIVE_INFINITY }
  const call = async (method: string, params: unknown) => {
    calls.push([method, params])
    return method === 'taint' ? REPORT : { retracted: [], skipped: [] }
  }
  const around = {
    ...{ env: { MOOT_DIR: dir }, stdin: (async function* () {})(), out: sink, err: sink, now: () => 0 },
    ...{ untilStopped: () => new AbortController().signal, isStopped: () => false },
    openClient: async () => ({ call, close: async () => {} }) as unknown as Client,
  } satisfies Surroundings
  return { code: await run(['taint', 'root', ...args], around), calls }
}

test('--retract takes back what was derived, and with --acted-on the rest of the list too', async () => {
  const [derived, acted] = REPORT.records.map(({ id }) => id)
  expect((await asked('--retract', '--yes')).calls.at(-1)).toEqual([
    'rollBack',
    { id: 'root', only: [derived] },
  ])
  expect((await asked('--retract', '--yes', '--acted-on')).calls.at(-1)).toEqual([
    'rollBack',
    { id: 'root', only: [derived, acted] },
  ])
  expect(await asked('--acted-on')).toEqual({ code: 2, calls: [] })
})
