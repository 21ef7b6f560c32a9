"""Versions of packs and policies: which there are, which runs, which ran."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.common import CLOSED, Note, Seq, Stamp, Whole, example


class SetModel(BaseModel):
    """One complete set of packs that is kept."""

    model_config = CLOSED
    set: int
    packs: Annotated[dict[str, str], Field(description="Name of each pack and its version.")]
    source: str
    added: Stamp
    digest: str


class ActivationModel(BaseModel):
    """One change of the set that runs."""

    model_config = CLOSED
    activation: int
    set: int
    at: Stamp
    by: str
    why: str


class LexiconList(BaseModel):
    """The packs that run, the sets that can, and the latest activations."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"active": {"activation": 2, "set": 2, "packs": {"contact": "2021.09.2"}},
         "sets": [{"set": 2, "packs": {"contact": "2021.09.2"}, "source": "folder", "digest": "9c1185a5",
                   "added": "2021-09-01T05:00:00-07:00"}],
         "activations": [{"activation": 2, "set": 2, "at": "2021-09-01T05:00:00-07:00", "by": "li", "why": ""}]}
    ]})  # fmt: skip

    class Active(BaseModel):
        """What answers now; `set` 0: the packs of the program."""

        model_config = CLOSED
        activation: int
        set: int
        packs: dict[str, str]

    active: Active
    sets: list[SetModel]
    activations: list[ActivationModel]


class ImpactExample(BaseModel):
    """One record, by its id, and its level in the category on both sides."""

    model_config = CLOSED
    id: str
    before: Literal["none", "review", "violation"]
    after: Literal["none", "review", "violation"]


class ImpactCount(BaseModel):
    """Records of one category that go one way."""

    model_config = CLOSED
    category: str
    direction: Annotated[
        Literal["flagged", "cleared", "raised", "lowered"],
        Field(description="Nothing to something, the reverse, review to violation, the reverse."),
    ]
    count: int
    examples: Annotated[list[ImpactExample], Field(description="The first 20.")]


class ImpactFound(BaseModel):
    """The comparison."""

    model_config = CLOSED
    records: int
    differing: int
    unread: Annotated[int, Field(description="Rows of the corpus that are no records.")]
    cut: Annotated[bool, Field(description="Whether the corpus holds more records than were read.")]
    decisions: Annotated[dict[str, int], Field(description="`allow -> block` and so on, and how many.")]
    categories: list[ImpactCount]


class ImpactResult(BaseModel):
    """How far the comparison is; `result` when it is ready."""

    model_config = example(
        {"set": 3, "state": "working", "result": None},
        {"set": 3, "state": "ready", "result": {
            "records": 2144, "differing": 1, "unread": 0, "cut": False, "decisions": {"allow -> block": 1},
            "categories": [{"category": "trademark", "direction": "flagged", "count": 1,
                            "examples": [{"id": "tm-17", "before": "none", "after": "violation"}]}]}},
    )  # fmt: skip
    set: int
    state: Annotated[
        Literal["same", "ready", "working", "busy", "failed", "no_corpus"],
        Field(description="`same`: it is what runs. `busy`: ask again later. `no_corpus`: set `SCANNER_REFERENCE`."),
    ]
    result: ImpactFound | None


class ActivateSet(BaseModel):
    """Which set shall run."""

    model_config = example({"set": 3, "after": 2, "why": "September lists"}, {"set": "shipped"})
    set: Annotated[Seq | Literal["shipped"], Field(description="`shipped`: the packs of the program.")]
    after: Annotated[Whole | None, Field(description="The activation you saw; 409 if another followed it.")] = None
    why: Note = ""


class RollBack(BaseModel):
    """Back to what ran before."""

    model_config = example({"after": 3, "why": "two false alarms an hour"})
    after: Annotated[Whole | None, Field(description="What runs as far as you know; 409 if something else does.")] = (
        None
    )
    why: Note = ""


class Activated(BaseModel):
    """The activation in force; every worker follows within a second."""

    model_config = example({"activation": 3, "set": 3})
    activation: int
    set: int


class PolicyRow(BaseModel):
    """A policy that was adopted."""

    model_config = CLOSED
    event: Annotated[int, Field(description="Its number, by which one goes back to it.")]
    name: str
    version: str
    digest: str
    at: Stamp


class PolicyShipped(BaseModel):
    """A policy of the program."""

    model_config = CLOSED
    name: str
    version: str
    title: str
    digest: str


class PolicyList(BaseModel):
    """The policy that runs, those that ran, latest first, and those of the program."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"active": {"event": 1, "name": "alibaba-points", "version": "2021.8", "digest": "0a1b",
                    "at": "2021-09-01T05:00:00-07:00"},
         "adopted": [],
         "shipped": [{"name": "three-strikes", "version": "1", "title": "Three strikes", "digest": "77aa"}]}
    ]})  # fmt: skip
    active: PolicyRow
    adopted: list[PolicyRow]
    shipped: list[PolicyShipped]


class AdoptPolicy(BaseModel):
    """Which policy shall run: one of the program by name, or one that ran by the event that adopted it."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "oneOf": [{"required": ["name"]}, {"required": ["event"]}],
            "examples": [{"name": "alibaba-points"}, {"event": 1}],
        },
    )
    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")] = ""
    event: Seq = 0


class PolicyAdopted(BaseModel):
    """The policy in force; `event` 0: it ran already."""

    model_config = example({"event": 58, "name": "alibaba-points", "version": "2021.8"})
    event: int
    name: str
    version: str
