import { expect, test } from 'vitest'
import { argumentsOf } from './detach.ts'
import { checkDoors } from './doors.ts'
import { parseReplication } from './replication.ts'

test('how a scope travels', () => {
  expect(parseReplication('run=*:local')).toEqual({ scope: 'run=*', mode: 'local' })
  expect(parseReplication('app=a:b:push')).toEqual({ scope: 'app=a:b', mode: 'push' })
  for (const bad of ['', ':push', 'run=*', 'run=*:', 'run=*:sideways']) {
    expect(() => parseReplication(bad)).toThrow('--replicate')
  }
})

test('flags become arguments again, so that a value with a dash stays a value', () => {
  expect(
    argumentsOf({ dir: '/d', json: true, detach: undefined, keep: false, listen: ['/a', '-b'] }),
  ).toEqual(['--dir=/d', '--json', '--listen=/a', '--listen=-b'])
})

test('a door that is not built is not opened', () => {
  expect(() => checkDoors({ http: '80' })).toThrow('not built yet')
  expect(checkDoors({})).toEqual({ blocks: undefined })
})
