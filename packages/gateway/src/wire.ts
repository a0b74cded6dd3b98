/**
 * What goes over the local socket: one JSON object a line, both ways, UTF-8.
 *
 *   client                                  node
 *   {id, method, params}      ->
 *                             <-  {id, progress: [done, total]} …   (a call that takes long)
 *                             <-  {id, result}                      (a call)
 *                             <-  {id, item} … {id, end: true}      (a stream)
 *                             <-  {id, error: {code, message}}      (either)
 *   {id, cancel: true}        ->                                    (ends a stream, leaves a call)
 *
 * The client numbers its requests; answers come in any order. A line that is no frame is answered with an error
 * whose id is null, and the connection is closed.
 */
import type { WireFault } from './errors.ts'
import type { CallName, Item, Params, Result, StreamName } from './operations/table.ts'

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
