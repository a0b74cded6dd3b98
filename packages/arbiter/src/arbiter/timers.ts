/** Time as the node has it. */
export interface Timers {
  /** Milliseconds since 1970, by the clock that claims are held against. */
  now(): number
  /** Calls back once, never at once; gives what calls that off. */
  after(ms: number, work: () => void): () => void
}
