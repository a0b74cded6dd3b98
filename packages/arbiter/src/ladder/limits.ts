/**
 * UTF-16 units of a text that are read. A note is a sentence or two; of a longer text only equality is asked, because
 * one word more or less in a page says nothing about what the page says.
 */
export const READ_LENGTH_MAX = 1000

/**
 * UTF-16 units of a text up to which case, spaces and the way its characters are encoded make no difference. More than a
 * memory may hold: beyond, texts are equal if they are equal unit by unit, which takes no copies.
 */
export const NORMALISED_LENGTH_MAX = 1_000_000
