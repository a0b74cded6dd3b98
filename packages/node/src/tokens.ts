/** Tokens for the local doors, kept in the directory: who may come in, and how far. Only hashes are stored. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FolkmootError, NotFoundError, parseScope, UsageError } from '@folkmoot/core'
import { write } from './identity.ts'
import { checkedPermission } from './principal.ts'
import type { TokenReport } from './reports.ts'
import type { TokenOptions } from './visitor-options.ts'

const FILE = 'tokens.json'
const FILE_VERSION = 1
const TOKEN_BYTES = 32
/** More visitors than any machine runs agents; each admission reads the file. */
const TOKENS_MAX = 1000
const NAME = /^[^\s\p{Cc}]{1,64}$/u

export interface StoredToken extends TokenReport {
  /** SHA-256 of the token, 64 hex digits: it is random, so it cannot be guessed from that. */
  readonly hash: string
}

export class Tokens {
  readonly #dir: string
  readonly #now: () => number
  #last: { readonly version: string; readonly tokens: readonly StoredToken[] } | undefined

  constructor(dir: string, now: () => number) {
    this.#dir = dir
    this.#now = now
  }

  /** @throws UsageError if the name is taken, or means nothing */
  create(options: TokenOptions): TokenReport & { token: string } {
    const { name, agent = null, user = null, permissions = null, expiresInMs } = options
    const tokens = this.#read()
    if (!NAME.test(name)) throw new UsageError(`not a name for a token: ${JSON.stringify(name)}`)
    if (tokens.some(known => known.name === name)) throw new UsageError(`a token ${name} is there already`)
    if (tokens.length >= TOKENS_MAX) throw new UsageError(`there are ${TOKENS_MAX} tokens: revoke some`)
    if (user !== null) parseScope(`user=${user}`)
    if (expiresInMs !== undefined && !(expiresInMs > 0))
      throw new UsageError('a token must be good for some time')
    const createdAt = this.#now()
    const token = randomBytes(TOKEN_BYTES).toString('hex')
    const report: TokenReport = {
      name,
      agent,
      user,
      permissions: permissions?.map(checkedPermission) ?? null,
      createdAt,
      expiresAt: expiresInMs === undefined ? null : createdAt + expiresInMs,
    }
    this.#write([...tokens, { ...report, hash: hashOf(token) }])
    return { ...report, token }
  }

  list(): TokenReport[] {
    return this.#read().map(({ hash: _, ...report }) => report)
  }

  revoke(name: string): TokenReport {
    const tokens = this.#read()
    const found = tokens.find(token => token.name === name)
    if (found === undefined) throw new NotFoundError(`token ${name}`)
    this.#write(tokens.filter(token => token !== found))
    const { hash: _, ...report } = found
    return report
  }

  /** The token, if it is good now. Hashes are compared: how much of one fits says nothing of the token. */
  find(token: string): StoredToken | undefined {
    const hash = hashOf(token)
    const found = this.#read().find(known => known.hash === hash)
    return found !== undefined && isGood(found, this.#now()) ? found : undefined
  }

  /** Whether that very token is still good. */
  stands({ hash }: StoredToken): boolean {
    const found = this.#read().find(known => known.hash === hash)
    return found !== undefined && isGood(found, this.#now())
  }

  /** Asked for at every request, so what was read is kept until the file is another. */
  #read(): readonly StoredToken[] {
    const path = join(this.#dir, FILE)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return []
    const version = `${found.ino} ${found.mtimeMs} ${found.size}`
    if (this.#last?.version !== version) this.#last = { version, tokens: tokensIn(path) }
    return this.#last.tokens
  }

  #write(tokens: readonly StoredToken[]): void {
    write(this.#dir, FILE, `${JSON.stringify({ version: FILE_VERSION, tokens }, null, 2)}\n`)
  }
}

/** @throws FolkmootError directory */
function tokensIn(path: string): readonly StoredToken[] {
  try {
    const { version, tokens } = JSON.parse(readFileSync(path, 'utf8'))
    if (version === FILE_VERSION && Array.isArray(tokens) && tokens.every(isStored)) return tokens
  } catch {
    // Said below, once for all that can be wrong with it.
  }
  throw new FolkmootError('directory', `${path} is damaged: delete it, and every token is revoked`)
}

function isGood({ expiresAt }: TokenReport, nowMs: number): boolean {
  return expiresAt === null || nowMs < expiresAt
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** A limit that was lost would open what it closed, so every field must be there. @throws for a permission that is none */
function isStored(token: unknown): token is StoredToken {
  if (typeof token !== 'object' || token === null) return false
  const { name, hash, agent, user, permissions, createdAt, expiresAt } = token as Record<string, unknown>
  return (
    typeof name === 'string' &&
    typeof hash === 'string' &&
    [agent, user].every(part => part === null || typeof part === 'string') &&
    (permissions === null || (Array.isArray(permissions) && permissions.every(checkedPermission))) &&
    typeof createdAt === 'number' &&
    (expiresAt === null || typeof expiresAt === 'number')
  )
}
