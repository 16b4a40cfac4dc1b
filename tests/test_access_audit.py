"""The audit log: a line a request, and what never stands in one."""

import json
from pathlib import Path

from tests.access_servers import ASK, Behind, bearer
from ui.access.audit import AuditLog


def test_each_request_leaves_a_line_without_what_was_asked(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    behind = Behind(tmp_path, audit_log=log)
    key, token = behind.key()
    said = {"messages": [{"role": "user", "content": "Am I ill?"}]}
    behind.client(**bearer(token)).post(ASK, json=said)
    behind.client().get("/healthz")
    behind.client().post(f"{ASK}?key={token}", headers={"x-request-id": "mine"})
    text = log.read_text(encoding="utf-8")
    first, second = map(json.loads, text.splitlines())
    assert first["key"] == key.key_id
    assert (first["status"], first["route"], first["method"]) == (200, ASK, "POST")
    assert first["bytes"] > 0
    assert first["ms"] >= 0
    assert first["address"] == "127.0.0.1"
    assert (second["request_id"], second["refused"]) == ("mine", "key_in_address")
    assert "ill" not in text
    assert token not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_questions_are_logged_only_where_that_is_said(tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    behind = Behind(tmp_path, audit_log=log, audit_questions=True)
    messages = [{"role": "user", "content": 'Is it\n{"key": 1}?'}]
    behind.client().post(ASK, json={"messages": messages})
    behind.client().post(ASK, content=b"[" * 1_000)
    first, second = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    assert first["question"] == messages[0]["content"]
    assert second["question"] is None


def test_a_log_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.write({"n": 1})
    (tmp_path / "audit.jsonl").rename(tmp_path / "audit.1")
    log.write({"n": 2})
    log.close()
    assert (tmp_path / "audit.1").read_text(encoding="utf-8") == '{"n": 1}\n'
    assert (tmp_path / "audit.jsonl").read_text(encoding="utf-8") == '{"n": 2}\n'
