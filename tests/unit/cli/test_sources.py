"""Files are checked without a table, whatever they ask for."""

from pathlib import Path

from leadwell.cli.sources import check

JOURNEY = """
kind: journey
name: gift
title: {en: A gift, de: Ein Geschenk}
description: {en: A gift, de: Ein Geschenk}
trigger: {voucher: friends, by: anyone}
steps: [{voucher: {pool: birthday, when_empty: skip}}]
"""


def test_codes_are_not_missed_where_there_is_no_table(tmp_path: Path) -> None:
    file = tmp_path / "gift.yaml"
    file.write_text(JOURNEY)
    (checked,) = check([file])
    assert (checked.problem, checked.doubts) == ("", ())
