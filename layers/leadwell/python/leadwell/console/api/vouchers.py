"""Voucher pools: filling them, how full they are, and who got a code."""

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console.api.access import Asked, least, routes
from leadwell.console.api.shapes.basics import Given, Instant, Shape
from leadwell.console.problems import NotThere
from leadwell.errors import Refused
from leadwell.journeys.redriving import redrive
from leadwell.vouchers.codes import UsedCode, look_up
from leadwell.vouchers.pools import LONGEST_CODE, POOL_NAME, check_codes, fill, list_pools

router = routes()

TAG = "Vouchers"
_MOST = 1000

PoolName = Annotated[str, Path(pattern=POOL_NAME, description="The name of the pool, as journeys say it.")]

Code = Annotated[
    str,
    Query(max_length=LONGEST_CODE, description="The code. Those that journeys made up are in the pool `generated`."),
]


class PoolShape(Shape):
    pool: str
    free: int
    used: int
    waiting: int = Field(description="Contacts who are parked in a journey until there are codes.")
    filled_at: Instant = Field(description="When codes were uploaded last.")


class PoolList(Shape):
    pools: list[PoolShape]


class Codes(Given):
    """Codes to add. Uploading none lets those go on who wait for one."""

    codes: Annotated[list[Annotated[str, Field(max_length=4 * LONGEST_CODE)]], Field(max_length=_MOST)]


class Uploaded(Shape):
    pool: str
    added: int
    refused: list[str] = Field(description="Codes that were there already, or came twice; the others were added.")
    redriven: int = Field(description="Contacts who waited for a code and go on within five minutes.")
    more_waiting: bool = Field(description="There are more who wait: upload again, even nothing.")


class CodeShape(Shape):
    pool: str
    code: str
    state: Literal["free", "used"]
    contact: str | None = Field(None, description="Who got it; nothing where the person was erased.")
    journey: str | None = None
    step: str | None = None
    at: Instant | None = None


@router.get("/api/vouchers", **least("viewer", TAG, "list_voucher_pools", "All voucher pools, and how full they are"))
def list_all(work: Asked) -> PoolList:
    return PoolList(
        pools=[
            PoolShape(pool=one.name, free=one.free, used=one.used, waiting=one.waiting, filled_at=to_iso(one.filled_at))
            for one in list_pools(work.given.table)
        ]
    )


@router.post("/api/vouchers/<pool>", **least("marketer", TAG, "upload_vouchers", "Add codes to a voucher pool"))
def upload(work: Asked, pool: PoolName, given: Codes) -> Uploaded:
    codes = check_codes(given.codes)
    work.note("vouchers.uploaded", pool, codes=len(codes))
    uploaded = fill(work.given.table, pool, codes, work.now)
    gone_on = redrive(work.given.table, pool, work.now)
    return Uploaded(
        pool=pool,
        added=uploaded.added,
        refused=uploaded.refused,
        redriven=gone_on.count,
        more_waiting=bool(gone_on.after),
    )


@router.get("/api/vouchers/<pool>/codes", **least("viewer", TAG, "read_voucher", "Whether a code is used, and by whom"))
def read(work: Asked, pool: PoolName, code: Code = "") -> CodeShape:
    if not code:
        raise Refused("say which code", "code")
    found = look_up(work.given.table, pool, code)
    if isinstance(found, UsedCode):
        return CodeShape(
            pool=pool,
            code=code,
            state="used",
            contact=found.contact or None,
            journey=found.journey,
            step=found.step,
            at=to_iso(found.at),
        )
    if not found:
        raise NotThere(f"the pool {pool} has no such code")
    return CodeShape(pool=pool, code=code, state="free")
