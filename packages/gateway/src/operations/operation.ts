import type { MemoryNode, Progress } from '@folkmoot/node'
import type * as v from 'valibot'

/** What a door gives an operation beside its parameters. */
export interface OperationContext {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  readonly onProgress?: Progress
  /** Stops the node; resolves when it has stopped. Absent where a door cannot stop it. */
  readonly onDown?: () => Promise<void>
}

type Schema = v.GenericSchema<unknown, object>

/** Answers once. */
export interface Call<Params extends Schema, Result> {
  readonly kind: 'call'
  readonly params: Params
  readonly run: (
    node: MemoryNode,
    params: v.InferOutput<Params>,
    context: OperationContext,
  ) => Promise<Result>
}

/** Answers with any number of items, until it ends or is aborted. */
export interface Stream<Params extends Schema, Item> {
  readonly kind: 'stream'
  readonly params: Params
  readonly run: (
    node: MemoryNode,
    params: v.InferOutput<Params>,
    context: OperationContext,
  ) => AsyncIterable<Item>
}

export function call<Params extends Schema, Result>(
  params: Params,
  run: Call<Params, Result>['run'],
): Call<Params, Result> {
  return { kind: 'call', params, run }
}

export function stream<Params extends Schema, Item>(
  params: Params,
  run: Stream<Params, Item>['run'],
): Stream<Params, Item> {
  return { kind: 'stream', params, run }
}
