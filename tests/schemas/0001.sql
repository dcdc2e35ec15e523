INSERT INTO documents (id, kind, name, belongs_to, created_at, created_by, changed_at, changed_by, deleted_at, latest_version, revision, step)
VALUES ('0123456789abcdef0123456789abcdef', 'practice', 'St. Mary', NULL, '2026-03-01 11:00:00.000000', 'Ann',
        '2026-03-01 13:00:00.000000', 'Bob', NULL, 1, 4, 2);
INSERT INTO steps (document_id, number, name, content, what) VALUES
    ('0123456789abcdef0123456789abcdef', 1, 'St. Mary', 'fte = 32', 'Created'),
    ('0123456789abcdef0123456789abcdef', 2, 'St. Mary', 'fte = 33', 'Changed FTE'),
    ('0123456789abcdef0123456789abcdef', 3, 'St. Mary', 'fte = 33, rent = 1', 'Added rent');
INSERT INTO versions (document_id, number, content, assumptions, engine_version, author, saved_at, reason, sha256)
VALUES ('0123456789abcdef0123456789abcdef', 1, 'fte = 32', '{}', '0.3.0', 'Ann', '2026-03-01 12:00:00.000000', 'Board', 'of no account');
INSERT INTO events (number, document_id, at, author, what) VALUES
    (1, '0123456789abcdef0123456789abcdef', '2026-03-01 11:00:00.000000', 'Ann', 'Created'),
    (2, '0123456789abcdef0123456789abcdef', '2026-03-01 13:00:00.000000', 'Bob', 'Changed FTE')
