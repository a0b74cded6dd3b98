/**
 * A process to be killed: opens the directory it is given and appends to one log, saying every seq that it was told
 * is durable. With `hold` as second argument it only opens. A refusal is said by its code.
 */
import { FolkmootError } from '@folkmoot/core'
import { sampleEntry, sampleId, sampleRow } from '@folkmoot/core/conformance'
import { openSqliteStorage, type SqliteStorage } from '../sqlite-storage.ts'

function main(directory = '', mode = 'write'): void {
  try {
    const storage = openSqliteStorage(directory)
    say('open')
    if (mode === 'write') writeForEver(storage)
    else setInterval(() => {}, 1000)
  } catch (error) {
    if (!(error instanceof FolkmootError)) throw error
    say(error.code)
  }
}

function writeForEver(storage: SqliteStorage): void {
  const [head] = storage.entries.heads()
  let last = head && storage.entries.find(head.hash)?.entry
  setInterval(() => {
    const entry = sampleEntry(last)
    const name = `document ${entry.seq}`
    storage.transact(true, () => {
      storage.entries.append(entry, { status: 'applied', document: sampleId(name) })
      storage.rows.put(sampleRow(name, { content: `memory ${entry.seq}`, tags: ['t'] }))
    })
    last = entry
    say(String(entry.seq))
  })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

main(...process.argv.slice(2))
