-- A row that leaves a piece is crossed out under that piece, until parts are merged, instead of being noted beside
-- a part for all searches to read. So what a row stands under has to be known: texts are cut again, hashes are kept.

DROP TABLE record_terms;
DROP TABLE record_tokens;

-- Pieces of texts, exact keys and territories, each with a letter of its kind and sort in front. Nothing but
-- row numbers is kept beside them. Merging is asked for by name, in small portions, so that no write is a slow one.
CREATE VIRTUAL TABLE record_tokens USING fts5 (
  tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);
INSERT INTO record_tokens (record_tokens, rank) VALUES ('automerge', 0);
INSERT INTO record_tokens (record_tokens, rank) VALUES ('usermerge', 4);
-- A page of the index is to fit into one page of the encrypted file.
INSERT INTO record_tokens (record_tokens, rank) VALUES ('pgsz', 3900);
INSERT INTO record_tokens (record_tokens, rank) VALUES ('crisismerge', 64);

CREATE VIRTUAL TABLE record_terms USING fts5vocab (record_tokens, row);

-- Six bytes of each, the territory first; empty until a record is indexed in this table.
ALTER TABLE record_index ADD COLUMN hashes BLOB NOT NULL DEFAULT x'';

DELETE FROM record_index_rules;         -- all of them, in the background
