"""A delivery: one edition on its way to one channel. `schemas.events` moves it, by the rules of `hub.core.delivery`."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from schemas.publication import Receipt
from schemas.release import Frozen


class DeliveryState(StrEnum):
    """Every state has a query that finds it again (law 8): `hub.store.due` or a person's desk."""

    WAITING = "waiting"  #: due at a time; in by creation, retry, a trouble that passes; out by a claim
    WORKING = "working"  #: leased by one worker; in by a claim; a lost lease puts it back or makes it unconfirmed
    ACCEPTED = "accepted"  #: the channel took it, nobody has seen it yet; out by a sighting
    VISIBLE = "visible"  #: our own fetch found it: done
    UNCONFIRMED = "unconfirmed"  #: an irreversible call was made and its outcome is unknown; out by asking the channel
    HELD = "held"  #: a person must act first: credentials, quota, content, configuration
    FAILED = "failed"  #: given up; a person may retry
    SUPERSEDED = "superseded"  #: a newer edition, or a withdrawal, goes instead: done
    CANCELLED = "cancelled"  #: withdrawn from the queue before anything left: done


#: Nothing moves these any more.
FINAL = frozenset({DeliveryState.VISIBLE, DeliveryState.SUPERSEDED, DeliveryState.CANCELLED})
#: A worker finds these by `due_at`.
MOVING = frozenset(
    {DeliveryState.WAITING, DeliveryState.WORKING, DeliveryState.ACCEPTED, DeliveryState.UNCONFIRMED},
)


class Action(StrEnum):
    """What is done to the document on the channel."""

    PUBLISH = "publish"
    ANNOTATE = "annotate"  #: mark what is already there: with the official time, or with a standing (已废止 …)
    WITHDRAW = "withdraw"  #: take the text out of public sight; done when our own look finds it gone


class Step(StrEnum):
    """How far a delivery has come; stored, so that it resumes where it stopped."""

    PREPARE = "prepare"  #: upload what can be uploaded; nothing public
    COMMIT = "commit"  #: the one irreversible step
    SIGHT = "sight"  #: fetch the public address and compare


class Reaction(StrEnum):
    """What to do next about a trouble. Channels sort their errors into these, never the hub by vendor codes."""

    RETRY = "retry"  #: later, after the delay the channel asked for or a growing one
    CREDENTIALS = "credentials"  #: refreshing them once did not help: a person renews them
    QUOTA = "quota"  #: wait until the channel's count starts again
    CONTENT = "content"  #: a person edits the text
    CONFIGURATION = "configuration"  #: a person fixes the settings or rights
    DECLINED = "declined"  #: a person or a rule at the channel turned it down: a person here says whether it goes again
    ASK = "ask"  #: the outcome is unknown: ask the channel before anything is repeated
    HAND = "hand"  #: a person carries it on at the channel, then says where the public finds it
    CONFIRM = "confirm"  #: so late that a person says whether it should still go
    BUG = "bug"  #: a fault of ours: never repeated blindly


class Trouble(Frozen):
    """Why an attempt did not get through. `code` and `detail` are the channel's own, cut short and without secrets."""

    reaction: Reaction
    code: str
    detail: str
    retry_after_seconds: float | None = None
    is_own: bool = False  #: says nothing of the channel: others go on
    shuts: bool = False  #: the channel wants nothing more: sending to it is paused until a person resumes it


class Delivery(Frozen):
    """One row. `fence` grows with every claim: whatever an overtaken worker still writes changes nothing."""

    id: int
    release: int
    edition: int
    digest: str
    channel: str
    action: Action
    state: DeliveryState
    step: Step
    planned_at: datetime  #: when the public should see it
    due_at: datetime  #: when a worker should look at it next
    resumed_at: datetime | None = None  #: a person sent it on its way again: lateness counts from here
    intended_at: datetime | None = None  #: the intent to commit is in a signed checkpoint since
    notes: dict[str, Any] = Field(default_factory=dict)  #: what each step returned, kept the moment it is known
    receipt: Receipt | None = None
    trouble: Trouble | None = None
    attempts: int = 0  #: tries that failed, towards giving up
    looks: int = 0  #: sightings and look-ups that found nothing yet; cost no attempt
    claims: int = 0  #: claims since the last outcome: three workers that died on it stop it
    fence: int = 0
    standing: int | None = None  #: the standing that it shows; fixed when the delivery is made
    choice: str = ""  #: which of the channel's options it goes by; fixed likewise
    cover: str = ""  #: SHA-256 of the picture that stands for the whole, empty for the channel's own; fixed likewise
    lease_owner: str | None = None
    lease_until: datetime | None = None
    accepted_at: datetime | None = None
    seen_at: datetime | None = None
    created_at: datetime | None = None  #: by the store's clock, like `planned_at` of what is to go at once


class Planned(Frozen):
    """A delivery that is to exist, before the store gives it an id."""

    release: int
    edition: int
    digest: str
    channel: str
    action: Action
    planned_at: datetime
    due_at: datetime
    standing: int | None = None
    choice: str = ""
    cover: str = ""
