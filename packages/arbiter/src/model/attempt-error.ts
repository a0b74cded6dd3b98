/** Why one attempt brought no answer. Never leaves the client: it ends as another attempt or as what callers know. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError'
  readonly after: Afterwards

  constructor(message: string, after: Afterwards, options?: ErrorOptions) {
    super(message, options)
    this.after = after
  }
}

export type Afterwards =
  /** The same may work later. */
  | { readonly do: 'retry'; readonly afterMs: number | null }
  /** It will not. */
  | { readonly do: 'give-up' }
  /** Others may be answered, this question will not. */
  | { readonly do: 'skip-question' }
  /** Perhaps with less asked for. */
  | { readonly do: 'ask-simpler'; readonly status: number; readonly detail: string }

export const RETRY: Afterwards = { do: 'retry', afterMs: null }
export const GIVE_UP: Afterwards = { do: 'give-up' }
export const SKIP_QUESTION: Afterwards = { do: 'skip-question' }
