"""Tables of the gate's store, and the view in which every answer looks alike."""

from __future__ import annotations

from typing import Final

from amends.gate.packed import CODES, ITEM_BYTES, NOT_HELD_CODE

_REASONS: Final = " ".join(f"WHEN {number} THEN '{reason}'" for number, reason in enumerate(CODES))
# The last byte of a bigint in hexadecimal is all that SQLite's own functions cannot turn into a number,
# so the hold is read digit by digit.
_HOLD: Final = " + ".join(
    f"((instr('0123456789ABCDEF', substr(hold_hex, {at}, 1)) - 1) << {4 * (16 - at)})" for at in range(1, 17)
)
ACCEPTANCES: Final = """
CREATE TABLE IF NOT EXISTS acceptances (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, subject TEXT NOT NULL);
"""
# A small cache on purpose: whenever a page of the index splits, SQLite (3.40) walks through all of its cache when the
# transaction is committed. What is not cached here is in the operating system's.
SCHEMA: Final = f"""
PRAGMA page_size=1024;
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
PRAGMA wal_autocheckpoint=0;
PRAGMA cache_size=-4096;
PRAGMA temp_store=MEMORY;
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, at TEXT NOT NULL, system TEXT NOT NULL, api_key TEXT NOT NULL,
    key_kind TEXT NOT NULL, action TEXT NOT NULL, fingerprint TEXT NOT NULL, key_id TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('hold', 'clear')), reason TEXT NOT NULL, hold_reference TEXT NOT NULL,
    generation INTEGER NOT NULL, ledger_sequence INTEGER NOT NULL, expires_at TEXT NOT NULL, receipt TEXT NOT NULL,
    late INTEGER NOT NULL DEFAULT 0, instead_of INTEGER);
CREATE INDEX IF NOT EXISTS answers_about ON answers (fingerprint);
CREATE TABLE IF NOT EXISTS batch_checks (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, at TEXT NOT NULL, system TEXT NOT NULL, api_key TEXT NOT NULL,
    key_kind TEXT NOT NULL, action TEXT NOT NULL, key_id TEXT NOT NULL, generation INTEGER NOT NULL,
    ledger_sequence INTEGER NOT NULL, expires_at TEXT NOT NULL, receipt TEXT NOT NULL, identifiers INTEGER NOT NULL,
    items BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, at TEXT NOT NULL, previous TEXT NOT NULL,
    digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, system TEXT NOT NULL, api_key TEXT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL);
{ACCEPTANCES}
CREATE VIEW IF NOT EXISTS every_answer AS
    SELECT id, batch, at, system, api_key, key_kind, action, fingerprint, key_id, answer, reason, hold_reference,
           generation, ledger_sequence, expires_at, receipt, late, instead_of FROM answers
    UNION ALL
    SELECT id, batch, at, system, api_key, key_kind, action,
           iif(fingerprint = '{"0" * 32}', '', fingerprint), key_id,
           iif(code = {NOT_HELD_CODE}, 'clear', 'hold'), CASE code {_REASONS} END,
           iif(hold = 0, '', printf('H-%06d', hold)), generation, ledger_sequence, expires_at, receipt, 0, NULL
    FROM (
        SELECT *, {_HOLD} AS hold FROM (
            SELECT b.*, lower(hex(substr(b.items, {ITEM_BYTES} * k.key + 1, 16))) AS fingerprint,
                   instr(x'{bytes(range(len(CODES))).hex()}', substr(b.items, {ITEM_BYTES} * k.key + 17, 1)) - 1
                       AS code,
                   hex(substr(b.items, {ITEM_BYTES} * k.key + 18, 8)) AS hold_hex
            FROM batch_checks b,
                 json_each('[' || rtrim(replace(hex(zeroblob(b.identifiers)), '00', '0,'), ',') || ']') AS k
        )
    );
"""
