"""Papers added through the page: sent, previewed, stored, taken back; over real routes."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from filelock import FileLock

from ui.chat.features import Features
from ui.chat.views.adding.drafts import MAX_DRAFTS, MAX_FILES, Drafts, UploadError, safe_name
from ui.chat.views.adding.pasted import live_names_in
from ui.chat.views.drawing import add_view_routes
from vectorstore.live.errors import LiveNameError

OURS = {"Sec-Fetch-Site": "same-origin"}
BIB = """
@article{x1, title={Owls See in the Dark}, author={Strix, Ada}, year={2024},
  abstract={Owls see in the dark by means of large eyes.}}
@article{x2, title={Bats Hear Well}, year={2023}, abstract={Bats hear well.}}
@article{x3, title={Nothing Is Said}, year={2023}}
"""


class Page:
    """What the page's script does, without the page."""

    def __init__(self, library, **features):
        app = FastAPI()
        features = {"allow_upload": True, **features}
        add_view_routes(app, SimpleNamespace(library=library), Features(**features))
        self.client = TestClient(app, headers=OURS)

    def post(self, path, content=b"", **parameters):
        answer = self.client.post(f"/chat/import{path}", params=parameters, content=content)
        return answer.status_code, answer.json()

    def send(self, content, name="refs.bib", **parameters):
        status, sent = self.post("", content, name=name, **parameters)
        assert status == 200, sent
        return sent["draft"]

    def ended(self, started):
        status, job = started
        assert status == 202, job
        for thread in threading.enumerate():
            if thread.name.startswith("import: "):
                thread.join(60)
        return self.client.get("/chat/import/state", params={"job": job["job"]}).json()["job"]

    def preview(self, draft):
        return self.ended(self.post("/preview", draft=draft))["result"]

    def add(self, draft):
        return self.ended(self.post("/add", draft=draft))["result"]

    def last(self):
        return self.client.get("/chat/import/state").json()["last"]


@pytest.fixture
def page(make_library):
    return Page(make_library())


def titles(library):
    return sorted(record.paper.title for record in library.catalogue.all_records())


def test_a_preview_tells_what_would_be_and_does_nothing(make_library):
    library = make_library()
    page = Page(library)
    report = page.preview(page.send(BIB.encode()))
    assert report["counts"]["added"] == 2
    assert report["counts"]["rejected"] == 1
    assert [paper["title"] for paper in report["papers"]["added"]] == [
        "Owls See in the Dark",
        "Bats Hear Well",
    ]
    [reject] = report["rejects"]
    assert reject["source"] == "refs.bib"
    assert "abstract" in reject["reason"]
    assert titles(library) == []


def test_what_was_previewed_is_added_and_the_files_are_gone(make_library, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    library = make_library()
    page = Page(library)
    draft = page.send(BIB.encode())
    page.preview(draft)
    report = page.add(draft)
    assert report["counts"]["added"] == 2
    assert report["facts"] == "2 papers · 2023–2024"
    assert len(titles(library)) == 2
    assert list(tmp_path.glob("citewise-upload-*")) == []
    assert page.post("/add", draft=draft)[0] == 404


def test_the_last_import_is_taken_back_once(make_library, make_paper):
    library = make_library([make_paper("Moles")])
    page = Page(library)
    added = page.add(page.send(BIB.encode()))
    last = page.last()
    assert (last["n_added"], last["n_changed"]) == (2, 0)
    undone = page.ended(page.post("/undo", job=added["undo"]["job"]))["result"]
    assert undone["n_removed"] == 2
    assert titles(library) == ["Moles"]
    assert page.last() is None
    status, answer = page.post("/undo", job=added["undo"]["job"])
    assert status == 404
    assert "no longer" in answer["error"]


def test_an_older_import_is_not_taken_back_in_place_of_the_last(page):
    first = page.add(page.send(BIB.encode()))
    page.add(page.send(BIB.replace("Owls See", "Owls Fly").encode()))
    assert page.post("/undo", job=first["undo"]["job"])[0] == 404


def test_an_import_that_changes_nothing_leaves_the_one_before_to_be_undone(page):
    first = page.add(page.send(BIB.encode()))
    again = page.add(page.send(BIB.encode()))
    assert again["counts"]["unchanged"] == 2
    assert again["undo"] is None
    assert page.last()["job"] == first["undo"]["job"]


def test_several_files_and_a_pasted_text_are_one_import(page):
    draft = page.send(BIB.encode())
    row = b'{"title": "Moles Dig", "abstract": "Moles dig deep.", "year": 2022}\n'
    page.send(row, name="moles.jsonl", draft=draft)
    page.send(BIB.replace("Owls See", "Owls Fly").encode(), kind="text", draft=draft)
    report = page.preview(draft)
    assert report["counts"]["added"] == 4
    assert {source["source"] for source in report["sources"]} == {
        "refs.bib",
        "moles.jsonl",
        "pasted text",
    }


def test_no_message_tells_where_the_server_keeps_its_files(page):
    report = page.preview(page.send(b"This is no list of papers.", name="notes.txt"))
    [error] = report["errors"]
    assert error["source"] == "notes.txt"
    assert "citewise-upload" not in str(report)


@pytest.mark.parametrize("is_declared", [True, False])
def test_what_is_too_large_is_refused_and_deleted(make_library, tmp_path, monkeypatch, is_declared):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page = Page(make_library(), max_upload_bytes=1 << 20)
    pieces = (b"x" * 4_096 for _ in range(300))
    status, answer = page.post("", b"x" * 1_200_000 if is_declared else pieces, name="big.bib")
    assert status == 413
    assert "more than 1 MB" in answer["error"]
    assert list(tmp_path.glob("citewise-upload-*")) == []


def test_nothing_is_taken_where_the_server_was_not_told_to(make_library):
    page = Page(make_library(), allow_upload=False)
    for path in ("", "/preview", "/add", "/undo", "/state"):
        assert page.client.post(f"/chat/import{path}", content=BIB).status_code == 404
    answer = page.client.get("/chat/import/state")
    assert answer.status_code == 404
    assert "--allow-upload" in answer.json()["detail"]


def test_a_library_that_another_process_writes_is_told_and_can_be_tried_again(make_library):
    library = make_library()
    page = Page(library)
    draft = page.send(BIB.encode())
    with FileLock(library.path / "write.lock"):
        job = page.ended(page.post("/add", draft=draft))
    assert "another process" in job["error"]
    assert page.add(draft)["counts"]["added"] == 2


def test_only_one_import_runs_at_a_time(make_library, monkeypatch):
    may_end = threading.Event()
    page = Page(make_library())
    draft = page.send(BIB.encode())

    def wait_in(*_):
        assert may_end.wait(30)
        return 0

    with monkeypatch.context() as patch:
        patch.setattr("ui.chat.views.adding.desk.plan_rows", wait_in)
        first = page.post("/preview", draft=draft)
        status, answer = page.post("/add", draft=draft)
        assert status == 409
        assert "looked through" in answer["error"]
        may_end.set()
        page.ended(first)
    assert page.add(draft)["counts"]["added"] == 2


def test_an_error_nobody_expected_is_logged_and_its_words_kept_from_the_reader(
    page, monkeypatch, caplog
):
    def fail(*_):
        raise RuntimeError("password=secret")

    monkeypatch.setattr("ui.chat.views.adding.desk.plan_rows", fail)
    job = page.ended(page.post("/preview", draft=page.send(BIB.encode())))
    assert "secret" not in job["error"]
    assert "password=secret" in caplog.text


def test_an_unknown_draft_is_not_found(page):
    assert page.post("/preview", draft="guess")[0] == 404
    assert page.post("", b"x", draft="guess")[0] == 404


def test_a_draft_that_is_dropped_is_deleted(page, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    draft = page.send(BIB.encode())
    assert len(list(tmp_path.glob("citewise-upload-*"))) == 1
    page.post("/drop", draft=draft)
    assert list(tmp_path.glob("citewise-upload-*")) == []


@pytest.mark.slow  # it asks three times, with pauses
def test_a_paper_named_by_id_is_told_to_be_out_of_reach(page):
    draft = page.send(b"2409.13740", kind="text")
    report = page.preview(draft)
    assert "Cannot reach" in report["errors"][0]["reason"]


def test_a_live_source_in_the_wrong_form_is_told_at_once(page):
    status, answer = page.post("", b"hf-daily:yesterday", kind="text")
    assert status == 400
    assert "hf-daily" in answer["error"]


def test_what_was_not_imported_is_deleted_when_the_server_ends(page, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with page.client:
        page.send(BIB.encode())
        assert len(list(tmp_path.glob("citewise-upload-*"))) == 1
    assert list(tmp_path.glob("citewise-upload-*")) == []


def test_the_oldest_drafts_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    drafts = Drafts(1_000)
    first, *_ = [drafts.begin() for _ in range(MAX_DRAFTS + 1)]
    assert not first.directory.exists()
    with pytest.raises(UploadError, match="no longer here"):
        drafts.get(first.token)
    drafts.drop_all()
    assert list(tmp_path.iterdir()) == []


def test_too_many_files_are_refused(page):
    draft = page.send(b"x")
    for _ in range(MAX_FILES - 1):
        page.send(b"x", draft=draft)
    status, answer = page.post("", b"x", name="more.bib", draft=draft)
    assert status == 400
    assert ".zip" in answer["error"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("refs.bib", "refs.bib"),
        ("../../etc/passwd", "passwd"),
        ("C:\\papers\\refs.bib", "refs.bib"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\nb\x1b[31m.bib", "a_b_[31m.bib"),
        ("x" * 300 + ".jsonl.gz", "x" * 97 + ".gz"),
    ],
)
def test_a_files_name_leads_nowhere(name, safe):
    assert safe_name(name) == safe
    assert Path(safe_name(name)).name == safe_name(name)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2409.13740", ["arxiv:2409.13740"]),
        ("arXiv: 2409.13740v2, 2301.00001\nmath/0309136", None),
        ("https://arxiv.org/abs/2409.13740", ["arxiv:2409.13740"]),
        ("10.18653/v1/2023.acl-long.1.", ["doi:10.18653/v1/2023.acl-long.1"]),
        ("doi: 10.1000/xyz123", ["doi:10.1000/xyz123"]),
        ("https://doi.org/10.1000/XYZ123", ["doi:10.1000/xyz123"]),
        ("hf-daily:2026-05-19", ["hf-daily:2026-05-19"]),
        ("", []),
        ("Owls see in the dark.", []),
        ("See 2409.13740 for more", []),
        (BIB, []),
        ("http://169.254.169.254/latest/meta-data", []),
        ("http://localhost:8000/", []),
        ("file:///etc/passwd", []),
        ("/etc/passwd", []),
        ("-", []),
    ],
)
def test_only_names_of_papers_are_ever_fetched(text, names):
    if names is None:
        names = ["arxiv:2409.13740v2,2301.00001,math/0309136"]
    assert live_names_in(text) == names


def test_a_wrong_name_of_a_live_source_is_not_read_as_text():
    with pytest.raises(LiveNameError):
        live_names_in("hf-daily:yesterday")
