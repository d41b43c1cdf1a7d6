-- The words that texts are made of, so that a slip in one of them still leads to what was meant.

CREATE TABLE record_words (
  slip TEXT NOT NULL,                     -- the word itself, or what one letter less makes of it
  word TEXT NOT NULL,                     -- behind the letter of its kind and sort, as the slip is
  PRIMARY KEY (slip, word)
) STRICT, WITHOUT ROWID;
