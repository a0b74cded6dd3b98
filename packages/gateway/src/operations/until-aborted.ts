/** The items, up to the abort: ends then even if the source does not listen to the signal. */
export async function* untilAborted<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    while (!signal.aborted) {
      const next = await nextOrAbort(iterator, signal)
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } finally {
    // A source that waits for its next item ends only then: nobody waits for it.
    iterator.return?.().catch(() => {})
  }
}

// Not Promise.race: racing one abort promise for every item would hold every item until the abort.
function nextOrAbort<Item>(
  iterator: AsyncIterator<Item>,
  signal: AbortSignal,
): Promise<IteratorResult<Item> | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    iterator
      .next()
      .then(resolve, error => (signal.aborted ? resolve(undefined) : reject(error)))
      .finally(() => signal.removeEventListener('abort', stop))
  })
}
