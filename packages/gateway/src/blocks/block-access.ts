/** Who is let in, and to which room. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { BlockDoor } from './block-door.ts'
import { Unwelcome } from './block-room.ts'
import type { BlockName } from './block-rooms.ts'

export interface Access {
  readonly token: string
  /** Lets in those who may read and be seen, and not write. */
  readonly readOnlyToken?: string
  /** Web origins let in beside those of this machine. */
  readonly origins?: readonly string[]
  /** The node as the bearer of another token may use it; undefined if that is not known, or not any more. */
  readonly visitor?: (token: string) => BlockDoor | undefined
}

export interface Admission {
  /** Through which the client reads and writes: rooms that it may not read are not there. */
  readonly door: BlockDoor
  readonly isReadOnly: boolean
  /** False once the token that it came with is no longer good. */
  stands(): boolean
}

/** What the client may do, or the HTTP status that it gets. */
export function admit(request: IncomingMessage, owner: BlockDoor, access: Access): Admission | number {
  if (!isOwnOrigin(request.headers.origin, access.origins ?? [])) return 403
  const token = targetOf(request)?.searchParams.get('token') ?? ''
  const stands = () => true
  if (isSame(token, access.token)) return { door: owner, isReadOnly: false, stands }
  if (access.readOnlyToken !== undefined && isSame(token, access.readOnlyToken))
    return { door: owner, isReadOnly: true, stands }
  const door = token === '' ? undefined : access.visitor?.(token)
  if (door === undefined) return 401
  return { door, isReadOnly: false, stands: () => access.visitor?.(token) !== undefined }
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
