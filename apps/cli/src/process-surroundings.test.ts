import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { columnsOf } from './process-surroundings.ts'

const url = JSON.stringify(new URL('./process-surroundings.ts', import.meta.url).href)

/** Runs a script with the real surroundings in a shell pipeline. */
function pipeline(script: string, rest: string): Promise<{ code: number | null; out: string; err: string }> {
  const body = `import { processSurroundings } from ${url}; const around = processSurroundings(); ${script}`
  const shell = `"$0" --no-warnings --input-type=module-typescript -e "$1" ${rest}`
  return new Promise(resolve => {
    const child = execFile('bash', ['-o', 'pipefail', '-c', shell, process.execPath, body], (_, out, err) => {
      resolve({ code: child.exitCode, out, err })
    })
  })
}

test('a reader that had enough stops us without a word', async () => {
  const script = `let n = 0; while (!around.isStopped()) await around.out.write((n++) + '\\n')`
  expect(await pipeline(script, '| head -n 2')).toEqual({ code: 0, out: '0\n1\n', err: '' })
})

test('a signal is told once somebody asks for it', async () => {
  const script = `
    const signal = around.untilStopped()
    setTimeout(() => {}, 20_000).unref()
    signal.addEventListener('abort', () => { clearInterval(alive); around.out.write('stopped') })
    const alive = setInterval(() => {}, 1000)
    process.kill(process.pid, 'SIGINT')`
  expect(await pipeline(script, '')).toEqual({ code: 0, out: 'stopped', err: '' })
})

test('COLUMNS is the width, also in a pipe; without it only a terminal has one', async () => {
  const piped = (columns: string | undefined) => columnsOf({ isTTY: false, columns: 0 }, columns)
  expect(['60', '', '0', '-1', 'wide', undefined].map(piped)).toEqual([60, ...Array(5).fill(Infinity)])
  expect(columnsOf({ isTTY: true, columns: 80 }, undefined)).toBe(80)
  expect(columnsOf({ isTTY: true, columns: 80 }, '60')).toBe(60)
  expect(columnsOf({ isTTY: true, columns: 0 }, undefined)).toBe(Infinity)
  const script = "process.env.COLUMNS = '60'; around.out.write(String(processSurroundings().out.columns))"
  expect(await pipeline(script, '| cat')).toEqual({ code: 0, out: '60', err: '' })
})

test.skipIf(!existsSync('/dev/full'))('a full disk is an error like any other', async () => {
  const script = `await around.out.write('x').catch(error => around.err.write(error.code))`
  expect(await pipeline(script, '> /dev/full')).toEqual({ code: 0, out: '', err: 'ENOSPC' })
})
