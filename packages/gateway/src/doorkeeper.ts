import { createHash, timingSafeEqual } from 'node:crypto'
import { FolkmootError } from '@folkmoot/core'
import type { MemoryNode } from '@folkmoot/node'
import { giveDoorToken } from './door-token.ts'
import type { GreetingFrame } from './wire.ts'

/** A visitor that was let in. */
export interface Visit {
  readonly isOwner: boolean
  /**
   * The node, or its branch, as this visitor may use it. Asked for each request.
   * @throws FolkmootError forbidden, once it may not; not-found, if there is no such branch
   */
  node(): MemoryNode | Promise<MemoryNode>
}

/** Decides who comes in, and as whom. */
export class Doorkeeper {
  readonly #node: MemoryNode
  readonly #token: string

  /** @throws WireError directory */
  constructor(node: MemoryNode, dir: string) {
    this.#node = node
    this.#token = giveDoorToken(dir)
  }

  /** @throws FolkmootError forbidden */
  admit({ branch, ...greeting }: GreetingFrame): Visit {
    const { isOwner, node } = this.#admitToNode(greeting)
    if (branch === undefined) return { isOwner, node }
    // Who works in a branch may not stop its node.
    return { isOwner: false, node: () => node().branch(branch) }
  }

  #admitToNode({ auth, user }: Omit<GreetingFrame, 'branch'>) {
    if (isSame(auth, this.#token)) {
      const view = user === undefined ? this.#node : this.#node.as({ user })
      return { isOwner: user === undefined, node: () => view }
    }
    const node = this.#visitorWith(auth, user)
    node()
    return { isOwner: false, node }
  }

  /** A token may be revoked while its bearer is in. */
  #visitorWith(auth: string, user: string | undefined): () => MemoryNode {
    let last: { readonly of: MemoryNode; readonly view: MemoryNode } | undefined
    return () => {
      const visitor = auth === '' ? undefined : this.#node.visitor(auth)
      if (visitor === undefined)
        throw new FolkmootError('forbidden', 'the token is missing, unknown or no longer good')
      if (last?.of !== visitor)
        last = { of: visitor, view: user === undefined ? visitor : visitor.as({ user }) }
      return last.view
    }
  }
}

/** Takes as long whatever the difference. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
