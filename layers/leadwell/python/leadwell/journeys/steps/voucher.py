"""Take a voucher code for the contact: from an uploaded pool, or made up for it.

voucher: {pool: birthday, valid_for: P14D}
voucher: {pool: birthday, when_empty: skip}      # or exit; without it the contact waits until there are codes again
voucher: {generate: {prefix: BDAY-, length: 8}}

Templates of later steps show it: ``{{ voucher.code }}``, ``{{ voucher.pool }}`` and, with ``valid_for``,
``{{ voucher.valid_until }}`` (the last day). Nobody gets the code of somebody else, whatever fails in between; another
round of a ``repeat`` takes another code.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from leadwell.calendar import local_date
from leadwell.conditions.models import Duration, Model
from leadwell.journeys.steps.running import Go, Handed, Leave, Next, Park, StepModel, StepRun
from leadwell.vouchers.pools import POOL_NAME

SHORTEST = 8
"""Characters of a made-up code beside its prefix: 24 to the 8th are 110 billion."""

PoolName = Annotated[str, Field(pattern=POOL_NAME)]


class MadeUp(Model):
    """``length`` counts what follows the prefix."""

    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]*$", max_length=20)] = ""
    length: Annotated[int, Field(ge=SHORTEST, le=32)] = SHORTEST


class Taken(Model):
    """Either from a ``pool`` or made up (``generate``). ``valid_for`` counts from the moment it is handed out."""

    pool: PoolName = ""
    generate: MadeUp | None = None
    when_empty: Literal["skip", "exit", "park"] = "park"
    valid_for: Duration | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Taken":
        if bool(self.pool) == (self.generate is not None):
            raise ValueError("give either pool or generate")
        if self.generate is not None and "when_empty" in self.model_fields_set:
            raise ValueError("when_empty is for pools: codes that are made up never run out")
        return self


class Voucher(StepModel):
    voucher: Taken

    def takes_from(self) -> str:
        return self.voucher.pool

    def run(self, run: StepRun) -> Next:
        taken = self.voucher
        handed = self._handed(run)
        if handed is None:
            empty = f"the voucher pool {taken.pool} is empty"
            if taken.when_empty == "park":
                return Park(f"{empty}: upload codes", taken.pool)
            if taken.when_empty == "exit":
                return Leave(empty)
            # The code of an earlier round is not this one's.
            run.found["voucher"] = {}
            return Go(run.node.next, f"skipped: {empty}")
        found: dict[str, Any] = {"code": handed.code}
        if taken.pool:
            found["pool"] = taken.pool
        if taken.valid_for is not None:
            found["valid_until"] = local_date(handed.at + taken.valid_for, run.zone).isoformat()
        run.found["voucher"] = found
        return Go(run.node.next, "a voucher was taken")

    def _handed(self, run: StepRun) -> Handed | None:
        taken, stock = self.voucher, run.situation.stock
        if taken.generate is not None:
            return stock.made_up(taken.generate.prefix, taken.generate.length, run.asker, run.now)
        return stock.voucher(taken.pool, run.asker, run.now, wait=taken.when_empty == "park")
