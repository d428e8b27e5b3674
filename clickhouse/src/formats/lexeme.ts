/** How a value was written, before anybody asks what type it should have. `start` and `end` of a lexeme follow each kind. */
export const lexeme = {
  /** The row has no such field: no range. */
  absent: 0,
  /** JSON `null`, an empty unquoted CSV field or a declared null token: no range needed. */
  null: 1,
  /** JSON `true`, `false`: the four or five letters. */
  true: 2,
  false: 3,
  /** A JSON number, already known to follow RFC 8259. */
  number: 4,
  /** A JSON string: the range lies between the quotes. */
  string: 5,
  /** A JSON string with at least one backslash, already known to decode: the range lies between the quotes. */
  escapedString: 6,
  /** A JSON object or array, already known to be valid: brackets included. */
  nested: 7,
  /** Field text of a format without types of its own (CSV): exactly the characters of the value. */
  text: 8,
  /** Field text in which each `""` stands for one quote: the range lies between the outer quotes. */
  quotedText: 9,
  /** The digits of a Float64 that gives back exactly them; `nan`, `inf` and `-inf` are values, too. */
  float: 10,
} as const;

export type LexemeKind = (typeof lexeme)[keyof typeof lexeme];
