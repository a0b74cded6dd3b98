class FrozenMap<Key, Value> extends Map<Key, Value> {
  #isFrozen = false

  constructor(entries: Iterable<readonly [Key, Value]>) {
    super()
    for (const [key, value] of entries) super.set(key, value)
    this.#isFrozen = true
  }

  override set(key: Key, value: Value): this {
    if (this.#isFrozen) throw new TypeError('the map is frozen')
    return super.set(key, value)
  }

  override delete(): boolean {
    throw new TypeError('the map is frozen')
  }

  override clear(): void {
    throw new TypeError('the map is frozen')
  }
}

/** The same value, of which no part can be changed. */
export function deepFrozen<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Map)
    return Object.freeze(new FrozenMap([...value].map(([key, item]) => [key, deepFrozen(item)]))) as T
  if (Array.isArray(value)) return Object.freeze(value.map(deepFrozen)) as T
  const entries = Object.entries(value).map(([name, item]) => [name, deepFrozen(item)])
  return Object.freeze(Object.fromEntries(entries)) as T
}
