/**
 * What goes over the local socket: one JSON object a line, both ways, UTF-8.
 *
 *   client                                  node
 *   {auth, user?, branch?}    ->                                    (once, before all else)
 *   {id, method, params}      ->
 *                             <-  {id, progress: [done, total]} …   (a call that takes long)
 *                             <-  {id, result}                      (a call)
 *                             <-  {id, item} … {id, end: true}      (a stream)
 *                             <-  {id, error: {code, message}}      (either)
 *   {id, cancel: true}        ->                                    (ends a stream, leaves a call)
 *
 * `auth` is the token: that of the directory (door.token) or one that `moot token create` gave. With `user` all is asked
 * in that user's service, with `branch` of that branch of the node. Whoever does not greet with a good token is told
 * `forbidden` and hung up on. The client does not wait for an answer to its greeting: there is none.
 *
 * The client numbers its requests; answers come in any order. A line that is no frame is answered with an error
 * whose id is null, and the connection is closed.
 */
import type { WireFault } from './errors.ts'
import type { CallName, Item, Params, Result, StreamName } from './operations/table.ts'

export interface GreetingFrame {
  readonly auth: string
  /** In whose service. */
  readonly user?: string
  /** Of which branch all is asked; of the node itself if not given. */
  readonly branch?: string
}

export type RequestFrame =
  | { readonly id: number; readonly method: string; readonly params?: unknown }
  | { readonly id: number; readonly cancel: true }

export type ResponseFrame =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number | null; readonly error: WireFault }
  | { readonly id: number; readonly item: unknown }
  | { readonly id: number; readonly end: true }
  | { readonly id: number; readonly progress: readonly [done: number, total: number] }

export interface RequestOptions {
  readonly signal?: AbortSignal
}

export interface CallOptions extends RequestOptions {
  readonly onProgress?: (done: number, total: number) => void
}

/** What a door's visitor can ask of a node, wherever that node runs. */
export interface Client {
  call<Name extends CallName>(
    method: Name,
    params: Params<Name>,
    options?: CallOptions,
  ): Promise<Result<Name>>
  stream<Name extends StreamName>(
    method: Name,
    params: Params<Name>,
    options?: RequestOptions,
  ): AsyncIterable<Item<Name>>
  close(): Promise<void>
}
