"""Which paper of a library each incoming one is, and what its record becomes.

Batches are compared while those before are still being encoded and stored, so that what these
change is looked up before the catalogue is asked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Protocol

from vectorstore.identity import Resolution, resolve, same_paper
from vectorstore.paper import Paper, paper_id_from_title
from vectorstore.records import Origin, OriginName, Record, build_record, name_of, told_now


class Known(Protocol):
    """Records that can be looked up. A catalogue is one, a batch on its way there another."""

    def records(self, paper_ids: Collection[str], /) -> dict[str, Record]:
        """Return the known ones of these papers, by id."""
        ...

    def ids_of_origins(self, names: Collection[OriginName], /) -> dict[OriginName, str]:
        """Return the id of the paper that each known one of these origins belongs to."""
        ...

    def ids_of_keys(self, keys: Collection[str], /) -> dict[str, list[str]]:
        """Return by key of `vectorstore.identity` the ids of the papers that have it."""
        ...


@dataclass(slots=True)
class AddReport:
    """What became of each paper that was given: the id of its record, under one of four words.

    `added` are new, `updated` are papers of which a source now says another thing, `merged` those
    that a paper of another source or id joined, `unchanged` those of which nothing new was said.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """Return of how many papers it tells."""
        return len(self.added) + len(self.updated) + len(self.merged) + len(self.unchanged)

    def extend(self, other: "AddReport") -> None:
        """Take in what another one tells."""
        self.added += other.added
        self.updated += other.updated
        self.merged += other.merged
        self.unchanged += other.unchanged


@dataclass(frozen=True)
class Reconciled:
    """What became of a batch of papers, and the records that are new or changed.

    Those of `new_text` are to be encoded; of `same_text` title and abstract are as stored.
    """

    report: AddReport
    new_text: Sequence[Record]
    same_text: Sequence[Record]

    def records(self, paper_ids: Collection[str], /) -> dict[str, Record]:
        """Return those of these papers that the batch changes, by id."""
        return {each: self._by_id[each] for each in paper_ids if each in self._by_id}

    def ids_of_origins(self, names: Collection[OriginName], /) -> dict[OriginName, str]:
        """Return the id of the paper that each origin belongs to, if the batch changes it."""
        return {name: self._by_origin[name] for name in names if name in self._by_origin}

    def ids_of_keys(self, keys: Collection[str], /) -> dict[str, list[str]]:
        """Return by key the ids of the papers that have it, of those that the batch changes."""
        return {key: self._by_key[key] for key in keys if key in self._by_key}

    @cached_property
    def _by_id(self) -> dict[str, Record]:
        return {record.paper.paper_id: record for record in (*self.new_text, *self.same_text)}

    @cached_property
    def _by_origin(self) -> dict[OriginName, str]:
        return {
            origin.name: paper_id
            for paper_id, record in self._by_id.items()
            for origin in record.origins
        }

    @cached_property
    def _by_key(self) -> dict[str, list[str]]:
        by_key: dict[str, list[str]] = {}
        for paper_id, record in self._by_id.items():
            for key in record.keys:
                by_key.setdefault(key, []).append(paper_id)
        return by_key


class Reconciler:
    """Compares batches with what is known, the newest first."""

    def __init__(self, *known: Known) -> None:
        self._known = known
        self._on_their_way: list[Reconciled] = []

    def reconcile(self, papers: Sequence[Paper]) -> Reconciled:
        """Return what becomes of a batch; the next one is compared with it too."""
        on_their_way = reversed(self._on_their_way[:])
        batch = _Batch((*on_their_way, *self._known)).reconcile(papers)
        self._on_their_way.append(batch)
        return batch

    def settle(self, batch: Reconciled) -> None:
        """Say that a batch is stored: from now on the catalogue knows it."""
        self._on_their_way.remove(batch)


class _Batch:
    """One batch while it is being compared."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._known = known
        self._report = AddReport()
        self._records: dict[str, Record] = {}  # that were looked up, as they were before, by id
        self._homes: dict[OriginName, str] = {}  # the ids of the records that origins belong to

    def reconcile(self, papers: Sequence[Paper]) -> Reconciled:
        names = {name_of(paper): paper.paper_id for paper in papers}
        for known in reversed(self._known):
            self._homes |= known.ids_of_origins(names)
        self._look_up({*self._homes.values(), *names.values()})
        before = {name: self._told(name) for name in self._homes}
        told, repeated = _listened(papers, before)
        read_at = datetime.now(UTC).isoformat(timespec="seconds")
        news = [Origin(told[name], read_at) for name in names if told[name] != before.get(name)]
        changed = self._joined(news, resolve(self._named(news), self._find))
        for name, is_new in repeated:
            is_changed = is_new and told[name] != before.get(name)  # and not changed back
            reported = self._report.updated if is_changed else self._report.unchanged
            reported.append(self._homes[name])
        return self._sorted(changed)

    def _look_up(self, paper_ids: Collection[str]) -> None:
        missing = set(paper_ids) - self._records.keys()
        for known in self._known:
            if missing:
                self._records |= known.records(missing)
                missing -= self._records.keys()

    def _told(self, name: OriginName) -> Paper:
        """Return what a known origin said last."""
        origins = self._records[self._homes[name]].origins
        return next(origin.paper for origin in origins if origin.name == name)

    def _named(self, news: Iterable[Origin]) -> list[Paper]:
        """Return what is new in clean text, each under the id that its record has or would get."""
        papers = {paper_id: record.paper for paper_id, record in self._records.items()}
        named: list[Paper] = []
        for origin in news:
            paper = origin.cleaned
            paper_id = self._homes.get(origin.name, paper.paper_id)
            other = papers.get(paper_id)
            if other and origin.name not in self._homes and _is_another(origin, other):
                paper_id = f"{paper_id}@{paper.source}"
            if paper_id != paper.paper_id:
                paper = replace(paper, paper_id=paper_id)
            papers.setdefault(paper_id, paper)
            named.append(paper)
        return named

    def _find(self, keys: Collection[str]) -> Mapping[str, Sequence[Paper]]:
        ids: dict[str, dict[str, None]] = {f"id:{each}": {each: None} for each in self._records}
        for known in self._known:
            for key, paper_ids in known.ids_of_keys(keys).items():
                ids.setdefault(key, {}).update(dict.fromkeys(paper_ids))
        self._look_up({each for its_ids in ids.values() for each in its_ids})
        return {key: [self._records[each].paper for each in its] for key, its in ids.items()}

    def _joined(
        self, news: Iterable[Origin], resolutions: Iterable[Resolution]
    ) -> dict[str, tuple[Origin, ...]]:
        """Return all origins of every record that is new or changed, by its id."""
        changed: dict[str, tuple[Origin, ...]] = {}
        for origin, resolution in zip(news, resolutions, strict=True):
            paper_id = resolution.target_id
            before = self._records[paper_id].origins if paper_id in self._records else ()
            changed[paper_id] = _with_origin(changed.get(paper_id, before), origin)
            if origin.name not in self._homes:
                (self._report.added if resolution.new else self._report.merged).append(paper_id)
                self._homes[origin.name] = paper_id
        return changed

    def _sorted(self, changed: Mapping[str, Sequence[Origin]]) -> Reconciled:
        new_text: list[Record] = []
        same_text: list[Record] = []
        for paper_id, origins in changed.items():
            record, old = build_record(paper_id, origins), self._records.get(paper_id)
            is_same = old is not None and _text(old) == _text(record)
            (same_text if is_same else new_text).append(record)
        return Reconciled(self._report, new_text, same_text)


def _listened(
    papers: Iterable[Paper], before: Mapping[OriginName, Paper]
) -> tuple[dict[OriginName, Paper], list[tuple[OriginName, bool]]]:
    """Return what each source says of each paper in the end, and of which it had said before.

    With each of the latter, in order, comes whether it then said something new.
    """
    told = dict(before)
    repeated: list[tuple[OriginName, bool]] = []
    for paper in papers:
        name = name_of(paper)
        now = told_now(told[name], paper) if name in told else paper
        if name in told:
            repeated.append((name, now != told[name]))
        told[name] = now
    return told, repeated


def _is_another(origin: Origin, known: Paper) -> bool:
    """Return whether a known paper's id means another one in this source.

    As "1" can in two tables, or what was made of a title that two papers have.
    """
    paper = origin.cleaned
    if (paper.title, paper.abstract) == (known.title, known.abstract):
        return False
    if paper.paper_id == paper_id_from_title(origin.paper.title):
        paper = replace(paper, paper_id="")
    return not same_paper(paper, known)


def _with_origin(origins: Sequence[Origin], new: Origin) -> tuple[Origin, ...]:
    """Return the origins with a new one, in place of that of its name or after all."""
    if all(origin.name != new.name for origin in origins):
        return (*origins, new)
    return tuple(new if origin.name == new.name else origin for origin in origins)


def _text(record: Record) -> tuple[str, str]:
    return record.paper.title, record.paper.abstract
