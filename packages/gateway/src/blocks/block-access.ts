/** Who is let in, and to which room. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Unwelcome } from './block-room.ts'
import type { BlockName } from './block-rooms.ts'

export interface Access {
  readonly token: string
  /** Lets in those who may read and be seen, and not write. */
  readonly readOnlyToken?: string
  /** Web origins let in beside those of this machine. */
  readonly origins?: readonly string[]
}

export type Right = 'write' | 'read'

/** What the client may do, or the HTTP status that it gets. */
export function rightOf(request: IncomingMessage, access: Access): Right | number {
  if (!isOwnOrigin(request.headers.origin, access.origins ?? [])) return 403
  const token = targetOf(request)?.searchParams.get('token') ?? ''
  if (isSame(token, access.token)) return 'write'
  return access.readOnlyToken !== undefined && isSame(token, access.readOnlyToken) ? 'read' : 401
}

/** A page of another site may open a WebSocket to this machine; only its origin gives it away. */
function isOwnOrigin(origin: string | undefined, others: readonly string[]): boolean {
  if (origin === undefined || others.includes(origin)) return true
  const host = URL.parse(origin)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Takes as long whatever the difference. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return b !== '' && timingSafeEqual(digest(a), digest(b))
}

function targetOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '', 'ws://localhost')
}

/** The block that is asked for, and its scope if that is said. @throws Unwelcome */
export function roomOf(request: IncomingMessage): BlockName {
  const target = targetOf(request)
  const scope = target?.searchParams.get('scope')
  try {
    const idOrKey = decodeURIComponent(target?.pathname.slice(1) ?? '')
    return typeof scope === 'string' ? { idOrKey, scope } : { idOrKey }
  } catch {
    throw new Unwelcome(4400, 'the room is not a name')
  }
}
