import { FolkmootError } from '@folkmoot/core'

/** Of many memories one cannot be kept. */
export class RefusedItemError extends FolkmootError {
  override readonly name = 'RefusedItemError'
  /** Its place among them, from 0. */
  readonly item: number
  /** Why, without its place. */
  readonly reason: string

  constructor(item: number, { code, message }: FolkmootError) {
    super(code, `items[${item}]: ${message}`)
    this.item = item
    this.reason = message
  }
}
